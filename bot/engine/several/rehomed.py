"""A second sentence that shows whose matter it is: what was begun elsewhere goes on there, with all that was told."""

from __future__ import annotations

from bot.contract.altered import altered
from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Flow, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.text import Option, t
from bot.contract.understanding import Danger, Understanding, Value
from bot.engine import cues, slots
from bot.engine.asked.questioned import files
from bot.engine.cues import SERVED
from bot.engine.decision import SOS, SURE, Decision
from bot.engine.filed.spoken_of import within
from bot.engine.measure import weight
from bot.engine.run import Run
from bot.engine.steps import proceed, store

# What is the same whoever sees to it.
_COMMON = frozenset({SlotKind.PLACE, SlotKind.PHONE, SlotKind.WHEN})
# What was told and not understood while it was open; and so likely another service may have been meant.
MISSED, MAY_BE = "_missed", 0.15
TELLS, LONGEST, TWICE = 8, 400, 2


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
    return _better(frame, conversation, understanding, book)


def _better(frame: Frame, conversation: Conversation, understanding: Understanding, book: Book) -> Decision | None:
    """Not understood before, and now clearly of another service and no answer to this one: the wrong one is left."""
    top, flow = conversation.top, book.flows[frame.flow]
    if (
        top is None
        or not conversation.misses
        or understanding.danger is not Danger.NONE
        or cues.heeded(top, understanding, book)
    ):
        return None
    found = book.for_cue({SERVED, "errand"} & set(understanding.extra)) or book.for_intent(understanding.intent)
    if found is None or found is flow or found.aside or found.name == SOS or not files(found):
        return None
    named = SERVED in understanding.extra or "errand" in understanding.extra
    sure = named or understanding.confidence >= SURE
    ours = slots.named(flow, understanding).keys() - slots.named(found, understanding).keys()
    return Decision("rehome", found.name, slots.named(found, understanding)) if sure and not ours else None


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
    gist, said = flow.gist, run.turn.message
    if gist is not None:
        told = (frame.slots.get(old.gist or ""), frame.slots.get(MISSED), "" if said.choice else said.text.strip())
        known[gist] = "; ".join(dict.fromkeys(str(part) for part in told if part))
    if run.conversation.top is not None:
        run.log("flow_cancelled", flow=frame.flow)
        run.pop()
    run.change(told=None)
    run.push(Frame(flow.name, flow.version, flow.steps[0].name, touched_at=run.turn.now))
    run.log("flow_started", flow=flow.name)
    if old.gist is None or MISSED in frame.slots:
        run.tell([t("That is another matter: {service}. I take what you told me there.", service=flow.title)])
    if store(run, {**known, **decision.values}, slots.impossible(flow, run.turn.understanding.entities)):
        proceed(run)


def _carried(old: Flow, flow: Flow, frame: Frame) -> dict[str, Value]:
    shared = [slot for slot in flow.slots if slot.kind in _COMMON and not slot.private and old.has(slot.name)]
    return {slot.name: frame.slots[slot.name] for slot in shared if slot.name in frame.slots}


def keep_missed(run: Run) -> Frame:
    """What was not understood is kept with the draft, for the service that it may have been meant for."""
    frame, said = run.top, run.turn.message.text.strip()
    if frame.case_no is not None or run.turn.message.choice or weight(said) < TELLS:
        return frame
    told = "; ".join(dict.fromkeys((*filter(None, [str(frame.slots.get(MISSED, ""))]), said)))[:LONGEST]
    run.set_top(altered(frame, slots={**frame.slots, MISSED: told}))
    return run.top


def or_rather(run: Run, misses: int) -> tuple[Option, ...]:
    """Missed twice: the other service that it is most like, to choose beside what is open."""
    frame = run.top
    if (
        misses != TWICE
        or frame.case_no is not None
        or frame.amending
        or run.turn.understanding.danger is not Danger.NONE
    ):
        return ()
    flows = [(run.book.for_intent(name), likely) for name, likely in run.turn.understanding.alternatives]
    other = next((f for f, likely in flows if f is not None and likely >= MAY_BE and _may_be(f, frame)), None)
    return (Option(t("{service} instead", service=other.title), f"rehome={other.name}"),) if other is not None else ()


def _may_be(flow: Flow, frame: Frame) -> bool:
    return flow.name not in (SOS, frame.flow) and not flow.aside and files(flow)
