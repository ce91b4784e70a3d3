"""See that the audit log of the desk is whole: every entry carries the digest of the one before it."""

from __future__ import annotations

import argparse

from bot import configure as configuration


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--digest", default="", help="one that was printed before: it must still be in the log")


def run(parsed: argparse.Namespace) -> int:
    from backend.db import Database, parse_url
    from backend.services import audit

    settings = configuration.load()
    db = Database(parse_url(settings.database_url))
    try:
        count, newest, broken = db.read_now(audit.verify)
        kept = not parsed.digest or db.read_now(lambda c: audit.holds(c, parsed.digest))
    finally:
        db.close()
    if broken is not None:
        print(f"broken at entry {broken.id}: {broken.why}")
        return 1
    if not kept:
        print("this digest is not in the log: entries were taken from its end, or the log was written anew")
        return 1
    print(f"{count} entries, unbroken; newest digest {newest}")
    return 0
