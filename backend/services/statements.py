"""A day at the payment provider beside ours: what one of them does not have, or has otherwise, is shown to people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select, update

from backend.db import Record, hold, insert_or
from backend.models.money import payment
from backend.models.online import difference, pay_order, refund, statement
from backend.providers.payment import CURRENCY, Traded
from backend.services import audit, orders, outbox, refunds
from backend.services.acting import Actor
from backend.services.communities import zone
from bot.contract.errors import Refused
from bot.contract.text import Text, t

KINDS: dict[str, Text] = {
    "not_here": t("The provider has it, we do not", context="difference"),
    "not_there": t("We have it, the provider does not", context="difference"),
    "amount": t("The amounts differ", context="difference"),
    "currency": t("It is in another currency", context="difference"),
    "twice": t("One payment was paid twice: pay the second one back", context="difference"),
}
# The provider books a refund when it takes it, a moment after we ask: by midnight it may be the next day's.
MOMENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Ours:
    """What we have of a number. day: it belongs to the day that is compared, in any doubt not."""

    payment: str
    fen: int
    done: bool
    twice: bool
    day: bool


def unknown_here(connection: Connection, community: str, lines: Iterable[Traded]) -> list[str]:
    """Orders that the provider counts as paid and we do not: asked after before they are called a difference."""
    numbers = [line.number for line in lines if not line.refunded]
    rows = select(pay_order.c.id).where(pay_order.c.community_id == community, pay_order.c.id.in_(numbers))
    return list(connection.execute(rows.where(pay_order.c.state.not_in((orders.PAID, orders.TWICE)))).scalars())


def compare(
    connection: Connection,
    community: str,
    provider: str,
    day: date,
    lines: Sequence[Traded],
    real: datetime,
    *,
    first: bool = True,
) -> list[Record]:
    """Write the day down with its differences; done again, it replaces what nobody has settled. Returns those open.

    first: it is the first estate of its merchant, or the only one.
    """
    hold(connection, "statement", community)
    lines = _of_this_estate(connection, community, lines, first)
    key = _day(connection, community, provider, day, lines, real)
    connection.execute(delete(difference).where(difference.c.statement_id == key, difference.c.settled_at.is_(None)))
    found: list[dict[str, object]] = []
    for refunded in (False, True):
        theirs = {line.number: line for line in lines if line.refunded is refunded}
        ours = _ours(connection, community, day, refunded, theirs)
        found += [
            {"community_id": community, "statement_id": key, "refunded": int(refunded), **one}
            for number in sorted(theirs.keys() | ours.keys())
            for one in _differs(number, theirs.get(number), ours.get(number))
        ]
    put = insert_or(difference).on_conflict_do_nothing(index_elements=["statement_id", "kind", "refunded", "number"])
    for one in found:
        connection.execute(put, one)
    standing = open_of(connection, community, key)
    if standing:
        body = {"statement": day.isoformat(), "differences": len(standing)}
        outbox.call_staff(connection, community, body, f"statement:{key}:{len(standing)}", real)
    return standing


def _of_this_estate(connection: Connection, community: str, lines: Sequence[Traded], first: bool) -> list[Traded]:
    """Several estates may share a merchant: what is another's of ours is compared there, what no estate knows is a
    difference in the first of them only."""
    numbers = [line.number for line in lines]
    whose: dict[str, str] = {}
    for table in (pay_order, refund):
        rows = select(table.c.id, table.c.community_id).where(table.c.id.in_(numbers))
        whose |= {row.id: row.community_id for row in connection.execute(rows)}
    return [line for line in lines if (whose[line.number] == community if line.number in whose else first)]


def _day(
    connection: Connection, community: str, provider: str, day: date, lines: Sequence[Traded], real: datetime
) -> int:
    sums = [[line.fen for line in lines if line.refunded is refunded] for refunded in (False, True)]
    values = {"at": real, "payments": len(sums[0]), "paid": sum(sums[0])}
    values |= {"refunds": len(sums[1]), "returned": sum(sums[1])}
    mine = (statement.c.community_id == community, statement.c.provider == provider, statement.c.day == day)
    known = connection.execute(select(statement.c.id).where(*mine)).scalar_one_or_none()
    if known is not None:
        connection.execute(update(statement).where(statement.c.id == known).values(**values))
        return int(known)
    row = {"community_id": community, "provider": provider, "day": day, **values}
    return int(connection.execute(insert(statement).values(**row).returning(statement.c.id)).scalar_one())


def _span(connection: Connection, community: str, day: date) -> tuple[datetime, datetime]:
    begin = datetime.combine(day, time(), ZoneInfo(zone(connection, community)))
    return begin, begin + timedelta(days=1)


def _ours(
    connection: Connection, community: str, day: date, refunded: bool, theirs: Mapping[str, Traded]
) -> dict[str, Ours]:
    """What we have for the day, and whatever else their lines name."""
    begin, end = _span(connection, community, day)
    if refunded:
        at, done = refund.c.created_at, (refunds.SENT, refunds.DONE)
        rows = select(refund.c.id, refund.c.payment_id, refund.c.amount, refund.c.state, at.label("at"))
        mine, end = refund.c.community_id == community, end - MOMENT
        in_day = (refund.c.state.in_(done), at >= begin, at < end)
        named = refund.c.id.in_(list(theirs))
    else:
        at, done = pay_order.c.paid_at, (orders.PAID, orders.TWICE)
        rows = select(pay_order.c.id, pay_order.c.payment_id, payment.c.amount, pay_order.c.state, at.label("at"))
        rows = rows.join(payment, pay_order.c.payment_id == payment.c.id)
        mine = pay_order.c.community_id == community
        in_day = (pay_order.c.state.in_(done), at >= begin, at < end)
        named = pay_order.c.id.in_(list(theirs))
    found: dict[str, Ours] = {}
    for row in [*connection.execute(rows.where(mine, named)), *connection.execute(rows.where(mine, *in_day))]:
        inside = row.state in done and row.at is not None and begin <= row.at < end
        found[row.id] = Ours(row.payment_id, row.amount, row.state in done, row.state == orders.TWICE, inside)
    return found


def _differs(number: str, theirs: Traded | None, ours: Ours | None) -> list[dict[str, object]]:
    row: dict[str, object] = {"number": number[:64], "remote": "", "payment_id": None, "ours": None, "theirs": None}
    if theirs is not None:
        row |= {"remote": theirs.remote[:64], "theirs": theirs.fen}
    if ours is not None:
        row |= {"payment_id": ours.payment, "ours": ours.fen}
    kinds: list[str] = []
    if theirs is None:
        kinds += ["not_there"] if ours is not None and ours.day else []
    elif ours is None or not ours.done:
        kinds.append("not_here")
    else:
        kinds += ["amount"] if ours.fen != theirs.fen else []
        kinds += ["currency"] if theirs.currency != CURRENCY else []
        kinds += ["twice"] if ours.twice else []
    return [{**row, "kind": kind} for kind in kinds]


def open_of(connection: Connection, community: str, key: int | None = None) -> list[Record]:
    """Differences that nobody has settled, the newest day first."""
    rows = select(difference, statement.c.day).join(statement, difference.c.statement_id == statement.c.id)
    rows = rows.where(difference.c.community_id == community, difference.c.settled_at.is_(None))
    if key is not None:
        rows = rows.where(difference.c.statement_id == key)
    return list(connection.execute(rows.order_by(statement.c.day.desc(), difference.c.id).limit(200)))


def newest(connection: Connection, community: str, limit: int = 14) -> list[Record]:
    rows = select(statement).where(statement.c.community_id == community)
    return list(connection.execute(rows.order_by(statement.c.day.desc()).limit(limit)))


def missing(connection: Connection, community: str, provider: str, today: date, back: int) -> list[date]:
    """Days up to yesterday that were never compared, the oldest first."""
    days = [today - timedelta(days=n) for n in range(back, 0, -1)]
    mine = (statement.c.community_id == community, statement.c.provider == provider, statement.c.day.in_(days))
    known = set(connection.execute(select(statement.c.day).where(*mine)).scalars())
    return [day for day in days if day not in known]


def settle(connection: Connection, who: Actor, key: int, note: str) -> None:
    """Somebody has found out what it was, and says so."""
    if len(note) < 4:
        raise Refused("what was it?", t("Please write what it was."), pointer="/note")
    mine = (difference.c.community_id == who.community, difference.c.id == key, difference.c.settled_at.is_(None))
    values = {"settled_at": who.real, "settled_by": who.login, "note": note[:500]}
    if connection.execute(update(difference).where(*mine).values(**values)).rowcount == 0:
        raise Refused("settled already", t("This was settled already."), status=409)
    audit.note(connection, who.community, who.login, "money.difference", f"difference {key}", who.real)
