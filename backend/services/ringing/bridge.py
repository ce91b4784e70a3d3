"""Somebody of the desk speaks with whoever is in danger: their own phone first, and after a key the other one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from backend.db import Record
from backend.services import alarm_history, alarm_rows
from backend.services.ladder import reach
from backend.services.ringing import rows
from backend.services.ringing.script import OVER, Given, Said, digits, name_of
from bot.contract.ringing import COMPLETED, PICKED_UP
from bot.contract.text import Text, t

ASKED = 1
# What stands in the alarm's history of it.
WANTED, RINGS_THERE, TALKS, NO_TALK = "calls", "rings_there", "talks", "no_talk"
_ASKS = t("This is the duty desk of {community}. You asked to speak with somebody. To be put through, press 1.")
_PROVED = t("This is the duty desk of {community}. You asked to speak with somebody. To be put through, key {code}.")
_THROUGH = t("I put you through. Please stay on the line.")
_HELLO = t("This is the duty desk of {community}. Somebody speaks with you now.")
_NOBODY = t("Nobody picked up there. The board says what can be done now. Goodbye.")
_CLOSED = t("This alarm has been closed meanwhile. Goodbye.")


class _Bridge:
    """`Purpose` of the call to whoever asked for it at the desk."""

    urgent = True

    def when(self, connection: Connection, found: Record, now: datetime, real: datetime) -> datetime | None:
        return now if _is_open(connection, found) else None

    def question(self, connection: Connection, found: Record, stage: int) -> Said:
        if not _is_open(connection, found):
            return Said((_CLOSED,))
        house = {"community": name_of(found)}
        if found.machine:
            # A mailbox presses nothing that it was not told; a person with a long greeting does.
            return Said((replace(_PROVED, params={**house, "code": digits(found.code)}),), ASKED, keys=2)
        return Said((replace(_ASKS, params=house),), ASKED, keys=1)

    def answer(self, connection: Connection, found: Record, given: Given) -> Said | None:
        if not _is_open(connection, found):
            return Said((_CLOSED,))
        if given.keys != (found.code if found.machine else "1"):
            return None
        if found.state != rows.ACCEPTED:
            rows.become(connection, found.id, rows.ACCEPTED)
            rows.log(connection, found.id, rows.DIALS, None, given.real)
            _tell(connection, found, RINGS_THERE, given.now)
        return Said((_THROUGH,), connect=str(found.about["to"]))

    def over(
        self, connection: Connection, found: Record, how: str, channel: str, now: datetime, real: datetime
    ) -> None:
        """Whoever asked for it did not pick up, or pressed nothing."""
        _tell(connection, found, NO_TALK, now)


def beyond(connection: Connection, found: Record, how: str, now: datetime, real: datetime) -> tuple[Said, str]:
    """What the other end does, any number of times; returns what is said, and in which language."""
    done = {line.name for line in rows.ledger(connection, found.id)}
    if how == PICKED_UP:
        if rows.TALKS not in done:
            rows.log(connection, found.id, rows.TALKS, None, real)
            _tell(connection, found, TALKS, now)
        hers = str(found.about.get("language") or found.language or "")
        house = {"community": found.names.get(hers) or name_of(found)}
        return Said((replace(_HELLO, params=house),)), hers
    if how in (rows.PERSON, rows.MAILBOX):
        if how not in done:
            rows.log(connection, found.id, how, None, real)
            if how == rows.MAILBOX:
                _tell(connection, found, NO_TALK, now)
        return Said(()), str(found.language or "")
    talked = rows.TALKS in done and how == COMPLETED and rows.MAILBOX not in done
    if rows.BEYOND not in done:
        rows.log(connection, found.id, rows.BEYOND, how, real)
        if talked:
            alarm_rows.ring(connection, found.community_id)
        else:
            _tell(connection, found, NO_TALK, now)
    said: Text = OVER if talked else _NOBODY
    return Said((said,)), str(found.language or "")


def has_them(connection: Connection, alarm_id: str, community: str, phone: str | None) -> str:
    """Why this phone is not rung besides (practice 12): somebody of the desk is on it just now, or has spoken with a
    person there. What may have been a mailbox ends nothing once the line is free, nor does a talk with another home."""
    for call in rows.of_alarm(connection, community, rows.BRIDGE, alarm_id):
        done = {line.name for line in rows.ledger(connection, call.id)}
        if not reach.is_same(str(call.about["to"]), phone or "") or rows.TALKS not in done or rows.MAILBOX in done:
            continue
        if rows.PERSON in done:
            return "spoken"
        if rows.BEYOND not in done and call.ended_at is None:
            return "in_talk"
    return ""


def _is_open(connection: Connection, found: Record) -> bool:
    return alarm_rows.one(connection, found.about["alarm"]).state in alarm_rows.OPEN


def _tell(connection: Connection, found: Record, name: str, now: datetime) -> None:
    note = str(found.about["name"])
    alarm_history.add(connection, found.about["alarm"], name, str(found.about["by"]), note, f"{name}:{found.id}", now)
    alarm_rows.ring(connection, found.community_id)


BRIDGE = _Bridge()
