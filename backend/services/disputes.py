"""A bill that a resident doubts, or says is paid: a case is opened, and reminders about it stop at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from backend.db import Record
from backend.models.money import bill, dispute
from backend.services import cases
from backend.services.cases import NewCase


@dataclass(frozen=True, slots=True)
class Doubt:
    """bills: which; line: the one line meant; reason: "amount" or "paid"."""

    bills: Sequence[str]
    reason: str
    line: int | None = None


def standing(connection: Connection, bills: Sequence[str]) -> str | None:
    """The case that already looks into one of these, if any; nobody else doubts them until this is decided."""
    connection.execute(select(bill.c.id).where(bill.c.id.in_(list(bills))).order_by(bill.c.id).with_for_update())
    rows = select(dispute.c.case_no).where(dispute.c.bill_id.in_(list(bills)), dispute.c.state == "open")
    return connection.execute(rows).scalars().first()


def begin(connection: Connection, doubt: Doubt, new: NewCase, now: datetime) -> str:
    """Open the case and pause reminders for the bills; returns the case's number."""
    filed = cases.file(connection, new, now)
    rows = [
        {
            "community_id": new.community,
            "bill_id": key,
            "line_id": doubt.line,
            "case_no": filed.number,
            "reason": doubt.reason,
            "state": "open",
            "conversation_id": new.conversation,
            "created_at": now,
        }
        for key in doubt.bills
    ]
    if rows:
        connection.execute(insert(dispute), rows)
        pause = update(bill).where(bill.c.id.in_(list(doubt.bills)), bill.c.paused_at.is_(None))
        connection.execute(pause.values(paused_at=now))
    return filed.number


def end(connection: Connection, community: str, case_no: str) -> None:
    """The case is over: reminders may start again, unless another one is open about the same bill."""
    mine = (dispute.c.community_id == community) & (dispute.c.case_no == case_no)
    keys = list(connection.execute(select(dispute.c.bill_id).where(mine)).scalars())
    connection.execute(update(dispute).where(mine).values(state="closed"))
    others = select(dispute.c.bill_id).where(dispute.c.state == "open")
    free = update(bill).where(bill.c.id.in_(keys), bill.c.id.not_in(others))
    connection.execute(free.values(paused_at=None))


def of_conversation(connection: Connection, community: str, conversation: int) -> list[Record]:
    rows = (
        select(dispute.c.case_no, dispute.c.reason, dispute.c.state, dispute.c.created_at, bill.c.fee, bill.c.period)
        .select_from(dispute.join(bill, dispute.c.bill_id == bill.c.id))
        .where(dispute.c.community_id == community, dispute.c.conversation_id == conversation)
        .order_by(dispute.c.id.desc())
    )
    return list(connection.execute(rows))
