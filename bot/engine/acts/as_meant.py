"""A line that surely agrees, calls off or tells that it is settled, in words that nobody reviewed: heard as the words
that were, so that all that follows from those follows from it."""

from __future__ import annotations

from bot.contract.altered import altered
from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, ReadBack, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Danger, Understanding
from bot.engine.answers.keyed import is_keyed
from bot.engine.cues import is_off
from bot.engine.decision import CERTAIN, SOS, YES_NO
from bot.engine.filed.spoken_of import within
from bot.engine.measure import weight
from bot.engine.person.promised import HUMAN
from bot.engine.readback.with_a_yes import LONG_YES

# How likely an act must be: more where something ends by it.
ENDS, SURELY, AGREES, PERSON = 0.75, 0.9, 0.8, 0.85
# A yes that is as likely a question waits for the question.
ASKS = 0.1
# Another value stands in it, or it is only put aside for a moment.
MOVES = frozenset({"rather", "instead", "move", "but_days", "moment", "also", "longer"})
# What may be graver than whatever the line does.
GRAVE = frozenset({"urgent", "fault", "hinted", "unwell", "unfixed", "grows"})
_NO, HALF = frozenset({"deny", "cancel", "correct"}), 0.4
# What makes a question of words: "yes, send it, and ask him to bring a ladder" asks nothing.
_ASKING = frozenset({"question", "asks_back", "topic", "inquires", "follow", "asking", "want"})
# What was told with it is no value of what is called off: "I will tell you tonight".
_VALUES = frozenset({"when", "people", "location", "hours", "amount", "recurring"})


def as_meant(conversation: Conversation, message: InboundMessage, heard: Understanding, book: Book) -> Understanding:
    """The same for what else the message asks, and for each of its clauses."""
    frame = _spoken_of(conversation, message)
    if frame is None or message.choice or is_keyed(message) or heard.danger is Danger.ALERT:
        return heard
    rest = as_meant(conversation, message, heard.rest, book) if heard.rest is not None else None
    clauses = tuple(as_meant(conversation, message, one, book) for one in heard.clauses)
    return altered(_meant(conversation, frame, message, heard, book), rest=rest, clauses=clauses)


def _meant(
    conversation: Conversation, frame: Frame, message: InboundMessage, heard: Understanding, book: Book
) -> Understanding:
    extra = set(heard.extra)
    if GRAVE & extra or (heard.intent == "cancel" and is_off(heard)):
        return heard
    if heard.intent == HUMAN and heard.confidence >= CERTAIN:
        return heard  # "forget it, a person please": the person is what is asked for
    if heard.share("mends") >= ENDS and conversation.top is not None:
        return _ended(heard, "found" if "found" in book.flows[frame.flow].heeds else "mended")
    timed = heard.entity("when") is not None or conversation.top is None
    if heard.share("off") >= (SURELY if timed else ENDS) and not MOVES & extra and not _chooses(frame, book):
        return _ended(heard, "off")
    if heard.share("person") >= PERSON and not heard.entities:
        return altered(heard, intent=HUMAN, confidence=CERTAIN)
    calm = heard.danger is Danger.NONE and heard.share("asks") < ASKS
    calm = calm and (heard.intent not in _NO or heard.confidence < HALF)  # "incorrect" is like a yes
    if heard.share("agrees") >= AGREES and calm and _may_agree(frame, book, conversation):
        left = {name: said for name, said in heard.extra.items() if name not in _ASKING | {"hedged"}}
        yes = "assent" if weight(heard.said or message.text) >= LONG_YES else "so_it_is"
        return altered(heard, intent="affirm", confidence=CERTAIN, extra={yes: "", **left})
    return heard


def _spoken_of(conversation: Conversation, message: InboundMessage) -> Frame | None:
    """What is open, or was filed a moment ago; never an alarm."""
    top, recent = conversation.top, conversation.recent
    if conversation.sos or (top is not None and (top.flow == SOS or top.lingers)):
        return None
    return top or (recent if recent is not None and within(recent, message) else None)


def _may_agree(frame: Frame, book: Book, conversation: Conversation) -> bool:
    """A yes is waited for; what costs money takes only a plain one."""
    step = next((one for one in book.flows[frame.flow].steps if one.name == frame.step), None)
    plain = isinstance(step, ReadBack) and step.plain
    return conversation.top is frame and frame.awaiting in YES_NO and not plain


def _chooses(frame: Frame, book: Book) -> bool:
    """ "I'll pick it up", where it is asked whether it shall be brought."""
    flow = book.flows[frame.flow]
    return flow.has(frame.awaiting or "") and flow.slot(frame.awaiting or "").kind is SlotKind.CHOICE


def _ended(heard: Understanding, by: str) -> Understanding:
    entities = tuple(one for one in heard.entities if one.name not in _VALUES)
    left = {name: said for name, said in heard.extra.items() if name not in _ASKING}
    return altered(heard, intent="cancel", confidence=CERTAIN, entities=entities, extra={**left, by: "yes"})
