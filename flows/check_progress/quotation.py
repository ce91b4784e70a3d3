"""The answer to a quotation: nothing is done before the resident's yes, and a no ends the matter."""

from __future__ import annotations

from backend.services.amounts import yuan
from backend.services.casework import quotes
from bot.contract.flow import Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Money, t
from flows.check_progress import tell


def agreed(turn: Turn) -> Outcome:
    number, said = turn.case_no or "", turn.values.get("agreed")
    if said not in ("yes", "no"):
        return Outcome(done=True, goto="end")
    row = quotes.answer(turn.db, turn.conversation.community.id, number, said == "yes", turn.now, turn.real)
    if row is None:
        over = t("That quotation is not open any more. Ask me how {number} is going.", number=number)
        return Outcome(say=(over,), done=True, goto="end")
    if said == "yes":
        yes = t(
            "Thank you. The desk knows that you agree to {amount} for {number}; the work goes on.",
            amount=Money(yuan(row.total)),
            number=number,
        )
        return Outcome(say=(yes,), case_no=number, done=True, goto="end")
    no = t("All right, nothing more is done for {number}. Say so if you want it opened again.", number=number)
    return Outcome(say=(no,), case_no=number, done=True, goto="end")


def ask(turn: Turn) -> Ask:
    return tell.yes_no(t("Do you agree to the quotation?"), "agreed")


SLOT = Slot("agreed", SlotKind.CHOICE, t("Agreed"), ask, required=False, private=True)
