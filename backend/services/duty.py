"""Whether residents are told that people here hear an alarm: only while somebody is sure to (practice 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from backend import wake
from backend.db import Record
from backend.services import audit, board, callees, watching
from backend.services.ladder import reach
from bot.contract.errors import Refused
from bot.contract.text import Text, t

KIND = "sos"
NEEDED = 2
DRILL_VALID = timedelta(days=7)
# Who answers at every hour: the guard room of config.yml, or a number of those on duty by its row.
GUARD = "guard"
MISSING: dict[str, Text] = {
    "drills": t("Two different duty numbers must have answered a drill in the last 7 days."),
    "night": t("Somebody must answer at every hour: the guard room, or a duty number that answered a drill."),
    "screen": t("A duty screen must be open, unlocked and with its sound on just now."),
}


@dataclass(frozen=True, slots=True)
class Promise:
    """on: whether residents are told so; night: who answers at every hour; by: whose word it is."""

    on: bool
    night: str
    by: str


def promise(connection: Connection, community: str) -> Promise | None:
    """What was decided last, None where nobody ever decided anything."""
    found = board.one(connection, community, KIND, KIND)
    if found is None:
        return None
    return Promise(bool(found.data["on"]), str(found.data["night"]), str(found.data["by"]))


def put(connection: Connection, community: str, decided: Promise) -> None:
    entry = {"key": KIND, "on": decided.on, "night": decided.night, "by": decided.by}
    board.put(connection, community, KIND, [entry])
    wake.after_commit(connection, wake.desk(community))


def answered(connection: Connection, community: str, real: datetime) -> list[Record]:
    """The duty numbers that answered a drill lately, each number once however it is written."""
    known: dict[str, Record] = {}
    for row in callees.phones(connection, community):
        if row.drill_answered_at is not None and row.drill_answered_at >= real - DRILL_VALID:
            known.setdefault(reach.bare(row.phone), row)
    return list(known.values())


def watched(connection: Connection, community: str, real: datetime) -> bool:
    """It was switched on, and what it was switched on for is still so."""
    decided = promise(connection, community)
    if decided is None or not decided.on:
        return False
    return not _missing(connection, community, decided.night, real)


def missing(connection: Connection, community: str, night: str, real: datetime) -> tuple[str, ...]:
    """Why it cannot be switched on just now, as keys of `MISSING`; empty where it can."""
    screen = () if watching.now(connection, community, real).heard else ("screen",)
    return (*_missing(connection, community, night, real), *screen)


def _missing(connection: Connection, community: str, night: str, real: datetime) -> tuple[str, ...]:
    found = answered(connection, community, real)
    at_night = night in [str(row.id) for row in found]
    if night == GUARD:
        at_night = bool(reach.of(connection, community).guard)
    return (*(() if len(found) >= NEEDED else ("drills",)), *(() if at_night else ("night",)))


def switch_on(connection: Connection, community: str, night: str, login: str, by: str, real: datetime) -> None:
    """night: `GUARD` or a duty number's row. Raises `Refused` with all that is missing: no SOS without people."""
    lacks = missing(connection, community, night, real)
    if lacks:
        raise Refused("nobody is sure to answer", _told(lacks), status=409)
    put(connection, community, Promise(True, night, by))
    audit.note(connection, community, login, "sos.on", night, real)


def switch_off(connection: Connection, community: str, login: str, by: str, real: datetime) -> None:
    """Alarms are raised and rung as before; residents are told to dial themselves."""
    decided = promise(connection, community)
    put(connection, community, Promise(False, decided.night if decided is not None else "", by))
    audit.note(connection, community, login, "sos.off", community, real)


def _told(lacks: Sequence[str]) -> Text:
    if len(lacks) == 1:
        return MISSING[lacks[0]]
    return t("{first} {more}", context="sentences", first=MISSING[lacks[0]], more=_told(lacks[1:]))
