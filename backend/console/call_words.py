"""Speaking with whoever is in danger, as the board shows it: who may be rung, how far a call is, what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.console.visit import Visit
from backend.db import Record
from backend.services import alarm_calls, alarm_desk, callees
from backend.services.alarm_calls import Progress, Whom
from backend.services.ladder import reach
from backend.services.ringing import rows
from bot.contract import ringing
from bot.contract.text import Text, t

STATES: Mapping[str, Text] = {
    alarm_calls.RINGS_YOU: t("your phone is ringing", context="call"),
    alarm_calls.ASKS_YOU: t("picked up: press 1 on your phone", context="call"),
    alarm_calls.RINGS_THEM: t("ringing them", context="call"),
    alarm_calls.TALKING: t("speaking with them", context="call"),
    alarm_calls.TALKED: t("spoke with them", context="call"),
    alarm_calls.UNSURE: t("picked up there: a person, or perhaps only a mailbox", context="call"),
    alarm_calls.NOT_YOU: t("your phone was not picked up", context="call"),
    alarm_calls.NOT_THEM: t("they did not pick up", context="call"),
    alarm_calls.LEFT: t("hung up before they picked up", context="call"),
    alarm_calls.LOST: t("the phone company tells us nothing of this call", context="call"),
}
_BUSY = t("their line is busy", context="call")
_FAILED = t("the call did not get through", context="call")
TONES = {
    alarm_calls.TALKING: "go",
    alarm_calls.TALKED: "go",
    alarm_calls.NOT_THEM: "red",
    alarm_calls.NOT_YOU: "red",
    alarm_calls.LOST: "red",
    alarm_calls.LEFT: "warn",
    alarm_calls.UNSURE: "warn",
}
_AGAIN = t("Call again, ring somebody who is to be called for them, or send somebody to the door.")
_OWN = t("Call again and pick up, or choose another phone to be rung on.")
_HAND = t("Dial the number by hand: it is shown below.")
_WRITE = t("If you spoke with them, write down what they said. If it was a mailbox, call again or send somebody.")
NEXT: Mapping[str, Text] = {
    alarm_calls.UNSURE: _WRITE,
    alarm_calls.NOT_THEM: _AGAIN,
    alarm_calls.NOT_YOU: _OWN,
    alarm_calls.LEFT: _AGAIN,
    alarm_calls.LOST: _HAND,
}


@dataclass(frozen=True, slots=True)
class Call:
    by: str
    name: str
    state: Text
    tone: str
    under_way: bool
    since: str
    next: Text | None


@dataclass(frozen=True, slots=True)
class Speaks:
    """caller: the number of whoever raised it; people: who may be spoken with; mine: the clerk's own phone, empty where
    it is not known; duty: the phones on duty; harm: why nobody is rung here; busy: one is under way."""

    caller: str
    people: Sequence[Whom]
    voice: bool
    mine: str
    duty: Sequence[Record]
    harm: Text | None
    calls: Sequence[Call]
    busy: bool


def shown(connection: Connection, visit: Visit, row: Record, living: Sequence[Record]) -> Speaks:
    """row: of `alarm_desk.one`; living: of `alarm_desk.people`."""
    calls = alarm_calls.standing(connection, row, visit.real)
    people = alarm_calls.callable_now(connection, row, living)
    return Speaks(
        caller=alarm_desk.caller(row),
        people=people,
        voice=bool(reach.of(connection, visit.community).voice),
        mine=alarm_calls.own_phone(connection, visit.who.staff),
        duty=callees.phones(connection, visit.community),
        harm=alarm_calls.harm(row),
        calls=[_call(one, newest=place == 0) for place, one in enumerate(calls)],
        busy=any(one.how in alarm_calls.UNDER_WAY for one in calls),
    )


def _call(one: Progress, *, newest: bool) -> Call:
    state = STATES[one.how]
    if one.how == alarm_calls.NOT_THEM and one.why == ringing.BUSY:
        state = _BUSY
    elif one.why in (ringing.FAILED, rows.DROPPED):
        state = _FAILED
    return Call(
        by=one.by,
        name=one.name,
        state=state,
        tone=TONES.get(one.how, "warn"),
        under_way=one.how in alarm_calls.UNDER_WAY,
        since=one.since.isoformat(),
        next=NEXT.get(one.how) if newest else None,
    )
