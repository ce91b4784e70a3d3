"""What was made of a line by its words alone, against what such lines do: words of manner are nobody's matter, what is
told is kept, a no is no answer of its own."""

from __future__ import annotations

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding
from bot.engine import cues, slots
from bot.engine.acts.as_meant import ENDS, GRAVE, MOVES
from bot.engine.decision import ACTS, CONFIRM, YES_NO, Decision
from bot.engine.inflow import in_flow
from bot.engine.measure import weight
from bot.engine.readback.remarks import takes, with_gist
from bot.engine.said import Said

MANNERS, BY_GUESS, DECLINES, TELLS, SURELY = 0.75, 0.6, 0.8, 0.45, 0.8
# Less sure that it is off, what shall be different is asked, and that it may be left is offered.
MAYBE_OFF = 0.55
_FOR_THEM = frozenset({"wish", "note", "mind", "secret", "guard", "dictates"})
PATIENCE = "patience"
# What is shorter may be a name.
NAME = 7
# What takes the words themselves.
_WORDED = frozenset({SlotKind.TEXT, SlotKind.PLACE})
_TAKES = frozenset({"answer", "change"})


def by_act(said: Said, decision: Decision) -> Decision:
    """The decision, unless it only guessed at what the words are and the dialogue act is surer."""
    heard = said.understanding
    if said.message.choice or said.problems or cues.heeded(said.top, heard, said.book) or GRAVE & set(heard.extra):
        return decision
    guessed = _guessed(said, decision)
    loose = guessed or (decision.act in _TAKES and set(decision.values) <= {"when"})
    if heard.share("off") >= ENDS and loose and not MOVES & set(heard.extra):
        return Decision("cancel")
    own = said.book.by_intent.get(heard.intent) == said.flow.name
    doubted = guessed and said.top.awaiting == CONFIRM and decision.act != "fact" and not own
    if doubted and heard.act == "off" and heard.share("off") >= MAYBE_OFF:
        return Decision("no")
    if _is_manner(said, decision, guessed):
        return _of_manner(said, decision)
    if heard.share("declines") >= DECLINES and decision.act == "unknown":
        return _declined(said, decision)
    if heard.share("tells") >= TELLS and (decision.act in ("unknown", "skip") or _misses(said, decision)):
        return _kept(said)
    return decision


def _is_manner(said: Said, decision: Decision, guessed: bool) -> bool:
    heard = said.understanding
    if heard.language is None or _FOR_THEM & set(heard.extra):
        return False  # nonsense is like nothing, and "ring first" is for those who come
    stored = guessed and decision.act in _TAKES
    return heard.share("manners") >= (BY_GUESS if stored else MANNERS) and (
        guessed or decision.act in ("yes", "no", "cancel")
    )


def _guessed(said: Said, decision: Decision) -> bool:
    """Nothing was understood, or nothing but the words themselves was taken, or they were taken for a question."""
    if decision.act in ("unknown", "fact", "consult", "again"):
        return True
    return decision.act in _TAKES and all(_words(said, name) for name in decision.values)


def _words(said: Said, name: str) -> bool:
    flow = said.flow
    if name == flow.gist or not flow.has(name):
        return True
    return flow.slot(name).kind in _WORDED and name not in said.values


def _of_manner(said: Said, decision: Decision) -> Decision:
    """ "One second, somebody is at the door": the question stays, and nothing is written down."""
    heard = said.understanding
    if decision.act in ACTS | {"yes", "no"} and cues.in_words(heard, heard.intent):
        return decision
    if decision.act == "answer" and weight(said.message.text) < NAME:
        return decision  # a name that no line holds is like none
    return Decision("aside", PATIENCE)


def _declined(said: Said, decision: Decision) -> Decision:
    top, flow = said.top, said.flow
    if top.awaiting in YES_NO:
        return Decision("no")
    slot = flow.slot(top.awaiting) if top.awaiting and flow.has(top.awaiting) else None
    return Decision("skip") if slot is not None and not slot.required else decision


def _misses(said: Said, decision: Decision) -> bool:
    """Nothing was taken, or the words themselves for the name or the place that was asked for."""
    asked = said.top.awaiting
    if decision.act != "answer" or asked == said.flow.gist or "stays" in said.understanding.extra:
        return False
    sure = said.understanding.share("tells") >= SURELY
    return not decision.values or (sure and set(decision.values) == {asked} and _words(said, asked or ""))


def _kept(said: Said) -> Decision:
    """No answer, and yet for those who see to it."""
    flow, top = said.flow, said.top
    if top.awaiting in YES_NO and takes(flow) is not None:
        return with_gist(said)
    return Decision("keep", flow.name)


def amid(
    conversation: Conversation, top: Frame, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision:
    """What a message does to the flow that is open."""
    decision = in_flow(conversation, top, message, understanding, book)
    flow = book.flows[top.flow]
    values, problems = slots.named(flow, understanding), slots.impossible(flow, understanding.entities)
    return by_act(Said(conversation, top, flow, message, understanding, values, problems, book), decision)
