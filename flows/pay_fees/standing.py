"""What is asked of the bills as they stand: of which months, the largest of them, and up to when all is paid."""

from __future__ import annotations

from collections.abc import Sequence

from backend.db import Record
from backend.services import bills, payments
from backend.services.fees import TITLES, month
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Summary, Text, t
from flows.pay_fees.plan import fees_of, narrow
from flows.pay_fees.whose import issued, whose
from flows.pay_fees.words import money

LATER = t("All right, nothing was paid. The bills stay as they are; come back whenever it suits you.")
# What asks for it, by name.
ASKED = frozenset({"of_months", "largest", "paid_until"})


def standing(turn: Turn) -> Text | None:
    """None where nothing of the kind is asked, or it is not theirs to see."""
    heard = turn.understanding.extra
    who = whose(turn) if ASKED & set(heard) else None
    if who is None or not who.own:
        return None
    named = turn.understanding.entity("fee")
    fees = fees_of(turn) if "paid_until" not in heard or named is not None else frozenset()
    rows = [row for row in issued(turn, who) if not fees or row.fee in fees]
    if "paid_until" in heard:
        newest = payments.receipts(turn.db, turn.conversation.id, who.home, who.payer, 1)
        last = t("The last payment I have is of {day}.", day=newest[0].created_at.date()) if newest else None
        told = _chained([_until(turn, fee, rows) for fee in TITLES if any(row.fee == fee for row in rows)])
        return told if last is None else _chained([last, told])
    open_ = narrow(turn, rows).open
    if not open_:
        return t("Nothing is open on your bills.")
    if "largest" in heard:
        sums = {fee: sum(bills.left(row) for row in open_ if row.fee == fee) for fee in {row.fee for row in open_}}
        fee = max(sums, key=lambda each: sums[each])
        return t("Most of it is {fee}: {amount}.", fee=TITLES[fee], amount=money(sums[fee]))
    return _chained([_months(fee, open_) for fee in TITLES if any(row.fee == fee for row in open_)])


def _chained(parts: list[Text]) -> Text:
    whole = parts[-1]
    for part in reversed(parts[:-1]):
        whole = t("{first} {rest}", context="answer", first=part, rest=whole)
    return whole


def _months(fee: str, rows: Sequence[Record]) -> Text:
    periods = sorted({row.period for row in rows if row.fee == fee})
    if len(periods) == 1:
        return t("{fee}: {month}.", fee=TITLES[fee], month=month(periods[0]))
    return t("{fee}: {first} to {last}.", fee=TITLES[fee], first=month(periods[0]), last=month(periods[-1]))


def _until(turn: Turn, fee: str, rows: Sequence[Record]) -> Text:
    paid = sorted(row.period for row in rows if row.fee == fee and row.state == "paid")
    due = sorted(row.period for row in rows if row.fee == fee and bills.is_open(row, turn.now))
    if not due:
        return t("{fee}: nothing is open.", fee=TITLES[fee])
    if not paid:
        return t("{fee}: open since {month}.", fee=TITLES[fee], month=month(due[0]))
    return t(
        "{fee}: paid up to {paid}, open since {month}.", fee=TITLES[fee], paid=month(paid[-1]), month=month(due[0])
    )


def by_itself(turn: Turn, say: tuple[Text | Summary, ...]) -> Outcome:
    """An answer in the middle of paying goes back to it; one by itself is all that was wanted."""
    if "_begun" in turn.values:
        return Outcome(say=say, answered=True)
    return Outcome(say=say, done=True)
