"""From the widget's form to an `InboundMessage`; who speaks is known by the token that only their browser holds."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard

from bot.contract.body import read
from bot.contract.errors import NotTheirs, Refused
from bot.contract.messages import Address, Attachment, InboundMessage, Kind, Point
from bot.contract.plain import clean

CHANNEL = "web"
TEXT_LIMIT = 4_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,128}")
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CHOICE_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Sent:
    """What the widget sent: the message, and up to where it has seen the conversation."""

    message: InboundMessage
    after: str


def sender(authorization: str | None, account: str) -> Address:
    """The token is made by the browser and hashed here: no log, page or API ever shows what opens a conversation."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not _TOKEN.fullmatch(token):
        raise NotTheirs("a token of 32 to 128 letters and digits is needed: Authorization: Bearer <token>")
    return Address(CHANNEL, hashlib.sha256(token.encode()).hexdigest()[:40], account)


def parse(body: bytes, who: Address, received_at: datetime) -> Sent:
    """`{"id", "text" | "choice" | "photo" | "place" | "start": true, "language", "after"}`."""
    data = read(body)
    if not isinstance(data, dict):
        raise Refused("an object is expected", status=400)
    key = _text(data, "id")
    if not _ID.fullmatch(key):
        raise Refused("id is 8 to 64 letters and digits, made once for each message", pointer="/id")
    said, choice, photo = clean(_text(data, "text")), clean(_text(data, "choice")), _text(data, "photo")
    if len(choice) > _CHOICE_LIMIT:
        raise Refused("no such choice", pointer="/choice")
    started, place = data.get("start") is True, _place(data)
    if not (said or choice or photo or place or started):
        raise Refused("nothing was said", pointer="/text")
    message = InboundMessage(
        id=key,
        sender=who,
        kind=_kind(said, choice, place, started),
        received_at=received_at,
        text="" if choice else said[:TEXT_LIMIT],
        choice=choice or None,
        place=place,
        attachments=(Attachment("image", photo),) if photo else (),
        language_hint=language_of(data),
        truncated=len(said) > TEXT_LIMIT,
    )
    return Sent(message, _text(data, "after"))


def token_of(body: bytes) -> str:
    """`{"case": "…"}`, as a link of the desk bears it."""
    data = read(body)
    if not isinstance(data, dict) or not re.fullmatch(r"[A-Za-z0-9_-]{16,64}", _text(data, "case")):
        raise Refused("a token is expected", pointer="/case")
    return _text(data, "case")


def _text(data: dict[str, Any], field: str) -> str:
    value = data.get(field) or ""
    if not isinstance(value, str):
        raise Refused(f"{field} must be a string", pointer=f"/{field}")
    return value


def language_of(data: dict[str, Any]) -> str | None:
    """`zh-Hans`, `zh_CN`, `en-GB` all name one of the languages we have."""
    value = _text(data, "language").lower()
    if value.startswith("zh"):
        return "zh_Hans"
    return "en" if value.startswith("en") else None


def _place(data: dict[str, Any]) -> Point | None:
    """`{"latitude", "longitude"}` in degrees, as a browser gives them once somebody agreed."""
    value = data.get("place")
    if value is None:
        return None
    given = value if isinstance(value, dict) else {}
    latitude, longitude = given.get("latitude"), given.get("longitude")
    if not (_is_number(latitude) and _is_number(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise Refused("no such place on earth", pointer="/place")
    return Point(float(latitude), float(longitude))


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _kind(said: str, choice: str, place: Point | None, started: bool) -> Kind:
    if choice:
        return Kind.CHOICE
    if said:
        return Kind.TEXT
    if place is not None:
        return Kind.LOCATION
    return Kind.START if started else Kind.IMAGE
