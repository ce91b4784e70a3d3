"""The end of a case: the resident's yes closes it, their no sends it one rung up, silence closes it and says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from backend.db import Record
from backend.models.work import case
from backend.services import cases, contact, outbox, settled, stories
from backend.services.settled import ASKED_OF, STORY
from bot.contract.errors import Refused
from bot.contract.text import Text, t

# These never end because nobody answered: somebody calls (practice 29).
SAFETY = frozenset({"gas", "lift"})
MORNING = 10
SILENT = t(
    "I have not heard from you, so I take {number} as done and close it. If it is not, just say so: the same case is "
    "opened again."
)


def is_safety(found: Record) -> bool:
    return found.priority == "urgent" or found.category in SAFETY


def confirmed(connection: Connection, found: Record, now: datetime, real: datetime) -> None:
    """The resident said that it is done."""
    if found.state in ASKED_OF:
        cases.move(connection, found, "closed", "resident", None, now, real)


def rate(connection: Connection, community: str, number: str, marks: int, now: datetime) -> None:
    """From 1 to 5; a later word replaces an earlier one."""
    if not 1 <= marks <= 5:
        raise Refused("marks go from 1 to 5", t("Please give a number from 1 to 5."))
    mine = update(case).where(case.c.community_id == community, case.c.number == number)
    connection.execute(mine.values(rating=marks, updated_at=now))


def unanswered(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """The story's end: our rows decide whether anybody has answered since."""
    found = cases.one(connection, data["case"])
    if found.state not in ASKED_OF or found.asked_at != datetime.fromisoformat(data["asked"]):
        return False
    if is_safety(found):
        body = {"case": found.number, "task": "call the resident: is it really fixed? It is not closed by silence."}
        outbox.call_staff(connection, found.community_id, body, f"{STORY}:{found.id}:call", real)
        return True
    whom = settled.asked(connection, found)
    if not contact.is_day(now) or any(contact.is_spent(connection, one, real) for one in whom[:1]):
        _later(connection, found, data, now, real)
        return False
    _close(connection, found, whom, now, real)
    return True


def _later(connection: Connection, found: Record, data: Mapping[str, Any], now: datetime, real: datetime) -> None:
    """Not at night and not on top of other news: the next morning."""
    day = now if now.hour < contact.OPENS else now + timedelta(days=1)
    at = day.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    once = f"{STORY}:{found.id}:{at.isoformat()}"
    stories.begin(connection, found.community_id, STORY, data, real + (at - now), once, real)


def _close(connection: Connection, found: Record, whom: list[int], now: datetime, real: datetime) -> None:
    cases.move(connection, found, "closed", "silence", None, now, real, tell=False)
    for one in whom:
        outbox.push(connection, one, Text(SILENT.msgid, {"number": found.number}), f"{STORY}:{found.id}:{one}", real)


def still_asked(connection: Connection, community: str, entries: tuple[str, ...]) -> tuple[str, ...]:
    """Those that are still reported as done, or still offered, and that nobody has answered about."""
    asked = {settled.number_in(entry): entry for entry in entries}
    known = select(case).where(case.c.community_id == community, case.c.number.in_(list(asked)))
    found = [(asked[row.number], row) for row in connection.execute(known.order_by(case.c.id))]
    return tuple(entry for entry, row in found if _waits(entry, row))


def _waits(entry: str, found: Record) -> bool:
    return found.state == "quoted" if entry.startswith(settled.QUOTE) else found.state in ASKED_OF
