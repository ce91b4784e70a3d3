"""Make a key or a webhook for an integrator, an account for the desk, a code or PIN for a resident; shown this once."""

from __future__ import annotations

import argparse
import asyncio
import secrets
from collections.abc import Callable

from sqlalchemy import Connection

from bot import configure as configuration
from bot.contract.errors import Misconfigured, Refused
from bot.settings import Settings

Work = Callable[[Connection], str]


def arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="what", required=True)
    key = kinds.add_parser("key", help="an API key")
    key.add_argument("name")
    key.add_argument("--scope", action="append", default=[], help="may be given several times; :read for reading only")
    key.add_argument("--replaces", action="store_true", help="in the place of the key of this name, with its scopes")
    key.add_argument("--keep-hours", type=int, default=24, help="so long the old one holds beside the new, 0 to 168")
    key.add_argument("--community", default="", help="default: the only one in config.yml")

    person = kinds.add_parser("staff", help="an account for the staff console")
    person.add_argument("login")
    person.add_argument("--name", required=True, help="for colleagues")
    person.add_argument("--role", default="admin", help="duty, agent, supervisor, admin, auditor or sysadmin")
    person.add_argument("--shown", default="", help="what residents read: a surname or a staff number")
    person.add_argument("--community", default="", help="default: the only one in config.yml")

    code = kinds.add_parser("code", help="a code with which a resident binds a chat account to their home")
    code.add_argument("phone", help="the resident's number, as the desk has it")
    code.add_argument("--community", default="", help="default: the only one in config.yml")

    pin = kinds.add_parser("pin", help="the PIN by which a resident shows on a telephone who they are")
    pin.add_argument("phone", help="the resident's number, as the desk has it")
    pin.add_argument("--community", default="", help="default: the only one in config.yml")

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
    work = _MAKES[parsed.what](settings, parsed, community)
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


def _key(settings: Settings, parsed: argparse.Namespace, community: str) -> Work:
    from backend.services import keys
    from bot.clock import SystemClock

    unknown = sorted(scope for scope in parsed.scope if not keys.known(scope))
    if unknown:
        there = f"there are {', '.join(keys.ALL_SCOPES)}, and each with {keys.READ} behind it for reading only"
        raise Misconfigured(f"no such scope: {', '.join(unknown)}; {there}", file="--scope")
    real = SystemClock(settings.zone).real()
    if parsed.replaces:
        hours = min(max(parsed.keep_hours, 0), keys.MOST_HOURS)
        return lambda c: keys.replace(c, community, parsed.name, hours, real)
    if not parsed.scope:
        raise Misconfigured("which scopes? (or --replaces, for those of the key before)", file="--scope")
    return lambda c: keys.make(c, community, parsed.name, parsed.scope, real)


def _staff(settings: Settings, parsed: argparse.Namespace, community: str) -> Work:
    """With a password that is shown once and is to be changed; the second factor is set up at the first sign-in."""
    from backend.services.sign_in import accounts
    from backend.services.sign_in.accounts import NewStaff
    from bot.clock import SystemClock

    real = SystemClock(settings.zone).real()
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    shown = dict.fromkeys(settings.languages, parsed.shown) if parsed.shown else {}
    new = NewStaff(community, parsed.login.lower(), parsed.name, parsed.role, password, shown, ("desk",))

    def work(connection: Connection) -> str:
        accounts.add(connection, new, "command", real)
        return f"{new.login}  {password}"

    return work


def _code(settings: Settings, parsed: argparse.Namespace, community: str) -> Work:
    from backend.services import bindings
    from bot.clock import SystemClock

    now = SystemClock(settings.zone, settings.now).now()

    def work(connection: Connection) -> str:
        code = bindings.issue(connection, community, _whose(connection, community, parsed.phone), "command", now)
        return f"{code}  good for {bindings.LIVES.days} days, once"

    return work


def _pin(settings: Settings, parsed: argparse.Namespace, community: str) -> Work:
    from backend.services import pins
    from bot.clock import SystemClock

    real = SystemClock(settings.zone).real()
    return lambda c: pins.issue(c, community, _whose(c, community, parsed.phone), "command", real)


def _whose(connection: Connection, community: str, phone: str) -> int:
    from backend.services import bindings

    people = bindings.by_phone(connection, community, phone)
    if len(people) != 1:
        raise Refused(
            "nobody has this number" if not people else "several residents have this number", pointer="/phone"
        )
    return people[0]


def _webhook(settings: Settings, parsed: argparse.Namespace, community: str) -> Work:
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


def _register(connection: Connection, settings: Settings, community: str) -> None:
    from backend.services.communities import register

    register(connection, settings.community(community), demo=False)


_MAKES = {"key": _key, "webhook": _webhook, "staff": _staff, "code": _code, "pin": _pin}
