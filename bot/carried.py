"""A message from a channel whose vendor stands between: who writes is reachable, and their files are still to fetch."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from backend.services import bindings, outbox
from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage


def arrived(connection: Connection, conversation: Conversation, message: InboundMessage, real: datetime) -> None:
    if message.inline:
        return
    if conversation.unreachable:
        bindings.reachable(connection, message.sender)
    community = conversation.community.id
    outbox.fetch(connection, community, conversation.id, message.sender, message.attachments, real)
