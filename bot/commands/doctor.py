"""Say what is missing before residents may rely on this installation, and how to get it."""

from __future__ import annotations

import argparse
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot import configure as configuration
from bot.contract.errors import Misconfigured, Unavailable
from bot.settings import Settings

if TYPE_CHECKING:
    from backend.db import Database

Finding = tuple[bool, str]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "exits 0 when nothing is missing"


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from backend.db import Database, parse_url
    from backend.migrate import migrate
    from bot.clock import SystemClock

    found: list[Finding] = [_model(settings)]
    try:
        url = parse_url(settings.database_url)
        migrate(url)
        db = Database(url)
        real = SystemClock(settings.zone).real()
        try:
            found += _clock(db)
            found += [db.read_now(partial(_people, community=key, real=real)) for key in settings.communities]
        finally:
            db.close()
        found.append((True, "the database is at this release's schema"))
    except (Misconfigured, Unavailable) as error:
        found.append((False, f"the database cannot be used: {error.reason}"))
    for name in settings.communities:
        found.append(_numbers(settings, name))
    found += _merchants(settings)
    for good, line in found:
        print(f"{'ok ' if good else '-- '} {line}")
    return 0 if all(good for good, _ in found) else 1


def _clock(db: Database) -> list[Finding]:
    from bot import agreed
    from bot.observe import Metrics

    ahead = agreed.agree(db, Metrics())
    if ahead is None:
        return []
    good = abs(ahead) <= agreed.WRONG_SECONDS
    return [(good, f"this machine's clock is {ahead:+.1f} s off the database's" + ("" if good else ": set it right"))]


def _model(settings: Settings) -> Finding:
    from intents.latest import is_old

    if is_old(settings.model_path, settings.taught_path):
        return False, "the classifier is older than the sentences: python -m bot train"
    return True, "the classifier is trained from today's sentences"


def _people(connection: Connection, community: str, real: datetime) -> Finding:
    from backend.services import duty

    if duty.watched(connection, community, real):
        return True, f"{community}: alarms are watched, two duty numbers answered a drill in the last 7 days"
    decided = duty.promise(connection, community)
    lacks = duty.missing(connection, community, decided.night if decided is not None else duty.GUARD, real)
    why = " ".join(duty.MISSING[one].msgid for one in lacks)
    how = "It is switched on at the SOS board." if decided is None or not decided.on else ""
    told = f"{community}: alarms are not watched; residents are told to dial themselves."
    return False, " ".join(part for part in (told, why, how) if part)


def _merchants(settings: Settings) -> list[Finding]:
    """Whether the keys of those who take money online can be read; that they are the right ones only a fen can show."""
    from backend import instant
    from bot.money import merchants

    try:
        return [(True, f"{key}: the keys of WeChat Pay can be read") for key in merchants(settings, instant.now)]
    except Misconfigured as error:
        return [(False, str(error))]


def _numbers(settings: Settings, name: str) -> Finding:
    needed = {"ambulance", "fire", "police", "crisis"} - set(settings.communities[name].emergency)
    if needed:
        return False, f"{name}: no number for {', '.join(sorted(needed))} under communities.{name}.emergency"
    return True, f"{name}: emergency numbers are set"
