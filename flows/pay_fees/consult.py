""" "How much do I owe?" in the middle of something else: the sum in a sentence; paying it is a talk of its own."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.flow import Turn
from bot.contract.text import Sayable, t
from bot.contract.understanding import Value
from flows.pay_fees.plan import narrow
from flows.pay_fees.standing import standing
from flows.pay_fees.whose import issued, whose
from flows.pay_fees.words import money


def consult(turn: Turn) -> tuple[Sayable, ...] | None:
    """What is open for the speaker's own home; of a home that is not proved to be theirs nothing is told."""
    asked = standing(_alone(turn))
    if asked is not None:
        return (asked,)
    who = whose(_alone(turn))
    if who is None or not who.own:
        return None
    found = narrow(_alone(turn), issued(turn, who))
    if not found.open:
        return (t("Nothing is open on your bills."),)
    say = t("{amount} is open in all. Say “pay my bills” when you want to see or pay them.", amount=money(found.total))
    return (say,)


def _alone(turn: Turn) -> Turn:
    """The turn without the slots of the flow that is open; the fee that is named counts."""
    fee = turn.understanding.entity("fee")
    values: dict[str, Value] = {"fee": fee.value} if fee is not None and fee.value is not None else {}
    return replace(turn, values=values)
