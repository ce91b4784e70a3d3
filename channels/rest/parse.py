"""From Rasa's REST form to an `InboundMessage`; what cannot be one is refused with a pointer to the field."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime
from typing import Any

from bot.contract.body import read
from bot.contract.errors import Refused
from bot.contract.messages import Address, Attachment, InboundMessage, Kind, Point, Profile
from bot.contract.plain import clean

CHANNEL = "rest"
TEXT_LIMIT = 4_000
NAME_LIMIT = 200


def parse(body: bytes, received_at: datetime, account: str = "demo") -> InboundMessage:
    """`{"sender", "message", "metadata": {"message_id", "locale", "profile", "image", "location"}}`."""
    data = read(body)
    if not isinstance(data, dict):
        raise Refused("an object is expected", status=400)
    sender = _name(data, "sender", "/sender", required=True)
    text = data.get("message", "")
    if not isinstance(text, str):
        raise Refused("message must be a string", pointer="/message")
    metadata = data.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise Refused("metadata must be an object", pointer="/metadata")
    said = clean(text)
    attachments = _attachments(metadata)
    place = _place(metadata)
    profile = _profile(metadata)
    return InboundMessage(
        id=_name(metadata, "message_id", "/metadata/message_id") or secrets.token_hex(12),
        sender=Address(CHANNEL, sender or "", account),
        kind=_kind(said, attachments, place, profile),
        received_at=received_at,
        text=said[:TEXT_LIMIT],
        attachments=attachments,
        place=place,
        language_hint=_locale(metadata),
        profile=profile,
        truncated=len(said) > TEXT_LIMIT,
    )


def _name(data: dict[str, Any], field: str, pointer: str, *, required: bool = False) -> str | None:
    """An identifier: shown back to nobody, so it is refused rather than mended."""
    value = data.get(field)
    if value is None and not required:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise Refused(f"{field} must be a non-empty string", pointer=pointer)
    if len(value) > NAME_LIMIT:
        raise Refused(f"{field} is longer than {NAME_LIMIT} characters", pointer=pointer)
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in value):
        raise Refused(f"{field} has a character that cannot be stored", pointer=pointer)
    return value


def _locale(metadata: dict[str, Any]) -> str | None:
    """`zh`, `zh-CN`, `zh_Hans` and `en-GB` all name one of the languages we have."""
    value = metadata.get("locale")
    if not isinstance(value, str):
        return None
    if value.lower().startswith("zh"):
        return "zh_Hans"
    return "en" if value.lower().startswith("en") else None


def _profile(metadata: dict[str, Any]) -> Profile:
    value = metadata.get("profile", Profile.BUTTONS)
    try:
        return Profile(value)
    except ValueError as error:
        names = ", ".join(Profile)
        raise Refused(f"profile is one of {names}", pointer="/metadata/profile") from error


def _attachments(metadata: dict[str, Any]) -> tuple[Attachment, ...]:
    image = metadata.get("image")
    if image is None:
        return ()
    if not isinstance(image, str) or not image or len(image) > 2_000:
        raise Refused("image must be a URL or a key", pointer="/metadata/image")
    return (Attachment("image", clean(image)),)


def _place(metadata: dict[str, Any]) -> Point | None:
    value = metadata.get("location")
    if value is None:
        return None
    try:
        latitude, longitude = float(value["latitude"]), float(value["longitude"])
        label = clean(str(value.get("label", "")))[:NAME_LIMIT]
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise Refused("location needs latitude and longitude", pointer="/metadata/location") from error
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Refused("no such place on earth", pointer="/metadata/location")
    return Point(latitude, longitude, label)


def _kind(text: str, attachments: tuple[Attachment, ...], place: Point | None, profile: Profile) -> Kind:
    if text:
        return Kind.TEXT
    if attachments:
        return Kind.IMAGE
    if place is not None:
        return Kind.LOCATION
    return Kind.SILENCE if profile in (Profile.KEYS, Profile.VOICE) else Kind.TEXT
