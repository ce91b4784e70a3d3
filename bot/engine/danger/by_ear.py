"""An alarm that no word of danger raised, in a talk or at its start: how to say that it is none, and the way back."""

from __future__ import annotations

from dataclasses import replace
from zlib import crc32

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Danger, Understanding
from bot.engine.danger.doubt import asked_beside
from bot.engine.decision import SOS
from bot.engine.filed.spoken_of import within

# What was open comes back at once when it is called off; on the alarm's own frame the digits that call it off.
BY_EAR, UNHARMED = "_by_ear", "_unharmed"
# On the alarm's own frame: the talk began with it.
FIRST_WORDS = "_first"
# Two digits that are no building's, and of which none is a key by itself (practice 8): another number in each alarm.
FIRST, MANY = 72, 16
# So likely, a plain no takes it back, or a wish for what was open.
LIKELY = 0.6
_NOBODY = frozenset({"nobody", "relief", "mistaken", "off", "drop", "takes_back", "only_asks"})


def in_talk(conversation: Conversation, message: InboundMessage) -> bool:
    """Whether these words stand in the middle of an ordinary talk: something is open or was just filed that is no
    danger, and nobody was asked about any."""
    spoken_of = conversation.top or conversation.recent
    if spoken_of is None or spoken_of.flow == SOS or conversation.sos or not within(spoken_of, message):
        return False
    return not _asked(conversation) and "_urgent" not in spoken_of.slots


def begins(conversation: Conversation, message: InboundMessage) -> bool:
    """Whether a talk begins with these words: nothing is open or was just filed, and nobody was asked about danger."""
    recent = conversation.recent
    idle = conversation.top is None and (recent is None or not within(recent, message))
    return idle and not conversation.sos and not _asked(conversation)


def _asked(conversation: Conversation) -> bool:
    return any(offer.payload == "danger" for offer in conversation.offered) or asked_beside(conversation.said)


def digits_of(before: Conversation, message: InboundMessage, heard: Understanding, alarm: str | None) -> str | None:
    """The two digits that call this alarm off; None where words of danger raised it, or an answer about danger."""
    if not heard.by_ear or not alarm or not (in_talk(before, message) or begins(before, message)):
        return None
    return str(FIRST + crc32(message.text.encode()) % MANY)


def set_aside(frame: Frame, *, by_ear: bool) -> Frame:
    slots = {**frame.slots, BY_EAR: "yes"} if by_ear else frame.slots
    return replace(frame, parked=True, slots=slots)


def waits(conversation: Conversation) -> bool:
    """Whether something waits to be gone on with as soon as nobody is in danger."""
    return any(BY_EAR in frame.slots for frame in conversation.frames if frame.parked)


def went_on(conversation: Conversation) -> tuple[Frame, ...]:
    """The frames as they were before it."""
    return tuple(
        replace(f, parked=False, slots={k: v for k, v in f.slots.items() if k != BY_EAR}) for f in conversation.frames
    )


def takes_back(conversation: Conversation, understanding: Understanding, book: Book) -> bool:
    """ "No, nobody", "what? I only want a cleaner": only of an alarm that no word of danger raised."""
    by_ear = waits(conversation) or any(UNHARMED in frame.slots for frame in conversation.frames)
    if not by_ear or understanding.danger is Danger.ALERT:
        return False
    if _NOBODY & set(understanding.extra):
        return True
    if understanding.danger is not Danger.NONE or understanding.confidence < LIKELY:
        return False
    flow, heard = book.for_intent(understanding.intent), understanding.extra.keys()
    wished = flow is not None and any(f.flow == flow.name and BY_EAR in f.slots for f in conversation.frames)
    # "No, she cannot move" says no to what was asked, and takes nothing back.
    plain = understanding.intent in ("deny", "cancel") and "beside" not in heard
    return plain or (wished and bool({"requests", "wants_it"} & heard))
