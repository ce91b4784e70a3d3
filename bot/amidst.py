"""Words that sound like danger in the middle of an ordinary talk: they are read as what they are there."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Danger, Understanding
from bot.engine.danger.by_ear import in_talk

if TYPE_CHECKING:
    from bot.desk import Desk

log = logging.getLogger("linli.inbox")


async def heard(desk: Desk, message: InboundMessage, understanding: Understanding) -> Understanding:
    """Before an alarm is raised: what would be none in a talk is looked up, and one without such doubt waits for
    nothing. Where it cannot be looked up, it is an alarm."""
    if understanding.danger is not Danger.ALERT or understanding.in_talk is None:
        return understanding
    try:
        conversation = await desk.db.read(lambda c: desk.memory.peek(c, message.sender))
    except Exception:
        log.warning("nobody knows what was spoken of: it is an alarm", exc_info=True)
        return understanding
    same = conversation is not None and conversation.session == message.session
    return understanding.in_talk if conversation and same and in_talk(conversation, message) else understanding


def meant(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Understanding:
    """The question whether anybody is in danger, in its place; what stands as an alarm already stays one."""
    calmer = understanding.in_talk if understanding.danger is Danger.ASK else None
    return calmer if calmer is not None and in_talk(conversation, message) else understanding
