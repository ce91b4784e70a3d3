"""What is said of the talk itself, whatever is open: who shall speak, how, and for whom."""

from __future__ import annotations

from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding
from bot.engine.decision import INTERRUPT

# What is said of the talk itself, whatever is open.
_OF_THE_TALK = {
    "always_person": "ask_human",
    "frail_need": "ask_human",
    "person_off": "person_first",
    "hears_badly": "slower",
}


def of_the_talk(message: InboundMessage, understanding: Understanding) -> str | None:
    """PINs are for calls: elsewhere it is somebody's password for something else."""
    aside = next((aside for cue, aside in _OF_THE_TALK.items() if cue in understanding.extra), None)
    return "no_pin" if aside is None and message.session and "no_pin" in understanding.extra else aside


def for_another(conversation: Conversation, understanding: Understanding) -> str | None:
    """ "I am writing for my mother": for whom is told, and what for is not yet."""
    wished = understanding.confidence >= INTERRUPT or understanding.entities
    named = {"fault", "thing", "matter", "reports_fault", "topic"} & set(understanding.extra)
    mere = "on_behalf" in understanding.extra and not wished and not named
    return "greet" if mere and conversation.top is None else None
