"""A second sentence that shows whose matter it is: what was begun elsewhere goes on there, with all that was told."""

from __future__ import annotations

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Flow, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Danger, Understanding, Value
from bot.engine import slots
from bot.engine.decision import Decision
from bot.engine.filed.spoken_of import within
from bot.engine.run import Run
from bot.engine.steps import proceed, store

# What is the same whoever sees to it.
_COMMON = frozenset({SlotKind.PLACE, SlotKind.PHONE})


def rehomed(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """ "The bin room smells", and then "nobody has emptied it for days": one grievance, and no repair beside it."""
    frame = _movable(conversation, message)
    if frame is None or message.choice or "also" in understanding.extra or understanding.danger is Danger.ALERT:
        return None
    for flow in book.flows.values():
        meant = flow.takes_over.get(frame.flow)
        if meant is not None and meant(frame.slots, understanding):
            return Decision("rehome", flow.name, slots.named(flow, understanding))
    return None


def _movable(conversation: Conversation, message: InboundMessage) -> Frame | None:
    """A draft of which nothing was sent, or what was only looked up a moment ago."""
    top = conversation.top
    if top is None:
        told = conversation.told
        return told if told is not None and told.case_no is None and within(told, message) else None
    return None if top.case_no is not None or top.amending or top.lingers else top


def rehome(run: Run, decision: Decision) -> None:
    """The draft makes way for its better home: its words, its place and the number to ring go along."""
    frame, flow = run.conversation.top or run.conversation.told, run.book.flows[decision.flow or ""]
    if frame is None:
        return
    old = run.book.flows[frame.flow]
    known = _carried(old, flow, frame)
    gist = flow.gist
    if gist is not None:
        before = str(frame.slots.get(old.gist or "", ""))
        known[gist] = f"{before}; {run.turn.message.text.strip()}" if before else run.turn.message.text.strip()
    if run.conversation.top is not None:
        run.log("flow_cancelled", flow=frame.flow)
        run.pop()
    run.change(told=None)
    run.push(Frame(flow.name, flow.version, flow.steps[0].name, touched_at=run.turn.now))
    run.log("flow_started", flow=flow.name)
    if store(run, {**known, **decision.values}, slots.impossible(flow, run.turn.understanding.entities)):
        proceed(run)


def _carried(old: Flow, flow: Flow, frame: Frame) -> dict[str, Value]:
    shared = [slot for slot in flow.slots if slot.kind in _COMMON and not slot.private and old.has(slot.name)]
    return {slot.name: frame.slots[slot.name] for slot in shared if slot.name in frame.slots}
