"""From Rasa's socket.io events to an `InboundMessage`."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any

from bot.contract.errors import Refused
from bot.contract.messages import Address, Attachment, InboundMessage, Kind
from bot.contract.plain import clean

CHANNEL = "socketio"
TEXT_LIMIT = 4_000
_SESSION = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


def session_of(data: Any) -> str:
    """Of `session_request`: the one that the client kept, else a new one that nobody guesses."""
    given = data.get("session_id") if isinstance(data, dict) else None
    if given in (None, ""):
        return secrets.token_hex(16)
    if not isinstance(given, str) or not _SESSION.fullmatch(given):
        raise Refused("session_id is 1 to 128 letters and digits", pointer="/session_id")
    return given


def parse(data: Any, account: str, received_at: datetime) -> InboundMessage:
    """`{"message", "session_id", "customData": {"message_id", "language", "image"}}`, as `user_uttered` bears it."""
    if not isinstance(data, dict):
        raise Refused("an object is expected", status=400)
    session = data.get("session_id")
    if not isinstance(session, str) or not _SESSION.fullmatch(session):
        raise Refused("session_id is 1 to 128 letters and digits", pointer="/session_id")
    words = data.get("message")
    if not isinstance(words, str):
        raise Refused("message must be a string", pointer="/message")
    more = data.get("customData") or data.get("metadata") or {}
    if not isinstance(more, dict):
        raise Refused("customData must be an object", pointer="/customData")
    key = more.get("message_id") or secrets.token_hex(12)
    if not isinstance(key, str) or not _SESSION.fullmatch(key):
        raise Refused("message_id is 1 to 128 letters and digits", pointer="/customData/message_id")
    said, image = clean(words), more.get("image")
    if image is not None and (not isinstance(image, str) or not 0 < len(image) <= 2_000):
        raise Refused("image must be a URL", pointer="/customData/image")
    return InboundMessage(
        id=key,
        sender=Address(CHANNEL, session, account),
        kind=Kind.TEXT if said or image is None else Kind.IMAGE,
        received_at=received_at,
        text=said[:TEXT_LIMIT],
        attachments=(Attachment("image", clean(image)),) if image is not None else (),
        language_hint=_language(more),
        truncated=len(said) > TEXT_LIMIT,
    )


def _language(more: dict[str, Any]) -> str | None:
    value = more.get("language")
    if not isinstance(value, str):
        return None
    if value.lower().startswith("zh"):
        return "zh_Hans"
    return "en" if value.lower().startswith("en") else None
