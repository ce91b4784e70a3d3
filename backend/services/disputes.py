"""A bill that a resident doubts, or says is paid: reminders about it rest while its case is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from backend.db import Record
from backend.models.money import bill, dispute


@dataclass(frozen=True, slots=True)
class Doubt:
    """bills: which; line: the one line meant; reason: "amount" or "paid"; conversation: where it was said."""

    bills: Sequence[str]
    reason: str
    line: int | None = None
    conversation: int | None = None


def standing(connection: Connection, bills: Sequence[str]) -> str | None:
    """The case that already looks into one of these, if any; nobody else doubts them until this is decided."""
    connection.execute(select(bill.c.id).where(bill.c.id.in_(list(bills))).order_by(bill.c.id).with_for_update())
    rows = select(dispute.c.case_no).where(dispute.c.bill_id.in_(list(bills)), dispute.c.state == "open")
    return connection.execute(rows).scalars().first()


def begin(connection: Connection, community: str, case_no: str, doubt: Doubt, now: datetime) -> None:
    """A case was opened about these bills: pause their reminders."""
    rows = [
        {
            "community_id": community,
            "bill_id": key,
            "line_id": doubt.line,
            "case_no": case_no,
            "reason": doubt.reason,
            "state": "open",
            "conversation_id": doubt.conversation,
            "created_at": now,
        }
        for key in doubt.bills
    ]
    if rows:
        connection.execute(insert(dispute), rows)
        _pause(connection, doubt.bills, now)


def _pause(connection: Connection, bills: Sequence[str], now: datetime) -> None:
    pause = update(bill).where(bill.c.id.in_(list(bills)), bill.c.paused_at.is_(None))
    connection.execute(pause.values(paused_at=now))


def end(connection: Connection, community: str, case_no: str) -> None:
    """The case is over: reminders may start again, unless another one is open about the same bill."""
    keys = _turned(connection, community, case_no, "closed")
    others = select(dispute.c.bill_id).where(dispute.c.state == "open")
    free = update(bill).where(bill.c.id.in_(keys), bill.c.id.not_in(others))
    connection.execute(free.values(paused_at=None))


def again(connection: Connection, community: str, case_no: str, now: datetime) -> None:
    """The case was opened again: its bills rest once more."""
    _pause(connection, _turned(connection, community, case_no, "open"), now)


def _turned(connection: Connection, community: str, case_no: str, state: str) -> list[str]:
    """Give the doubts of this case their state; returns their bills."""
    mine = (dispute.c.community_id == community) & (dispute.c.case_no == case_no)
    connection.execute(update(dispute).where(mine).values(state=state))
    return list(connection.execute(select(dispute.c.bill_id).where(mine)).scalars())


def of_conversation(connection: Connection, community: str, conversation: int) -> list[Record]:
    rows = (
        select(dispute.c.case_no, dispute.c.reason, dispute.c.state, dispute.c.created_at, bill.c.fee, bill.c.period)
        .select_from(dispute.join(bill, dispute.c.bill_id == bill.c.id))
        .where(dispute.c.community_id == community, dispute.c.conversation_id == conversation)
        .order_by(dispute.c.id.desc())
    )
    return list(connection.execute(rows))
