"""What was taken back a moment ago is still spoken of: "is it really cancelled?" is answered, and nothing is called off
twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.contract.conversation import Conversation, Frame
from bot.contract.messages import InboundMessage
from bot.contract.text import Text, t
from bot.contract.understanding import Understanding
from bot.engine.decision import Decision
from bot.engine.filed.spoken_of import within
from bot.engine.run import Run

# Under this name the frame of what was taken back says so.
OFF = "_off"
# What is asked or said of something that is off.
_OF_IT = frozenset({"takes_back", "drop", "off", "missing", "coming", "no_call", "retract"})


def as_off(frame: Frame, now: datetime) -> Frame:
    """The frame as it is remembered once it was withdrawn."""
    return replace(frame, slots={**frame.slots, OFF: "yes"}, awaiting=None, amending=False, touched_at=now)


def standing(told: Frame | None) -> Frame | None:
    """What was told last, unless it is what was taken back: of that no flow answers as if it stood."""
    return told if told is None or OFF not in told.slots else None


def off_already(conversation: Conversation, message: InboundMessage) -> Frame | None:
    """What was withdrawn in this talk just now, and nothing was told or filed since."""
    told = conversation.told
    return told if told is not None and OFF in told.slots and told.case_no and within(told, message) else None


def asked_if_off(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Decision | None:
    """ "Yes, cancel it", "so nobody comes now, right?", of what is off; something named besides is another thing."""
    heard = understanding.extra
    if off_already(conversation, message) is None or {"booked", "requests", "also", "wants_it"} & set(heard):
        return None
    if understanding.entities or conversation.recent is not None:
        return None
    called = understanding.intent == "cancel" or _OF_IT & set(heard)
    asks = {"question", "asks_back"} & set(heard)
    sure = understanding.intent == "cancel" or (asks and _OF_IT & set(heard))
    return Decision("off_already") if called and sure else None


def tell_off(run: Run, decision: Decision) -> None:
    gone = off_already(run.turn.conversation, run.turn.message)
    run.tell([is_off(gone)] if gone is not None else [])


def is_off(gone: Frame) -> Text:
    number = gone.case_no or ""
    return t(
        "Yes, {number} is withdrawn: it is off, and nobody comes for it.",
        spoken="Yes, the one ending {digits} is withdrawn: it is off, and nobody comes for it.",
        number=number,
        digits=" ".join(number[-4:]),
    )
