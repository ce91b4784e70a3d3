"""Which language a conversation is in: set by the first message, changed only on purpose."""

from __future__ import annotations

from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding


def settle(conversation: Conversation, message: InboundMessage, understanding: Understanding, default: str) -> str:
    """The language to answer in (practice 38): "OK", "WiFi" or a number plate change nothing."""
    spoken = understanding.language
    if conversation.language is None:
        return spoken or message.language_hint or default
    if spoken and spoken != conversation.language and understanding.full_sentence:
        return spoken
    return conversation.language
