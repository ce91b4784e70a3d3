"""What one way could not carry to a resident goes another: a text message instead of an app, at last a call."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from backend.db import Record
from backend.models.people import address, community, resident
from backend.models.talk import conversation
from backend.services import gathering, outbox
from backend.services.ladder import reach
from backend.services.ringing import notice
from bot.contract.messages import Address
from bot.contract.stored import sayable_from
from bot.contract.text import Text

VOICE = reach.VOICE
BY_TEXT, BY_CALL = "by text message instead", "by a call instead"
_WHO = (
    select(resident.c.phone, conversation.c.language, community.c.timezone)
    .select_from(
        conversation.join(address, conversation.c.address_id == address.c.id)
        .join(community, community.c.id == conversation.c.community_id)
        .outerjoin(resident, (address.c.resident_id == resident.c.id) & address.c.verified_at.is_not(None))
    )
    .where(conversation.c.id == bindparam("conversation"))
)


def go_on(
    connection: Connection, row: Record, body: Mapping[str, Any], ways: Set[str], now: datetime, real: datetime
) -> str | None:
    """The way it goes on by, None where there is none. row: a push that its channel does not carry; body: of it, with
    what went along; ways: the channels that carry here. Raises nothing."""
    if row.kind != "push" or row.conversation_id is None or "say" not in body:
        return None
    who = connection.execute(_WHO, {"conversation": row.conversation_id}).one()
    written = row.channel in (outbox.SMS, VOICE)
    number = row.user.partition("#")[0] if written else who.phone
    if not number or number.startswith("hidden-"):
        return None
    reached = reach.of(connection, row.community_id)
    # An account of the text channel: that of an app is none there, whatever it is called.
    if not written and outbox.SMS in ways and reached.text:
        told = {name: body[name] for name in ("say", "last", "aloud") if name in body}
        outbox.instead(connection, row, Address(outbox.SMS, number, reached.text), told, real)
        return BY_TEXT
    texts = [said for said in map(sayable_from, gathering.aloud(body)) if isinstance(said, Text)]
    if not texts or not reached.voice:
        return None
    to, here = Address(VOICE, number, reached.voice), now.astimezone(ZoneInfo(who.timezone))
    once = f"push:{row.id}"
    notice.place(connection, row.community_id, to, texts, once, here, real, language=who.language)
    return BY_CALL
