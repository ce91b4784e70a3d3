"""What a resident in danger hears when the storage is away: nothing stands behind it but the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage, OutboundMessage
from bot.contract.text import Text, t
from bot.contract.understanding import Understanding

if TYPE_CHECKING:
    from bot.inbox import Desk


def unstored_text(conversation: Conversation) -> Text:
    numbers = conversation.community.emergency
    return t(
        "Your call could not be passed on: please dial {ambulance}, {fire} or {police} yourself now.",
        ambulance=numbers.get("ambulance", "120"),
        fire=numbers.get("fire", "119"),
        police=numbers.get("police", "110"),
    )


def unstored(desk: Desk, message: InboundMessage, understanding: Understanding, text: Text) -> OutboundMessage:
    """An answer that no row stands behind: the storage is away, the alarm is not."""
    language = understanding.language or desk.default_language
    spoken = desk.speaker.speak([text], None, language=language, profile=message.profile, now=desk.clock.now())
    return OutboundMessage(message.sender, spoken.parts, message.id)
