"""What went out, what waits and what had to be given up: looked at, and tried again."""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path

from backend.db import Database
from bot import configure as configuration
from bot.contract.errors import Refused
from bot.masking import mask
from bot.settings import Settings

LINES = 50


def arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act")
    listing = acts.add_parser("list", help="newest first; dead letters unless told otherwise")
    listing.add_argument("--state", default="dead", help="due, sending, sent, ended, kept, dead or all")
    listing.add_argument("--channel", default=None)
    listing.add_argument("--limit", type=int, default=LINES)
    show = acts.add_parser("show", help="one delivery with all that is known of it")
    show.add_argument("id", type=int)
    replay = acts.add_parser("replay", help="try dead letters again")
    replay.add_argument("id", type=int, nargs="*")
    replay.add_argument("--all", action="store_true", help="every dead letter of --channel, or of all")
    replay.add_argument("--channel", default=None)
    record = acts.add_parser("record", help="write webhooks down as fixtures, for whoever tests an endpoint")
    record.add_argument("id", type=int, nargs="+")
    record.add_argument("--to", type=Path, required=True, help="a folder")


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from backend.db import parse_url
    from backend.migrate import migrate

    url = parse_url(settings.database_url)
    migrate(url)
    db = Database(url)
    acts = {"show": _show, "replay": _replay, "record": _record}
    try:
        return acts.get(parsed.act or "list", _list)(db, settings, parsed)
    except Refused as refusal:
        print(f"linli: {refusal.reason}", file=sys.stderr)
        return 1
    finally:
        db.close()


def _list(db: Database, settings: Settings, parsed: argparse.Namespace) -> int:
    from backend.services import ledger

    state = getattr(parsed, "state", "dead")
    limit = getattr(parsed, "limit", LINES)
    wanted = ledger.Wanted(None, None if state == "all" else state, getattr(parsed, "channel", None), None, limit)
    for row in db.read_now(lambda c: ledger.listed(c, wanted))[:limit]:
        what = row.body.get("type") or row.kind
        line = (
            f"{row.id:>8}  {row.state:<8} {row.channel:<10} {what:<18} tries {row.attempts:<3} {row.last_error or ''}"
        )
        print(mask(line))
    return 0


def _show(db: Database, settings: Settings, parsed: argparse.Namespace) -> int:
    from backend.services import ledger

    row = db.read_now(lambda c: ledger.one(c, None, parsed.id))
    if row is None:
        raise Refused("no such delivery")
    print(mask(json.dumps(dict(row._mapping), ensure_ascii=False, indent=2, default=str)))
    return 0


def _replay(db: Database, settings: Settings, parsed: argparse.Namespace) -> int:
    from backend.services import ledger
    from bot.clock import SystemClock

    real = SystemClock(settings.zone).real()
    wanted = ledger.Wanted(None, "dead", parsed.channel, None, 10_000)
    keys = [row.id for row in db.read_now(lambda c: ledger.listed(c, wanted))] if parsed.all else parsed.id
    for key in keys:
        db.submit(partial(ledger.replay, community=None, key=key, real=real)).result()
        print(f"{key} is due again")
    return 0


def _record(db: Database, settings: Settings, parsed: argparse.Namespace) -> int:
    """What an endpoint was sent, byte for byte, but signed with a secret that stands beside it: the real one leaves the
    database for nobody."""
    from backend.services import ledger, webhook_secrets, webhooks
    from bot.work.webhook import body_of, sign

    parsed.to.mkdir(parents=True, exist_ok=True)
    for key in parsed.id:
        row = db.read_now(partial(ledger.one, community=None, key=key))
        if row is None or row.channel != webhooks.CHANNEL:
            raise Refused(f"{key} is no webhook")
        body, secret, at = body_of(row), webhook_secrets.new_secret(), int(row.created_at.timestamp())
        headers = {"webhook-id": row.body["id"], "webhook-timestamp": str(at)}
        headers["webhook-signature"] = sign([secret], row.body["id"], at, body)
        fixture = {"secret": secret, "headers": headers, "body": body.decode()}
        path = parsed.to / f"{row.body['type']}__{key}.json"
        path.write_text(json.dumps(fixture, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        print(path)
    return 0
