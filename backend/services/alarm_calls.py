"""Speaking with whoever is in danger, or who called for them: who may be rung from the desk, and how far a call is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from backend.db import Record, hold
from backend.ids import new_id
from backend.models.staff import staff
from backend.services import alarm_desk, alarm_history, alarms, callees, care
from backend.services.acting import Actor
from backend.services.ladder import reach
from backend.services.ringing import bridge, rows
from bot.contract.errors import Refused
from bot.contract.messages import Address
from bot.contract.ringing import COMPLETED
from bot.contract.text import Text, t

CALLER, MINE = "caller", "me"
# A vendor that has told nothing for so long tells nothing any more.
NO_WORD = timedelta(seconds=75)
# How far a call is: the clerk's own phone, then the other one.
RINGS_YOU, ASKS_YOU, RINGS_THEM, TALKING, TALKED = "rings_you", "asks_you", "rings_them", "talking", "talked"
NOT_YOU, NOT_THEM, LEFT, LOST = "not_you", "not_them", "left", "lost"
# Somebody or something picked up: nobody has told us that it was a person.
UNSURE = "unsure"
UNDER_WAY = frozenset({RINGS_YOU, ASKS_YOU, RINGS_THEM, TALKING})
# Where a ringing phone does harm (practice 2, 7, 12); a person may still dial by hand, knowing it.
HARMS: dict[str, Text] = {
    "gas": t("No phone may ring where gas may be. Send somebody to knock."),
    "fire": t("Who must get out is not held on the line. Send somebody, and call the fire brigade."),
    "violence": t("A ringing phone may put them in danger. Answer in writing, and stay quiet."),
}
_NO_PHONE = t("No phone line is set up here, so we cannot put you through. Show the number and dial it yourself.")
_NO_NUMBER = t("No number is known that we could ring.")
_NO_OWN = t("We do not know your phone yet: put its number into “My account”, or choose a duty phone.")
_DEAF = t("They cannot hear a phone. Write to them, or have somebody knock.")
_MUTE = t("They asked not to be rung. Write to them, or have somebody knock.")


@dataclass(frozen=True, slots=True)
class Whom:
    """key: as a form names them; phone: as it is dialled; language: which they speak, where it is known."""

    key: str
    name: str
    phone: str
    language: str | None
    deaf: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """how: one of the above; why: how it ended, as the line told it; since: of this state, on the real clock."""

    key: str
    by: str
    name: str
    how: str
    why: str | None
    since: datetime


def own_phone(connection: Connection, staff_id: int) -> str:
    return str(connection.execute(select(staff.c.phone).where(staff.c.id == staff_id)).scalar_one_or_none() or "")


def callable_now(connection: Connection, found: Record, living: Sequence[Record]) -> list[Whom]:
    """found: of `alarm_desk.one`; living: who lives at the place. The caller first, nobody twice."""
    known = care.known(connection, found.community_id, [row.id for row in living])
    mine = [Whom(CALLER, found.reporter or "", alarm_desk.caller(found), found.reporter_language)]
    mine += [
        Whom(f"r{row.id}", row.name, row.phone or "", row.language, bool(row.id in known and known[row.id].deaf))
        for row in living
    ]
    there: dict[str, Whom] = {}
    for one in mine:
        if reach.is_number(one.phone):
            before = there.get(one.phone, one)
            there[one.phone] = replace(one, key=before.key, name=before.name or one.name)
    return list(there.values())


def _named(connection: Connection, found: Record, whom: str) -> Whom | None:
    living, _ = alarm_desk.people(connection, found.community_id, found.household_id)
    return next((one for one in callable_now(connection, found, living) if one.key == whom), None)


def harm(found: Record) -> Text | None:
    """Why nobody is rung from here, whoever asks."""
    return HARMS["violence"] if found.quiet else HARMS.get(found.kind)


def begin(connection: Connection, actor: Actor, key: str, whom: str, via: str, language: str) -> str:
    """Ring the clerk, on their own phone or on a duty phone, who then is put through; returns the call.

    language: the clerk's. Raises `Refused` with what else can be done.
    """
    # Two who press at once would each find nobody calling.
    hold(connection, "bridge", key)
    found = alarm_desk.one(connection, actor.community, key)
    if found.state not in alarms.OPEN:
        raise Refused("this alarm is closed", t("This alarm has been closed already."), status=409)
    to = _one(connection, found, whom)
    ways = reach.of(connection, actor.community)
    if not ways.voice:
        raise Refused("no phone line", _NO_PHONE, status=409)
    phone = _via(connection, actor, via)
    busy = next((one for one in standing(connection, found, actor.real) if one.how in UNDER_WAY), None)
    if busy is not None:
        say = t("{name} is calling from here just now. Two calls would only meet.", name=busy.by)
        raise Refused("they are being called", say, status=409)
    about = {"alarm": found.id, "to": to.phone, "name": to.name, "by": actor.name, "language": to.language}
    address = Address(reach.VOICE, phone, ways.voice)
    wanted = rows.Wanted(actor.community, rows.BRIDGE, address, f"bridge:{new_id()}", about, language)
    call = rows.place(connection, wanted, actor.real, actor.real, urgent=True)
    alarm_history.add(connection, found.id, bridge.WANTED, actor.name, to.name, f"{bridge.WANTED}:{call}", actor.now)
    alarms.ring(connection, actor.community)
    return str(call)


def _one(connection: Connection, found: Record, whom: str) -> Whom:
    why = harm(found)
    if why is not None:
        raise Refused("a ringing phone does harm here", why, status=409)
    to = _named(connection, found, whom)
    if to is None:
        raise Refused("no such number", _NO_NUMBER, status=404)
    if to.deaf:
        raise Refused("they cannot hear it", _DEAF, status=409)
    if to.key == CALLER and alarm_history.has(connection, found.id, alarm_history.MUTE):
        raise Refused("they asked not to be rung", _MUTE, status=409)
    return to


def number(connection: Connection, community: str, key: str, whom: str) -> str:
    """To be dialled by hand; the caller writes down that somebody looked. Raises `Refused` (404)."""
    known = _named(connection, alarm_desk.one(connection, community, key), whom)
    if known is None:
        raise Refused("no such number", status=404)
    return known.phone


def _via(connection: Connection, actor: Actor, via: str) -> str:
    if via == MINE:
        phone = own_phone(connection, actor.staff)
    else:
        phone = next((row.phone for row in callees.phones(connection, actor.community) if str(row.id) == via), "")
    if not reach.is_number(phone):
        raise Refused("no phone to ring the clerk on", _NO_OWN, status=409, pointer="/via")
    return phone


def standing(connection: Connection, found: Record, real: datetime) -> list[Progress]:
    """Calls from the desk for this alarm, the newest first."""
    calls = rows.of_alarm(connection, found.community_id, rows.BRIDGE, found.id)
    return [_progress(connection, row, real) for row in calls[:5]]


def _progress(connection: Connection, row: Record, real: datetime) -> Progress:
    lines = {line.name: line for line in rows.ledger(connection, row.id)}
    newest = max((line.at for line in lines.values()), default=row.created_at)
    how, why = _state(row, lines)
    if how in UNDER_WAY and how != TALKING and real - newest > NO_WORD:
        how = LOST
    return Progress(row.id, str(row.about["by"]), str(row.about["name"]), how, why, newest)


def _state(row: Record, lines: dict[str, Record]) -> tuple[str, str | None]:
    talked, beyond = rows.TALKS in lines, lines.get(rows.BEYOND)
    if rows.MAILBOX in lines:
        return NOT_THEM, rows.MACHINE
    spoke = TALKED if rows.PERSON in lines else UNSURE
    if beyond is not None:
        return (spoke, None) if talked and beyond.note == COMPLETED else (NOT_THEM, beyond.note)
    if rows.DIALS in lines:
        # Whoever asked for it hung up: of the other end nothing more is told.
        if row.ended_at is not None:
            return (spoke, None) if talked else (LEFT, None)
        return (TALKING, None) if talked else (RINGS_THEM, None)
    if row.state in (rows.WAITING, rows.RINGING):
        return RINGS_YOU, None
    return (ASKS_YOU, None) if row.state == rows.ANSWERED else (NOT_YOU, row.state)
