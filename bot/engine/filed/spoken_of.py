"""Which of the things filed in this talk is spoken of: the last one, unless the words name an earlier one of them."""

from __future__ import annotations

from datetime import timedelta

from bot.contract.altered import altered
from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book
from bot.contract.likeness import shared
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding, Value
from bot.engine import slots
from bot.engine.decision import LEAN_YES, Decision
from bot.engine.said import Said

# So many things one may still come back to without saying their number.
KEPT = 4
# So long after something was filed, what is said without a matter of its own is about that.
JUST_NOW = timedelta(minutes=30)
# One English word names a thing, of Chinese two characters do.
WORD, SIGNS = 1, 2


def within(frame: Frame, message: InboundMessage, limit: timedelta = JUST_NOW) -> bool:
    """Whether it was touched so lately that it is still spoken of."""
    return frame.touched_at is not None and message.received_at - frame.touched_at <= limit


def earlier(before: Conversation, recent: object) -> tuple[Frame, ...]:
    """What was filed before this one; what was taken back is spoken of no more."""
    number = recent.case_no if isinstance(recent, Frame) else None
    last = before.recent if isinstance(recent, Frame) else None
    frames = (last, *before.earlier) if last is not None else before.earlier
    return tuple(frame for frame in frames if frame.case_no and frame.case_no != number)[:KEPT]


def as_filed(conversation: Conversation, frame: Frame) -> dict[str, Value]:
    """What stands in the case that is being changed, whatever was filed since."""
    filed = (conversation.recent, *conversation.earlier)
    found = next((one for one in filed if one is not None and one.case_no == frame.case_no), conversation.recent)
    return dict(found.slots) if found is not None else {}


def names(frame: Frame, text: str, book: Book) -> bool:
    """Whether the words name the thing itself: "the toilet one"."""
    return _likeness(frame, text, book) >= (WORD if text.isascii() else SIGNS)


def turned(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Conversation:
    """The conversation as it is about the thing that these words name: its number, or words that only it holds."""
    last, top = conversation.recent, conversation.top
    busy = top is not None and not top.lingers and not _puts_right(understanding)
    if not conversation.earlier or busy or message.choice:
        return conversation
    number = understanding.entity("case_no")
    if number is not None:
        meant = next((f for f in conversation.earlier if (f.case_no or "").endswith(str(number.value))), None)
    else:
        best = max(conversation.earlier, key=lambda frame: _likeness(frame, message.text, book))
        nearer = last is None or _likeness(best, message.text, book) > _likeness(last, message.text, book)
        meant = best if nearer and names(best, message.text, book) else _of_its_kind(conversation, understanding, book)
    if meant is None:
        return conversation
    others = conversation.earlier if last is None else (last, *conversation.earlier)
    rest = tuple(frame for frame in others if frame is not meant)
    return altered(conversation, recent=meant, earlier=rest)


def of_what_was_filed(said: Said) -> Decision | None:
    """ "Sorry, about the damp: the bathroom side", in the middle of something else; "I pulled the main switch"."""
    filed, text, heard = said.conversation.recent, said.message.text, said.understanding
    flow = said.book.flows.get(filed.flow) if filed is not None else None
    if filed is None or flow is None or flow.amend is None or flow.gist is None or said.top.amending:
        return None
    safe = "made_safe" in heard.extra and "_urgent" in filed.slots and "_urgent" not in said.top.slots
    named = _puts_right(heard) and names(filed, text, said.book) and not names(said.top, text, said.book)
    if not (safe or named) or said.message.choice or filed.case_no is None:
        return None
    told = slots.named(flow, heard)
    shown = {name: value for name, value in told.items() if not flow.slot(name).private and name != "location"}
    return Decision("amend", flow.name, shown or {flow.gist: slots.added(filed, flow.gist, said.message, heard)})


def _puts_right(understanding: Understanding) -> bool:
    return understanding.intent == "correct" or bool(
        {"exactly", "right", "instead", "move", "made_safe"} & set(understanding.extra)
    )


def _of_its_kind(conversation: Conversation, understanding: Understanding, book: Book) -> Frame | None:
    """ "So what now with the neighbours": asked, and of the kind of an earlier one alone."""
    flow, last = book.for_intent(understanding.intent), conversation.recent
    asks = {"topic", "follow"} & set(understanding.extra) and understanding.confidence >= LEAN_YES
    if flow is None or last is None or last.flow == flow.name or not asks:
        return None
    return next((frame for frame in conversation.earlier if frame.flow == flow.name), None)


def _likeness(frame: Frame, text: str, book: Book) -> int:
    flow = book.flows.get(frame.flow)
    if flow is None:
        return 0
    shown = (str(frame.slots[slot.name]) for slot in flow.slots if not slot.private and slot.name in frame.slots)
    return shared(text, " ".join(shown))
