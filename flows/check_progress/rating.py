"""Closed means that the resident said so; then they may say how it went, from 1 to 5, or leave it."""

from __future__ import annotations

from backend.services import cases, closing
from bot.contract.errors import Refused
from bot.contract.flow import Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Option, t
from bot.contract.understanding import Value

LOW = 2
PERSON = Option(t("A person, please", spoken="a person"), "aside=ask_human")


def thanks(turn: Turn) -> Outcome:
    """The yes closes the case."""
    found = cases.by_number(turn.db, turn.conversation.community.id, turn.case_no or "")
    if found is not None:
        closing.confirmed(turn.db, found, turn.now, turn.real)
    say = t("Good. If it comes back, just tell me and I open the same case again.")
    if found is None or found.rating is not None:
        return Outcome(say=(say,), done=True, goto="end")
    return Outcome(say=(say,), ask=ask(turn), awaiting="rating", done=True, goto="rated", lingers=True)


def ask(turn: Turn) -> Ask:
    text = t(
        "How did it go, from 1 (badly) to 5 (very well)? You need not answer.",
        spoken="How did it go? Press a number from 1, badly, to 5, very well. You need not answer.",
    )
    if turn.message.profile.is_heard:
        return Ask(text)
    return Ask(text, tuple(Option(t("{n}", n=n), f"rating={n}") for n in range(5, 0, -1)))


def check(turn: Turn, value: Value) -> Value:
    marks = int(str(value)) if str(value).isdigit() else 0
    if not 1 <= marks <= 5:
        raise Refused("marks go from 1 to 5", t("Please give a number from 1 to 5."))
    return marks


def rated(turn: Turn) -> Outcome:
    """Low marks are met by a person, if the resident wants one."""
    if "rating" not in turn.values:
        return Outcome(done=True, goto="end")
    marks = int(str(turn.values["rating"]))
    closing.rate(turn.db, turn.conversation.community.id, turn.case_no or "", marks, turn.now)
    if marks > LOW:
        return Outcome(say=(t("Thank you, I pass that on."),), done=True, goto="end")
    text = t("Thank you for saying it plainly, I pass it on. Shall a person from the desk speak with you about it?")
    return Outcome(ask=Ask(text, (PERSON,)), awaiting="case_no", done=True, goto="end", lingers=True)


SLOT = Slot("rating", SlotKind.NUMBER, t("Marks"), ask, check, required=False, private=True)
