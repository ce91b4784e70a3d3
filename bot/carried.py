"""A message whose vendor stands between: who writes is reachable, may be answered, and their files are to fetch."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from backend.services import bindings, cases, outbox, windows
from backend.services.casework import record
from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage, Kind


def arrived(connection: Connection, conversation: Conversation, message: InboundMessage, real: datetime) -> None:
    if conversation.unreachable:
        bindings.reachable(connection, message.sender)
    if message.opening is not None:
        windows.opened(connection, message.sender, message.opening, real)
    community = conversation.community.id
    outbox.fetch(connection, community, conversation.id, message.sender, message.attachments, real)
    if message.kind is Kind.VOICE and message.attachments:
        _with_the_call_back(connection, conversation, message.received_at)


def _with_the_call_back(connection: Connection, conversation: Conversation, now: datetime) -> None:
    """Spoken on the telephone for whoever calls back: their case says that there is something to listen to."""
    mine = cases.of_conversation(connection, conversation.id, None, 20)
    waiting = next((one for one in mine if one.kind == "callback" and one.state in cases.OPEN), None)
    if waiting is not None:
        record.note(connection, waiting, "voicemail", "resident", None, now)
