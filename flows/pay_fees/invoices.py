"""The tax invoice: what the desk needs for it is taken down here and passed on, as it was written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from backend.db import Record
from backend.services import targets
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Ask, Clock, Option, t
from bot.contract.understanding import Value
from flows.pay_fees.plan import FORGOTTEN, known
from flows.pay_fees.whose import Whose
from flows.questions import desk

LONGEST = 500
INVOICE = t(
    "The tax invoice (fapiao) is apart from the receipt: the desk issues it for a receipt number, with your title and "
    "tax number."
)


def invoice(turn: Turn, who: Whose, rows: Sequence[Record]) -> Outcome:
    said, before = turn.message.text.strip()[:LONGEST], str(turn.values.get("_invoice_words", ""))
    words: dict[str, Value] = {
        "_invoice_words": before if said in before else said,
        "_invoice": FORGOTTEN,
        "_want": FORGOTTEN,
    }
    read_back = more_than_a_wish(str(words["_invoice_words"]))
    say = () if read_back else (t("Noted."),) if before else (INVOICE,)
    ask = ask_invoice(replace(turn, values={**turn.values, **words}))
    return Outcome(say=say, ask=ask, awaiting="_invoice", set=words, goto="heed")


# A tax number has fifteen to twenty signs, in capitals.
_TAX_NUMBER = re.compile(r"(?<![A-Z0-9])[A-Z0-9]{15,20}(?![A-Z0-9])")


def more_than_a_wish(words: str) -> bool:
    """Whether more was told than that one is wanted: it is read back, and not asked for once more."""
    return "; " in words or _TAX_NUMBER.search(words.upper()) is not None


def ask_invoice(turn: Turn) -> Ask:
    yes, no = Option(t("Yes, pass it on"), "_invoice=yes"), Option(t("No"), "_invoice=no")
    words = str(turn.values.get("_invoice_words", ""))
    if more_than_a_wish(words):
        # Read back as it goes to the desk, so that a wrong title is seen before it is printed.
        told = t(
            "For the invoice I have: {words}. Shall I pass that on? Add to it or correct it as you like.", words=words
        )
        return Ask(told, (yes, no))
    return Ask(t("Shall I pass that on? Title, tax number and month you can just write to me first."), (yes, no))


def noted(turn: Turn) -> Mapping[str, Value]:
    """ "Tax number ...", where it is asked whether it shall be passed on: it goes along."""
    top, said = turn.conversation.top, turn.message.text.strip()
    if top is None or top.awaiting != "_invoice" or turn.message.choice or not said:
        return {}
    heard = turn.understanding.extra
    if "_invoice" in turn.changed and ("done" in heard or "beside" not in heard):
        return {}  # a yes or a no alone
    before = str(turn.values.get("_invoice_words", ""))
    return {} if said in before else {"_invoice_words": f"{before}; {said}"[:LONGEST]}


def goes_along(turn: Turn) -> bool:
    """ "Blue Door Ltd, October", just noted for the invoice: it is asked on, and no bill of that month is meant."""
    said, words = turn.message.text.strip(), str(turn.values.get("_invoice_words", ""))
    named = turn.understanding.entity("fee") is not None
    return bool(said) and not named and words.endswith(said) and words != said and not turn.message.choice


def passed_on(turn: Turn) -> Outcome:
    forgotten: dict[str, Value] = {"_invoice": FORGOTTEN, "_want": FORGOTTEN}
    if known(turn, "_invoice") != "yes":
        return Outcome(say=(t("All right, nothing was passed on."),), done=True, set=forgotten)
    due = targets.due(turn.db, turn.conversation.community, "request", turn.now)
    filed = desk.file(turn, desk.case_of(turn, "request", "invoice", str(turn.values["_invoice_words"]), due=due))
    say = t("Passed on. {told} Our target for an answer is {by}.", told=desk.number_told(filed.number), by=Clock(due))
    return Outcome(say=(say,), case_no=filed.number, done=True, set=forgotten)
