"""Asks whether it is really fixed as soon as the resident is met again; they may also answer without being asked."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from backend.services import closing
from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book
from bot.contract.text import Ask, Option, t
from bot.contract.understanding import Understanding
from bot.engine.decision import SOS, Decision
from bot.engine.run import Run

FLOW, STEP, SLOT = "check_progress", "solved", "solved"


_ANSWERS = frozenset({"affirm", "deny"})
_CUES = frozenset({"unfixed", "still", "mended"})


def put(conversation: Conversation, heard: Understanding, book: Book, connection: Connection) -> Conversation:
    """As if it had just been asked: "yes", "no" and "it still drips" are answers, anything else is something else."""
    if not conversation.settled:
        return conversation
    open_ = closing.still_asked(connection, conversation.community.id, conversation.settled)
    conversation = replace(conversation, settled=tuple(row.number for row in open_))
    answers = heard.intent in _ANSWERS or bool(_CUES & set(heard.extra))
    if not answers or "question" in heard.extra or heard.entity("case_no") is not None:
        return conversation
    if not open_ or conversation.top is not None or conversation.sos:
        return conversation
    return replace(conversation, frames=(*conversation.frames, _frame(conversation.settled[0], book)))


def ask_on(run: Run, decision: Decision) -> None:
    """Nothing else is open any more: the question itself, once; afterwards it can be answered whenever they like."""
    numbers = run.conversation.settled
    if not numbers:
        return
    answered = decision.slot == SLOT or SLOT in decision.values or _is_reopened(run)
    if answered or decision.flow == SOS or run.conversation.sos:
        run.change(settled=numbers[1:] if answered else numbers)
        return
    top = run.conversation.top
    mine = top is not None and top.flow == FLOW and top.awaiting == SLOT
    if top is not None and not mine:
        return
    if not mine:
        run.push(_frame(numbers[0], run.book))
    run.ask = question(numbers[0])
    run.change(settled=numbers[1:])


def question(number: str) -> Ask:
    text = t(
        "{number} is reported as done. Is it really?",
        spoken="The one ending {digits} is reported as done. Is it really?",
        number=number,
        digits=" ".join(number[-4:]),
    )
    return Ask(text, (Option(t("Yes, it is fixed"), f"{SLOT}=yes"), Option(t("No, open it again"), f"{SLOT}=no")))


def _frame(number: str, book: Book) -> Frame:
    return Frame(FLOW, book.flows[FLOW].version, STEP, awaiting=SLOT, case_no=number, lingers=True)


def _is_reopened(run: Run) -> bool:
    """ "It still drips" went through the flow's own door."""
    return any(event.name == "flow_completed" and event.data.get("flow") == FLOW for event in run.events)
