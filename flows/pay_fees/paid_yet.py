"""Whether something is paid, asked and not told: what the books say; nothing is doubted that nobody doubts."""

from __future__ import annotations

from collections.abc import Sequence

from backend.db import Record
from backend.services import bills, payments
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Summary, Text, t
from flows.pay_fees.invoices import INVOICE
from flows.pay_fees.plan import FORGOTTEN, known
from flows.pay_fees.standing import by_itself
from flows.pay_fees.whose import Whose
from flows.pay_fees.words import money, title

RECEIPTS = 4


def whether(turn: Turn, rows: Sequence[Record]) -> Outcome:
    """ "I paid that already, did I not?": the last that was paid; what is open follows."""
    fee, period = turn.values.get("fee"), known(turn, "period")
    mine = [row for row in rows if fee in (None, row.fee) and period in (None, row.period)]
    settled = [row for row in mine if row.state == "paid"]
    say: list[Text] = []
    if settled and fee is not None:
        say.append(t("Paid so far, as the books have it: {title}.", title=title(settled[-1])))
    if not any(bills.is_open(row, turn.now) for row in mine):
        return Outcome(say=(*say, t("Nothing is open there.")), done=True)
    say.append(t("If you have paid what is open, say when and how, and the desk looks for it."))
    return Outcome(say=tuple(say), set={"_looked": "yes", "_told": FORGOTTEN}, answered=True)


def receipt(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    found = payments.receipts(turn.db, turn.conversation.id, who.home, who.payer, RECEIPTS)
    if not found:
        say: tuple[Text | Summary, ...] = (t("I have no receipt on file for you. What was paid at the desk is there."),)
        return by_itself(turn, say)
    shown = tuple(
        (t("{number}", number=row.number), t("{amount} on {day}", amount=money(row.amount), day=row.created_at.date()))
        for row in found
    )
    return by_itself(turn, (Summary(t("Your newest receipts"), shown), INVOICE))
