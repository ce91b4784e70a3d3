"""A quotation: what it would cost, told to the resident in the conversation, who accepts or declines it there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from backend.db import Record
from backend.models.fieldwork import quote
from backend.services import cases, outbox, settled
from backend.services.acting import Actor
from backend.services.amounts import yuan
from backend.services.casework import costs, record
from bot.contract.errors import Refused
from bot.contract.text import Money, Text, t

OFFER = t(
    "For {number} the desk offers to do this for {amount}: {lines}. Nothing is done before you agree. Do you agree?"
)


def of(connection: Connection, key: str) -> list[Record]:
    rows = select(quote).where(quote.c.case_id == key).order_by(quote.c.id.desc())
    return list(connection.execute(rows))


def offer(connection: Connection, who: Actor, number: str, seen: int | None = None) -> None:
    """All that is written down as cost today, as one sum."""
    found = record.find(connection, who.community, number)
    record.fresh(connection, found, seen)
    rows = costs.of(connection, found.id)
    sum_ = costs.total(rows)
    if not sum_:
        raise Refused("nothing to offer", t("Write down what it costs first: parts, work, anything else."))
    if found.conversation_id is None:
        raise Refused("nobody to ask", t("This case has no conversation; please call the resident."), status=409)
    if found.state != "quoted":
        cases.move(connection, found, "quoted", who.name, None, who.now, who.real, tell=False)
    mine = (quote.c.case_id == found.id, quote.c.state == "open")
    connection.execute(update(quote).where(*mine).values(state="replaced", answered_at=who.now))
    lines = [{"name": row.name, "quantity": row.quantity, "price": row.price} for row in rows]
    made = {"community_id": who.community, "case_id": found.id, "lines": lines, "total": sum_, "state": "open"}
    key = connection.execute(insert(quote).values(**made, by=who.name, at=who.now).returning(quote.c.id)).scalar_one()
    record.note(connection, found, "quote", who.name, f"¥{yuan(sum_)}", who.now)
    settled.ask_quote(connection, found.conversation_id, number, sum_)
    said = Text(OFFER.msgid, {"number": number, "amount": Money(yuan(sum_)), "lines": _told(rows)})
    outbox.push(connection, found.conversation_id, said, f"quote:{key}", who.real)


def _told(rows: list[Record]) -> str:
    return "; ".join(f"{row.name} ¥{yuan(costs.amount(row))}" for row in rows)[:600]


def answer(
    connection: Connection, community: str, number: str, agreed: bool, now: datetime, real: datetime
) -> Record | None:
    """The resident's yes or no to the offer that is open; None where none is any more."""
    found = cases.by_number(connection, community, number)
    if found is None or found.state != "quoted":
        return None
    row = connection.execute(select(quote).where(quote.c.case_id == found.id, quote.c.state == "open")).one_or_none()
    if row is None:
        return None
    state = "accepted" if agreed else "declined"
    connection.execute(update(quote).where(quote.c.id == row.id).values(state=state, answered_at=now))
    cases.move(connection, found, state, "resident", None, now, real)
    body = {"case": number, "task": f"quotation {state}"}
    outbox.call_staff(connection, community, body, f"quote:{row.id}:{state}", real)
    return row
