"""Asks what a case waits for as soon as the resident is met again: is it really fixed, do they agree to the quotation;
they may also answer without being asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import Connection

from backend.services import closing, settled
from bot.contract.conversation import Conversation, Frame, Offer
from bot.contract.flow import Book
from bot.contract.text import Ask, Money, Option, t
from bot.contract.understanding import Understanding
from bot.engine.decision import SOS, Decision
from bot.engine.run import Run

# The slot's step has its name.
FLOW, SOLVED, AGREED = "check_progress", "solved", "agreed"
_ANSWERS = frozenset({"affirm", "deny"})
_CUES = frozenset({"unfixed", "still", "mended"})


def put(conversation: Conversation, heard: Understanding, book: Book, connection: Connection) -> Conversation:
    """As if it had just been asked: "yes", "no" and "it still drips" are answers, anything else is something else."""
    if not conversation.settled:
        return conversation
    open_ = closing.still_asked(connection, conversation.community.id, conversation.settled)
    conversation = replace(conversation, settled=open_)
    cued = bool(_CUES & set(heard.extra)) and bool(open_) and _slot(open_[0]) == SOLVED
    answers = heard.intent in _ANSWERS or cued
    if not answers or "question" in heard.extra or heard.entity("case_no") is not None:
        return conversation
    if not open_ or conversation.top is not None or conversation.sos:
        return conversation
    entry = conversation.settled[0]
    offered = conversation.offered
    if _slot(entry) == AGREED and not offered:
        # The push has asked in so many words: a plain yes is the answer to it.
        offered = tuple(Offer(option.title.msgid, option.payload, "") for option in question(entry).options)
    return replace(conversation, frames=(*conversation.frames, _frame(entry, book)), offered=offered)


def ask_on(run: Run, decision: Decision) -> None:
    """Nothing else is open any more: the question itself, once; afterwards it can be answered whenever they like."""
    numbers = run.conversation.settled
    if not numbers:
        return
    slot = _slot(numbers[0])
    answered = decision.slot == slot or slot in decision.values or (slot == SOLVED and _is_reopened(run))
    if answered or decision.flow == SOS or run.conversation.sos:
        run.change(settled=numbers[1:] if answered else numbers)
        return
    top = run.conversation.top
    mine = top is not None and top.flow == FLOW and top.awaiting == slot
    if top is not None and not mine:
        return
    if not mine:
        run.push(_frame(numbers[0], run.book))
    run.ask = question(numbers[0])
    run.change(settled=numbers[1:])


def put_again(run: Run) -> None:
    """What waited for a proof of who answers."""
    entry = run.conversation.settled[0]
    run.push(_frame(entry, run.book))
    run.ask = question(entry)


def question(entry: str) -> Ask:
    number = settled.number_in(entry)
    digits = " ".join(number[-4:])
    if _slot(entry) == AGREED:
        offer = t(
            "For {number} a quotation of {amount} waits for your answer. Do you agree to it?",
            spoken="For the one ending {digits} a quotation of {amount} waits for your answer. Do you agree to it?",
            number=number,
            digits=digits,
            amount=Money(Decimal(entry.rsplit(":", 1)[1]) / 100),
        )
        return Ask(offer, (Option(t("Yes, I agree"), f"{AGREED}=yes"), Option(t("No, I decline"), f"{AGREED}=no")))
    text = t(
        "{number} is reported as done. Is it really?",
        spoken="The one ending {digits} is reported as done. Is it really?",
        number=number,
        digits=digits,
    )
    return Ask(text, (Option(t("Yes, it is fixed"), f"{SOLVED}=yes"), Option(t("No, open it again"), f"{SOLVED}=no")))


def _slot(entry: str) -> str:
    return AGREED if entry.startswith(settled.QUOTE) else SOLVED


def _frame(entry: str, book: Book) -> Frame:
    slot = _slot(entry)
    return Frame(FLOW, book.flows[FLOW].version, slot, awaiting=slot, case_no=settled.number_in(entry), lingers=True)


def _is_reopened(run: Run) -> bool:
    """ "It still drips" went through the flow's own door."""
    return any(event.name == "flow_completed" and event.data.get("flow") == FLOW for event in run.events)
