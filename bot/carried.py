"""A message whose vendor stands between: who writes is reachable, may be answered, and their files are to fetch."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from backend.services import bindings, outbox, windows
from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage


def arrived(connection: Connection, conversation: Conversation, message: InboundMessage, real: datetime) -> None:
    if conversation.unreachable:
        bindings.reachable(connection, message.sender)
    if message.opening is not None:
        windows.opened(connection, message.sender, message.opening, real)
    community = conversation.community.id
    outbox.fetch(connection, community, conversation.id, message.sender, message.attachments, real)
