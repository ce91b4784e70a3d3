"""A wish that no flow knows is a matter of its own: passed on to the desk, after the one that is open."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.conversation import Frame
from bot.contract.flow import Book, Flow, SlotKind
from bot.contract.text import t
from bot.engine.decision import Decision
from bot.engine.run import Run
from bot.engine.several.waiting import ask_again, begun, without_mark


def desk_of(book: Book) -> Flow | None:
    """The flow that takes what no flow knows, for people to see to."""
    return next((flow for flow in book.flows.values() if flow.any_wish), None)


def passed(run: Run, decision: Decision) -> None:
    """Read back before it is sent, when what is open is done."""
    flow, heard = desk_of(run.book), run.turn.understanding
    if flow is None:
        ask_again(run)
        return
    words = _of_what(run, without_mark(heard, heard.said or run.turn.message.text).strip())
    waits = next((one for one in run.conversation.frames if one.later and _alike(one, flow)), None)
    frame = waits or begun(run, flow, heard)
    before = frame.slots.get(flow.gist or "") if waits is not None else None
    told = {**frame.slots, **flow.any_wish, flow.gist or "": words if before is None else f"{before}; {words}"}
    rest = tuple(one for one in run.conversation.frames if one is not waits)
    run.change(frames=(replace(frame, slots=told), *rest))
    run.tell([t("That I pass on to the desk after this: “{said}”.", said=words)])
    ask_again(run)


def _of_what(run: Run, words: str) -> str:
    """ "One for my mum, too": whoever reads it finds by the number what it is one of."""
    number = run.top.case_no if run.conversation.top is not None else None
    return f"{words} ({number})" if number and "same_again" in run.turn.understanding.extra else words


def names_another(run: Run, decision: Decision) -> bool:
    """ "Also the table tennis after that": only the flow itself knows what may be had of its kind."""
    if decision.flow != run.top.flow:
        return False
    told = begun(run, run.flow, run.turn.understanding).slots
    kinds = (slot.name for slot in run.flow.slots if slot.kind is SlotKind.CHOICE and slot.required)
    return any(name in told and told[name] != run.top.slots.get(name) for name in kinds)


def _alike(frame: Frame, flow: Flow) -> bool:
    return frame.flow == flow.name and all(frame.slots.get(name) == value for name, value in flow.any_wish.items())
