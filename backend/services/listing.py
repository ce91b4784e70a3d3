"""Lists for integrators: newest first, by cursor, always within one community."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, Table, select, union, union_all

from backend.db import Record
from backend.models.housekeeping import booking, booking_event, provider
from backend.models.money import bill, bill_line, payment, receipt
from backend.models.people import address, household
from backend.models.talk import conversation
from backend.models.visitors import visitor_pass
from backend.models.work import alarm, alarm_event, case, case_event, case_report
from bot.contract.stored import load


@dataclass(frozen=True, slots=True)
class Query:
    """What a list may be narrowed by; conversation: a sender, as the channel names them; cursor: the last id seen."""

    community: str
    limit: int = 50
    cursor: str | None = None
    kind: str | None = None
    state: str | None = None
    conversation: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    items: list[Record]
    next: str | None


def paged(found: Sequence[Record], limit: int) -> Page:
    """found: one more than the limit, where there is more."""
    kept = list(found[:limit])
    return Page(kept, str(kept[-1].id) if len(found) > limit else None)


def _page(connection: Connection, query: Query, table: Table, rows: Select[Any]) -> Page:
    if query.kind is not None:
        rows = rows.where(table.c.kind == query.kind)
    if query.state is not None:
        rows = rows.where(table.c.state == query.state)
    if query.cursor is not None:
        rows = rows.where(table.c.id < query.cursor)
    rows = rows.where(table.c.community_id == query.community).order_by(table.c.id.desc()).limit(query.limit + 1)
    return paged(connection.execute(rows).all(), query.limit)


def _cases() -> Select[Any]:
    joined = (
        case.outerjoin(conversation, case.c.conversation_id == conversation.c.id)
        .outerjoin(address, conversation.c.address_id == address.c.id)
        .outerjoin(household, case.c.household_id == household.c.id)
    )
    return select(case, address.c.user.label("sender"), household.c.label.label("home")).select_from(joined)


def cases(connection: Connection, query: Query) -> Page:
    rows = _cases()
    if query.conversation is not None:
        rows = rows.where(case.c.id.in_(_reported_by(_talks(connection, query))))
    if query.number is not None:
        rows = rows.where(case.c.number == query.number.upper())
    return _page(connection, query, case, rows)


def _talks(connection: Connection, query: Query) -> list[int]:
    """The sender's conversation or, of a telephone, all its calls. Asked first and by themselves: joined to what they
    own, they would be looked for in all that there is."""
    rows = select(conversation.c.id).join(address, conversation.c.address_id == address.c.id)
    rows = rows.where(conversation.c.community_id == query.community)
    calls = address.c.user.startswith(f"{query.conversation}#", autoescape=True)
    both = union_all(
        rows.where(address.c.community_id == query.community, address.c.user == query.conversation),
        # Few channels beside the telephone have such names, and this one is found by its channel.
        rows.where(address.c.channel == "phone", calls),
    )
    return list(connection.execute(both).scalars())


def _reported_by(talks: list[int]) -> CompoundSelect[Any]:
    """Cases of these conversations, and what they reported after a neighbour had."""
    joined = select(case_report.c.case_id).where(case_report.c.conversation_id.in_(talks))
    own = select(case.c.id).where(case.c.conversation_id.in_(talks))
    return union(own, joined.where(case_report.c.split_at.is_(None)))


def case_by(connection: Connection, community: str, key: str) -> Record | None:
    """By id or by number, within the community."""
    rows = _cases().where(case.c.community_id == community, (case.c.id == key) | (case.c.number == key.upper()))
    return connection.execute(rows).one_or_none()


def case_history(connection: Connection, case_id: str) -> list[Record]:
    return list(connection.execute(select(case_event).where(case_event.c.case_id == case_id).order_by(case_event.c.id)))


def _alarms() -> Select[Any]:
    joined = alarm.outerjoin(household, alarm.c.household_id == household.c.id)
    return select(alarm, household.c.label.label("home")).select_from(joined)


def alarms(connection: Connection, query: Query) -> Page:
    rows = _alarms()
    if query.conversation is not None:
        rows = rows.where(alarm.c.reported_by == query.conversation)
    return _page(connection, query, alarm, rows)


def bookings(connection: Connection, query: Query) -> Page:
    rows = _bookings()
    if query.conversation is not None:
        rows = rows.where(booking.c.conversation_id.in_(_talks(connection, query)))
    return _page(connection, query, booking, rows)


def booking_by(connection: Connection, community: str, key: str) -> Record | None:
    """By id or by number, within the community."""
    rows = _bookings().where(
        booking.c.community_id == community, (booking.c.id == key) | (booking.c.number == key.upper())
    )
    return connection.execute(rows).one_or_none()


def booking_history(connection: Connection, key: str) -> list[Record]:
    rows = select(booking_event).where(booking_event.c.booking_id == key).order_by(booking_event.c.id)
    return list(connection.execute(rows))


def _bookings() -> Select[Any]:
    joined = (
        booking.join(provider, booking.c.provider_id == provider.c.id)
        .outerjoin(conversation, booking.c.conversation_id == conversation.c.id)
        .outerjoin(address, conversation.c.address_id == address.c.id)
        .outerjoin(household, booking.c.household_id == household.c.id)
    )
    labels = (address.c.user.label("sender"), household.c.label.label("home"), provider.c.names, provider.c.employers)
    return select(booking, *labels).select_from(joined)


def alarm_by(connection: Connection, community: str, key: str) -> Record | None:
    return connection.execute(_alarms().where(alarm.c.community_id == community, alarm.c.id == key)).one_or_none()


def alarm_history(connection: Connection, alarm_id: str) -> list[Record]:
    rows = select(alarm_event).where(alarm_event.c.alarm_id == alarm_id).order_by(alarm_event.c.id)
    return list(connection.execute(rows))


def _bills() -> Select[Any]:
    joined = (
        bill.join(household, bill.c.household_id == household.c.id)
        .outerjoin(conversation, bill.c.conversation_id == conversation.c.id)
        .outerjoin(address, conversation.c.address_id == address.c.id)
    )
    return select(bill, address.c.user.label("sender"), household.c.label.label("home")).select_from(joined)


def bills(connection: Connection, query: Query) -> Page:
    """Bills that are written down; of a conversation: those it was given a pay link for."""
    rows = _bills()
    if query.conversation is not None:
        rows = rows.where(bill.c.conversation_id.in_(_talks(connection, query)))
    return _page(connection, query, bill, rows)


def bill_by(connection: Connection, community: str, key: str) -> Record | None:
    return connection.execute(_bills().where(bill.c.community_id == community, bill.c.id == key)).one_or_none()


def bill_lines(connection: Connection, key: str) -> list[Record]:
    rows = select(bill_line).where(bill_line.c.bill_id == key).order_by(bill_line.c.position)
    return list(connection.execute(rows))


def _payments() -> Select[Any]:
    joined = (
        payment.join(household, payment.c.household_id == household.c.id)
        .outerjoin(receipt, receipt.c.payment_id == payment.c.id)
        .outerjoin(conversation, payment.c.conversation_id == conversation.c.id)
        .outerjoin(address, conversation.c.address_id == address.c.id)
    )
    columns = (address.c.user.label("sender"), household.c.label.label("home"), receipt.c.number.label("receipt"))
    return select(payment, *columns).select_from(joined)


def payments(connection: Connection, query: Query) -> Page:
    rows = _payments()
    if query.conversation is not None:
        rows = rows.where(payment.c.conversation_id.in_(_talks(connection, query)))
    return _page(connection, query, payment, rows)


def payment_by(connection: Connection, community: str, key: str) -> Record | None:
    rows = _payments().where(payment.c.community_id == community, payment.c.id == key)
    return connection.execute(rows).one_or_none()


def _passes() -> Select[Any]:
    joined = (
        visitor_pass.outerjoin(conversation, visitor_pass.c.conversation_id == conversation.c.id)
        .outerjoin(address, conversation.c.address_id == address.c.id)
        .join(household, visitor_pass.c.household_id == household.c.id)
    )
    return select(visitor_pass, address.c.user.label("sender"), household.c.label.label("home")).select_from(joined)


def passes(connection: Connection, query: Query) -> Page:
    rows = _passes()
    if query.conversation is not None:
        rows = rows.where(visitor_pass.c.conversation_id.in_(_talks(connection, query)))
    if query.number is not None:
        rows = rows.where(visitor_pass.c.number == query.number.upper())
    return _page(connection, query, visitor_pass, rows)


def pass_by(connection: Connection, community: str, key: str) -> Record | None:
    """By id or by number, within the community."""
    table = visitor_pass.c
    rows = _passes().where(table.community_id == community, (table.id == key) | (table.number == key.upper()))
    return connection.execute(rows).one_or_none()


def shown(slots: Mapping[str, Any]) -> dict[str, Any]:
    """A case's slots as the API shows them: plain values, times in ISO 8601."""
    values = {name: load(value) for name, value in slots.items() if value is not None}
    return {name: value if isinstance(value, (str, int)) else str(value) for name, value in values.items()}
