"""From a call of WhatsApp's webhook, which may hold many messages, to `InboundMessage`s and what became of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.contract.body import read
from bot.contract.channel import Fate
from bot.contract.errors import Refused
from bot.contract.messages import Address, Attachment, InboundMessage, Kind, Point
from bot.contract.plain import clean
from bot.contract.shown import chosen

CHANNEL = "whatsapp"
TEXT_LIMIT = 4_000
Json = Mapping[str, Any]
Name = Callable[[str, str, str], str]
_KINDS = {"audio": Kind.VOICE, "sticker": Kind.STICKER, "video": Kind.STICKER, "document": Kind.STICKER}
# What tells of the chat and asks nothing.
_SILENT = frozenset({"reaction", "system", "unsupported", "ephemeral", "request_welcome"})


@dataclass(frozen=True, slots=True)
class Call:
    """messages: in their order; fates: of what we sent, by the vendor's id; ignored: kinds that nobody acts on."""

    messages: tuple[InboundMessage, ...]
    fates: tuple[Fate, ...]
    ignored: tuple[str, ...]


def parse(body: bytes, account: str, number_id: str, received_at: datetime, name: Name) -> Call:
    """Raises `Refused` (400) for what WhatsApp never sends; what is meant for another number is ignored."""
    data = read(body)
    try:
        values = [change["value"] for entry in data["entry"] for change in entry["changes"]]
        mine = [one for one in values if one["metadata"]["phone_number_id"] == number_id]
        others = ["another number"] * (len(values) - len(mine))
        said = [one for value in mine for one in value.get("messages", ())]
        silent = [str(one["type"])[:40] for one in said if one["type"] in _SILENT]
        heard = [_message(one, account, received_at, name) for one in said if one["type"] not in _SILENT]
        fates = [fate for value in mine for one in value.get("statuses", ()) for fate in _fate(one)]
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        raise Refused(f"this is no call of WhatsApp's: {type(error).__name__}", status=400) from error
    return Call(tuple(heard), tuple(fates), (*others, *silent))


def _message(said: Json, account: str, received_at: datetime, name: Name) -> InboundMessage:
    kind, who = str(said["type"]), Address(CHANNEL, str(said["from"]), account)
    words, choice, place = "", None, None
    attachments: tuple[Attachment, ...] = ()
    if kind == "text":
        words = said["text"]["body"]
    elif kind == "interactive":
        reply = said["interactive"][said["interactive"]["type"]]
        words, choice = reply["title"], chosen(str(reply["id"]))
    elif kind == "button":
        words = said["button"]["text"]
    elif kind == "location":
        at = said["location"]
        label = " ".join(str(at[key]) for key in ("name", "address") if at.get(key))
        place = Point(float(at["latitude"]), float(at["longitude"]), clean(label)[:200])
    elif kind == "image":
        image = said["image"]
        words, type_ = image.get("caption", ""), image["mime_type"].partition(";")[0]
        key = name(str(image["id"]), type_, who.user)
        attachments = (Attachment("image", key, type_, remote=str(image["id"])),)
    text = clean(str(words))
    return InboundMessage(
        id=str(said["id"])[:200],
        sender=who,
        kind=_kind(kind, text, choice),
        received_at=received_at,
        text=text[:TEXT_LIMIT],
        choice=choice,
        place=place,
        attachments=attachments,
        truncated=len(text) > TEXT_LIMIT,
        inline=False,
    )


def _kind(kind: str, text: str, choice: str | None) -> Kind:
    if choice is not None:
        return Kind.CHOICE
    if text:
        return Kind.TEXT
    return {"location": Kind.LOCATION, "image": Kind.IMAGE}.get(kind) or _KINDS.get(kind, Kind.STICKER)


def _fate(status: Json) -> Iterator[Fate]:
    """`sent` tells nothing new: the vendor had taken it."""
    if status["status"] in ("delivered", "read", "failed"):
        errors = status.get("errors") or [{}]
        reason = f"{errors[0].get('code', '')} {errors[0].get('title', '')}".strip()[:200]
        at = datetime.fromtimestamp(int(status["timestamp"]), UTC)
        yield Fate(str(status["id"]), status["status"], at, reason)
