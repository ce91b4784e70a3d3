"""Make a key for an integrator; it is shown once and kept only as a digest."""

from __future__ import annotations

import argparse

from sqlalchemy import Connection

from bot import settings as configuration
from bot.contract.errors import Misconfigured


def arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="what", required=True)
    key = kinds.add_parser("key", help="an API key")
    key.add_argument("name")
    key.add_argument("--scope", action="append", required=True, help="may be given several times")
    key.add_argument("--community", default="", help="default: the only one in config.yml")


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from backend.db import Database, parse_url
    from backend.migrate import migrate
    from backend.services import keys
    from bot.clock import SystemClock

    community = parsed.community or next(iter(settings.communities))
    if community not in settings.communities:
        raise Misconfigured(f"no such community: {community}", file="--community")
    unknown = sorted(set(parsed.scope) - set(keys.ALL_SCOPES))
    if unknown:
        raise Misconfigured(
            f"no such scope: {', '.join(unknown)}; there are {', '.join(keys.ALL_SCOPES)}", file="--scope"
        )
    url = parse_url(settings.database_url)
    migrate(url)
    db = Database(url)
    real = SystemClock(settings.zone).real()
    try:
        db.submit(lambda c: _register(c, settings, community)).result()
        print(db.submit(lambda c: keys.make(c, community, parsed.name, parsed.scope, real)).result())
    finally:
        db.close()
    return 0


def _register(connection: Connection, settings: configuration.Settings, community: str) -> None:
    from backend.services.communities import register

    register(connection, settings.community(community), demo=False)
