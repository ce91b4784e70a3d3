"""One public fault, many reporters: the thirtieth report of a lift joins the case, and each is told (beyond I)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from backend.db import Record, hold, insert_or
from backend.models.work import case, case_event, case_report
from backend.services import cases, outbox
from backend.services.cases import NewCase
from backend.services.states import OPEN
from bot.contract.errors import Refused
from bot.contract.text import Text, t

# Reported as done is not known any more: who reports it then says that it is not.
OWN = t("What you reported is another fault than your neighbours’. It has its own number now: {number}.")
_RUNNING = OPEN - {"fixed", "answered"}


@dataclass(frozen=True, slots=True)
class Known:
    """An open case of the same fault. others: how many reported it, whoever they are; mine: this speaker is one."""

    id: str
    number: str
    since: datetime
    due: datetime | None
    others: int
    mine: bool


def known(connection: Connection, community: str, place_key: str, conversation: int) -> Known | None:
    """The case that stands for this fault; until the transaction ends nobody else can file one beside it."""
    hold(connection, "fault", community, place_key)
    same = (case.c.community_id == community, case.c.place_key == place_key, case.c.state.in_(_RUNNING))
    row = connection.execute(select(case).where(*same).order_by(case.c.id).limit(1)).one_or_none()
    if row is None:
        return None
    joined = (case_report.c.case_id == row.id, case_report.c.split_at.is_(None))
    count = int(connection.execute(select(func.count()).where(*joined)).scalar_one())
    is_mine = row.conversation_id == conversation or _joined(connection, row.id, conversation) is not None
    return Known(row.id, row.number, row.created_at, row.due_at, count + 1 - is_mine, is_mine)


def _joined(connection: Connection, case_id: str, conversation: int) -> Record | None:
    mine = (case_report.c.case_id == case_id, case_report.c.conversation_id == conversation)
    return connection.execute(select(case_report).where(*mine, case_report.c.split_at.is_(None))).one_or_none()


def join(
    connection: Connection,
    community: str,
    found: Known,
    conversation: int,
    resident: int | None,
    words: str,
    now: datetime,
    real: datetime,
    *,
    urgent: bool = False,
) -> None:
    """Danger was judged before; what is urgent in the new report makes the whole case urgent (practice 16)."""
    if not found.mine:
        row = {"community_id": community, "case_id": found.id, "conversation_id": conversation}
        row |= {"resident_id": resident, "words": words, "joined_at": now}
        again = {"split_at": None, "words": words, "joined_at": now}
        keys = ["case_id", "conversation_id"]
        connection.execute(insert_or(case_report).on_conflict_do_update(index_elements=keys, set_=again), row)
    history = {"case_id": found.id, "name": "joined", "by": "resident", "note": words[:1000], "at": now}
    connection.execute(case_event.insert().values(**history))
    changes: dict[str, object] = {"updated_at": now}
    if urgent:
        changes["priority"] = "urgent"
        body = {"case": found.number, "task": "a neighbour reports it as urgent"}
        outbox.call_staff(connection, community, body, f"joined:{found.id}:urgent", real)
    connection.execute(update(case).where(case.c.id == found.id).values(**changes))


def note(connection: Connection, number: str, community: str, conversation: int, words: str, now: datetime) -> bool:
    """More about a fault that a neighbour reported first: kept with it, theirs left as it is. False for one's own."""
    found = cases.by_number(connection, community, number)
    if found is None or _joined(connection, found.id, conversation) is None:
        return False
    history = {"case_id": found.id, "name": "joined", "by": "resident", "note": words[:1000], "at": now}
    connection.execute(case_event.insert().values(**history))
    return True


def leave(connection: Connection, number: str, community: str, conversation: int, now: datetime) -> bool:
    """One reporter takes theirs back; the fault itself stays open for the others. False when they never joined."""
    found = cases.by_number(connection, community, number)
    mine = _joined(connection, found.id, conversation) if found is not None else None
    if mine is None:
        return False
    connection.execute(update(case_report).where(case_report.c.id == mine.id).values(split_at=now))
    return True


def split(connection: Connection, community: str, report: int, by: str, now: datetime, real: datetime) -> str:
    """Staff: it is another fault after all; it gets a case of its own, and its reporter is told the number."""
    rows = select(case_report).where(case_report.c.id == report, case_report.c.community_id == community)
    mine = connection.execute(rows).one_or_none()
    if mine is None or mine.split_at is not None:
        raise Refused("no such report", status=404)
    old = cases.one(connection, mine.case_id)
    new = NewCase(
        community=community,
        kind=old.kind,
        location=old.location,
        details=mine.words or old.details,
        category=old.category,
        priority=old.priority,
        scope=old.scope,
        resident=mine.resident_id,
        conversation=mine.conversation_id,
        slots=old.slots,
        due_at=old.due_at,
    )
    filed = cases.file(connection, new, now)
    connection.execute(update(case_report).where(case_report.c.id == report).values(split_at=now))
    for key, note in ((old.id, filed.number), (filed.id, old.number)):
        row = {"case_id": key, "name": "split", "by": by, "note": note, "at": now}
        connection.execute(case_event.insert().values(**row))
    outbox.push(connection, mine.conversation_id, Text(OWN.msgid, {"number": filed.number}), f"split:{report}", real)
    return filed.number


def reports(connection: Connection, community: str, case_id: str) -> list[Record]:
    """Who joined, for the desk; residents never see names."""
    rows = select(case_report).where(case_report.c.community_id == community, case_report.c.case_id == case_id)
    return list(connection.execute(rows.order_by(case_report.c.id)))
