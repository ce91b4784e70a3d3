"""What is asked after a link was given or a bill doubted: when the money arrives, whether reminders go on."""

from __future__ import annotations

from backend.services import cases
from backend.services.fees import month
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Clock, Text, t
from flows.pay_fees.plan import known, narrow, plan
from flows.pay_fees.standing import standing
from flows.pay_fees.whose import issued, whose
from flows.pay_fees.words import money
from flows.questions import desk

# What a look at the account tells, whatever is looked into.
_ELSEWHERE = frozenset({"receipt", "invoice", "balance", "rate", "how", "explain", "dispute", "doubt", "usage"})


def answer(turn: Turn) -> Text | None:
    """The flow's own facts; None for what a look at the bills tells better."""
    topic = turn.understanding.extra.get("topic", "")
    if "rest_later" in turn.understanding.extra:
        return t("That is all right: what stays open is here whenever you like.")
    asked = standing(turn)
    if asked is not None:
        return asked
    if topic == "bargain":
        return t("The sums come from the tariff and are the same for everybody. If one looks wrong, tell me which.")
    if not turn.values or turn.understanding.extra.get("want") in _ELSEWHERE:
        return None  # nothing was begun: what is on file tells more
    if turn.case_no is not None:
        return None if _is_another(turn) else _doubted(turn, topic)
    if topic == "price":
        return _sum(turn)
    if topic == "pay_by":
        return _by_when(turn)
    if topic == "reminder":
        return t("Reminders about a bill stop by themselves as soon as its payment has arrived.")
    if topic in ("landing", "duration"):
        return _landing(turn)
    return None


def _is_another(turn: Turn) -> bool:
    """ "And the parking, can I pay two months of that": another bill than the one that is looked into."""
    said = turn.understanding.entity("fee")
    return "months" in turn.understanding.extra or (said is not None and said.value != turn.values.get("fee"))


def _sum(turn: Turn) -> Text | None:
    """What is read back, or all that is open of what is spoken of."""
    who = whose(turn)
    if who is None:
        return None
    rows = issued(turn, who)
    ready = plan(turn, who, rows)
    if ready is not None:
        return t("It comes to {amount}.", amount=money(ready.amount))
    found = narrow(turn, rows)
    if not who.own or not found.open:
        return None
    period = known(turn, "period")
    if period is not None:
        return t("{amount} is open for {month}.", amount=money(found.total), month=month(str(period)))
    return t("{amount} is open in all.", amount=money(found.total))


def _by_when(turn: Turn) -> Text | None:
    """The days that stand on the bills that are spoken of."""
    who = whose(turn)
    if who is None or not who.own:
        return None
    days = sorted({row.due_on for row in narrow(turn, issued(turn, who)).open if row.due_on is not None})
    today = turn.now.date()
    late, ahead = [day for day in days if day < today], [day for day in days if day >= today]
    if not days:
        return None
    if not late:
        return t("By {day}.", day=ahead[0])
    if not ahead:
        return t("Its day was {day}, so as soon as it suits you. You can also pay a part of it.", day=late[0])
    return t(
        "Some of it was due earlier, since {late}; the next day is {day}. You can also pay a part of it.",
        late=late[0],
        day=ahead[0],
    )


def _landing(turn: Turn) -> Text:
    if known(turn, "_pick") == "topup" or turn.values.get("_amount_of") == "pay":
        return t(
            "As soon as the payment provider reports it: then it is on the account at once, and I send you the receipt "
            "number here. If nothing has come within the day, tell me."
        )
    return t(
        "As soon as the payment provider reports it, the bill is paid and I send you the receipt number here. If "
        "nothing has come within the day, tell me."
    )


def _doubted(turn: Turn, topic: str) -> Text | None:
    """A bill that is looked into: what happens next, and that nobody is reminded meanwhile."""
    number = turn.case_no or ""
    found = cases.by_number(turn.db, turn.conversation.community.id, number)
    if found is None or found.due_at is None:
        return None
    if topic == "reminder":
        return t("No. As long as {number} is looked into, no reminder about it is sent.", number=number)
    return t(
        "The desk looks for it and answers you by {by}, as {number}. You need do nothing meanwhile, and no reminder "
        "is sent.",
        number=number,
        by=Clock(found.due_at.astimezone(turn.now.tzinfo)),
    )


def more(turn: Turn) -> Outcome:
    """ "By bank transfer, on the 3rd": what the desk needs to find it, put with the case."""
    number = desk.added(turn)
    if number is None:
        return Outcome()
    return Outcome(say=(t("Noted with {number}, it helps the desk to find it.", number=number),))
