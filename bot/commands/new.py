"""Make a key or a webhook for an integrator; keys and secrets are shown this once."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable

from sqlalchemy import Connection

from bot import settings as configuration
from bot.contract.errors import Misconfigured, Refused

Work = Callable[[Connection], str]


def arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="what", required=True)
    key = kinds.add_parser("key", help="an API key")
    key.add_argument("name")
    key.add_argument("--scope", action="append", required=True, help="may be given several times")
    key.add_argument("--community", default="", help="default: the only one in config.yml")

    webhook = kinds.add_parser("webhook", help="an endpoint that is told what happens")
    webhook.add_argument("url")
    webhook.add_argument("--events", nargs="+", required=True, help="such as case.* alarm.raised")
    webhook.add_argument("--community", default="", help="default: the only one in config.yml")


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from backend import vault
    from backend.db import Database, parse_url
    from backend.migrate import migrate

    community = parsed.community or next(iter(settings.communities))
    if community not in settings.communities:
        raise Misconfigured(f"no such community: {community}", file="--community")
    make = _webhook if parsed.what == "webhook" else _key
    work = make(settings, parsed, community)
    url = parse_url(settings.database_url)
    vault.unlock(settings.secret_key, settings.key_file)
    migrate(url)
    db = Database(url)
    try:
        db.submit(lambda c: _register(c, settings, community)).result()
        print(db.submit(work).result())
    except Refused as refusal:
        raise Misconfigured(refusal.reason, file=f"--{(refusal.pointer or '/what')[1:]}") from refusal
    finally:
        db.close()
    return 0


def _key(settings: configuration.Settings, parsed: argparse.Namespace, community: str) -> Work:
    from backend.services import keys
    from bot.clock import SystemClock

    unknown = sorted(set(parsed.scope) - set(keys.ALL_SCOPES))
    if unknown:
        raise Misconfigured(
            f"no such scope: {', '.join(unknown)}; there are {', '.join(keys.ALL_SCOPES)}", file="--scope"
        )
    real = SystemClock(settings.zone).real()
    return lambda c: keys.make(c, community, parsed.name, parsed.scope, real)


def _webhook(settings: configuration.Settings, parsed: argparse.Namespace, community: str) -> Work:
    from backend import outward
    from backend.services import webhooks
    from bot.clock import SystemClock

    try:
        asyncio.run(outward.check(parsed.url, loopback=settings.demo))
    except Refused as refusal:
        raise Misconfigured(refusal.reason, file=parsed.url) from refusal
    real = SystemClock(settings.zone).real()

    def work(connection: Connection) -> str:
        made = webhooks.add(connection, community, parsed.url, parsed.events, real)
        return f"{made.id}  {made.secret}"

    return work


def _register(connection: Connection, settings: configuration.Settings, community: str) -> None:
    from backend.services.communities import register

    register(connection, settings.community(community), demo=False)
