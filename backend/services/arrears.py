"""Bills that are overdue, brought to mind: seldom, by day, to whoever pays and to nobody else, never as a threat.

Three times a home is reminded of the same oldest bill, a fortnight apart; then it is the desk's to talk. What is being
looked into is left alone, and so is a home of which nobody is proved to pay. Nothing else depends on what is owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, insert, literal, select

from backend.db import Record, hold
from backend.models.money import arrears_reminder, bill, fee_account
from backend.models.people import address, household, resident
from backend.models.talk import conversation
from backend.services import bills, contact, outbox
from backend.services.amounts import yuan
from backend.services.fees import month
from bot.contract.text import Money, Text, t

AGE = 18
# Homes in one transaction.
AT_ONCE = 20
# The first two in the chat, the third by whatever way reaches them, and then a person of the desk.
DESK = 4
FIRST = t(
    "For your information: {amount} is still open for {home}, the oldest bill of {month}. To pay, say “pay”. If it is "
    "paid already or looks wrong to you, just tell me: we look into it, and you hear no more of it meanwhile."
)
AGAIN = t(
    "{amount} for {home} is still open, the oldest bill of {month}. To pay, say “pay”; if something is not right, just "
    "tell me."
)
# Also read out where nothing else reaches them: whoever answers hears no sum.
LAST = t("There are bills of your home that we would like to settle with you. Please write or call when it suits you.")


@dataclass(frozen=True, slots=True)
class Rule:
    """after: days past the due day until the first; every: days between them."""

    after: int
    every: int


def due(connection: Connection, community: str, rule: Rule, now: datetime) -> list[int]:
    """Homes that may be told something now, on the community's clock; none by night."""
    if not contact.is_day(now):
        return []
    late = _overdue(community, now.date() - timedelta(days=rule.after)).subquery()
    past = (arrears_reminder.c.household_id == late.c.household_id, arrears_reminder.c.payer == late.c.payer)
    lately = arrears_reminder.c.at > now - timedelta(days=rule.every)
    over = (arrears_reminder.c.period == late.c.period) & (arrears_reminder.c.rung >= DESK)
    told = select(literal(1)).where(*past, lately | over).exists()
    rows = select(late.c.household_id).where(~told).order_by(late.c.household_id).distinct()
    return list(connection.execute(rows).scalars())


def remind(
    connection: Connection, community: str, rule: Rule, now: datetime, real: datetime, homes: Sequence[int]
) -> int:
    """Whoever of these homes is due now; returns how many were told something. Not more than `AT_ONCE`, so that others
    write in between."""
    hold(connection, "arrears", community)
    overdue = _overdue(community, now.date() - timedelta(days=rule.after)).where(bill.c.household_id.in_(homes))
    return sum(_home(connection, row, rule, now, real) for row in connection.execute(overdue).all())


def _overdue(community: str, day: date) -> Select[Any]:
    """Homes and payers with the oldest month that is overdue by then, and not being looked into."""
    late = (bill.c.community_id == community, bill.c.kind == "monthly", bill.c.state.in_(bills.UNPAID))
    calm = (bill.c.paused_at.is_(None), bill.c.estimated.is_(False), bill.c.due_on < day)
    joined = bill.join(fee_account, bill.c.account_id == fee_account.c.id)
    grouped = (bill.c.community_id, bill.c.household_id, fee_account.c.payer)
    rows = select(*grouped, func.min(bill.c.period).label("period")).select_from(joined).where(*late, *calm)
    return rows.group_by(*grouped).order_by(bill.c.household_id)


def _home(connection: Connection, row: Record, rule: Rule, now: datetime, real: datetime) -> bool:
    mine = (arrears_reminder.c.household_id == row.household_id, arrears_reminder.c.payer == row.payer)
    past = list(connection.execute(select(arrears_reminder).where(*mine).order_by(arrears_reminder.c.at.desc())))
    rung = 1 + max((one.rung for one in past if one.period == row.period), default=0)
    if rung > DESK or (past and now - past[0].at < timedelta(days=rule.every)):
        return False
    who = _payer(connection, row, now) if rung < DESK else None
    if who is not None and contact.is_spent(connection, who.conversation, real):
        return False
    # Where nobody is reached there is nothing to climb: a person takes it from here.
    rung = rung if who is not None else DESK
    once = f"arrears:{row.household_id}:{row.payer}:{row.period}:{rung}"
    if who is not None:
        outbox.push(connection, who.conversation, _text(connection, row, rung, now), once, real, aloud=rung == DESK - 1)
    else:
        body = {"arrears": row.household_id, "payer": row.payer, "since": row.period}
        outbox.call_staff(connection, row.community_id, body, once, real)
    known = {"community_id": row.community_id, "household_id": row.household_id, "payer": row.payer}
    connection.execute(insert(arrears_reminder).values(**known, period=row.period, rung=rung, at=now))
    return True


def _payer(connection: Connection, row: Record, now: datetime) -> Record | None:
    """Somebody of age who is proved to be of this home and pays these accounts, and where they last wrote."""
    joined = resident.join(address, address.c.resident_id == resident.c.id)
    joined = joined.join(conversation, conversation.c.address_id == address.c.id)
    role = resident.c.role == "tenant" if row.payer == "tenant" else resident.c.role == "owner"
    proved = (address.c.verified_at.is_not(None), address.c.unreachable_at.is_(None), resident.c.left_at.is_(None))
    grown = resident.c.birth_year.is_(None) | (resident.c.birth_year <= now.year - AGE)
    rows = select(resident.c.id, conversation.c.id.label("conversation")).select_from(joined)
    rows = rows.where(resident.c.household_id == row.household_id, role, *proved, grown)
    return connection.execute(rows.order_by(conversation.c.updated_at.desc()).limit(1)).one_or_none()


def _text(connection: Connection, row: Record, rung: int, now: datetime) -> Text:
    """What is open of theirs, at this moment."""
    if rung == DESK - 1:
        return LAST
    rows = bills.of_home(connection, row.community_id, row.household_id, row.payer)
    fen = sum(bills.left(one) for one in rows if bills.is_overdue(one, now.date()) and one.paused_at is None)
    home = connection.execute(select(household.c.label).where(household.c.id == row.household_id)).scalar_one()
    told = {"amount": Money(yuan(fen)), "home": home, "month": month(row.period)}
    return Text((FIRST if rung == 1 else AGAIN).msgid, told)


def of_home(connection: Connection, community: str, home: int) -> Sequence[Record]:
    """For the desk, the newest first."""
    mine = (arrears_reminder.c.community_id == community, arrears_reminder.c.household_id == home)
    rows = select(arrears_reminder).where(*mine).order_by(arrears_reminder.c.id.desc()).limit(6)
    return list(connection.execute(rows))
