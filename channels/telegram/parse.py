"""From Telegram's update to an `InboundMessage`; what is no resident's message is `Unsupported`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.contract.body import read
from bot.contract.errors import Refused, Unsupported
from bot.contract.messages import Address, Attachment, InboundMessage, Kind, Point, Proof
from bot.contract.plain import clean
from bot.contract.shown import chosen

CHANNEL = "telegram"
TEXT_LIMIT = 4_000
Json = Mapping[str, Any]
Name = Callable[[str, str, str], str]
# What is said to us, among the sixty things that a message can be; the rest tells of the chat itself.
_VOICES = ("voice", "audio", "video_note")
_UNREAD = ("sticker", "video", "animation", "poll", "dice", "story", "game", "document", "checklist", "paid_media")


@dataclass(frozen=True, slots=True)
class Update:
    """callback: what has to be acknowledged so that a tapped button stops spinning; command: without its slash."""

    message: InboundMessage
    callback: str = ""
    command: str = ""


def parse(body: bytes, account: str, received_at: datetime, name: Name) -> Update:
    """name: (seed, content type, owner) → the key under which a picture will be kept.

    Raises `Refused` (400) for what Telegram never sends, `Unsupported` for what asks nothing of us.
    """
    data = read(body)
    if not isinstance(data, dict) or not isinstance(data.get("update_id"), int):
        raise Refused("an update is expected", status=400)
    try:
        return _update(data, account, received_at, name)
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        raise Refused(f"this is no update: {type(error).__name__}", status=400) from error


def _update(data: Json, account: str, received_at: datetime, name: Name) -> Update:
    if "callback_query" in data:
        return _tap(data["update_id"], data["callback_query"], account, received_at)
    said = data.get("message") or data.get("edited_message")
    if said is None:
        kinds = sorted(set(data) - {"update_id"})
        raise Unsupported(f"update: {', '.join(kinds) or 'empty'}"[:80])
    who = _who(said, account)
    return _message(data["update_id"], said, who, received_at, name)


def _who(said: Json, account: str) -> Address:
    if said["chat"]["type"] != "private":
        raise Unsupported("not a private chat")
    if said.get("from", {}).get("is_bot"):
        raise Unsupported("a bot speaks")
    return Address(CHANNEL, str(int(said["chat"]["id"])), account)


def _tap(number: int, tap: Json, account: str, received_at: datetime) -> Update:
    """A button, in its own words as well: one of an old message is then still understood."""
    where = tap.get("message")
    if where is None:
        raise Unsupported("a button of a message that is gone")
    who = Address(CHANNEL, str(int(tap["from"]["id"])), account)
    if where["chat"]["type"] != "private":
        raise Unsupported("not a private chat")
    data = str(tap["data"])
    rows = where.get("reply_markup", {}).get("inline_keyboard", [])
    title = next((str(one["text"]) for row in rows for one in row if one.get("callback_data") == data), "")
    choice = chosen(data)
    if choice is None and not title:
        raise Unsupported("a button of a message that is too old")
    message = InboundMessage(
        id=f"u{number}",
        sender=who,
        kind=Kind.CHOICE if choice else Kind.TEXT,
        received_at=received_at,
        text=clean(title),
        choice=choice,
        language_hint=_language(tap["from"]),
        inline=False,
    )
    return Update(message, callback=str(tap["id"]))


def _message(number: int, said: Json, who: Address, received_at: datetime, name: Name) -> Update:
    words = clean(str(said.get("text") or said.get("caption") or ""))
    command, rest = _command(said, words)
    kind, attachments, place, proof = _content(said, who, name)
    if command == "start":
        kind, words = Kind.START, ""
        proof = Proof("code", rest) if rest else None
    message = InboundMessage(
        id=f"u{number}",
        sender=who,
        kind=kind,
        received_at=received_at,
        text=words[:TEXT_LIMIT],
        place=place,
        attachments=attachments,
        language_hint=_language(said.get("from", {})),
        truncated=len(words) > TEXT_LIMIT,
        inline=False,
        proof=proof,
    )
    return Update(message, command=command)


def _content(said: Json, who: Address, name: Name) -> tuple[Kind, tuple[Attachment, ...], Point | None, Proof | None]:
    if "text" in said:
        return Kind.TEXT, (), None, None
    picture = _picture(said, who, name)
    if picture is not None:
        return (Kind.TEXT if said.get("caption") else Kind.IMAGE), (picture,), None, None
    if "location" in said:
        at, label = said["location"], said.get("venue", {})
        words = " ".join(str(label[key]) for key in ("title", "address") if label.get(key))
        return Kind.LOCATION, (), Point(float(at["latitude"]), float(at["longitude"]), clean(words)[:200]), None
    if "contact" in said:
        card = said["contact"]
        own = card.get("user_id") is not None and card["user_id"] == said["from"]["id"]
        # Anybody can forward somebody else's card.
        return Kind.CONTACT, (), None, Proof("phone", clean(str(card["phone_number"]))[:24] if own else "")
    if any(key in said for key in _VOICES):
        return Kind.VOICE, (), None, None
    if any(key in said for key in _UNREAD):
        return (Kind.TEXT if said.get("caption") else Kind.STICKER), (), None, None
    raise Unsupported(f"message: {', '.join(sorted(set(said) - {'message_id', 'from', 'chat', 'date'}))}"[:80])


def _picture(said: Json, who: Address, name: Name) -> Attachment | None:
    """The largest size of a photo, or a picture that was sent as a file."""
    if said.get("photo"):
        file, kind = max(said["photo"], key=lambda one: one["width"] * one["height"]), "image/jpeg"
    elif str(said.get("document", {}).get("mime_type", "")) in ("image/jpeg", "image/png", "image/webp"):
        file, kind = said["document"], said["document"]["mime_type"]
    else:
        return None
    return Attachment("image", name(str(file["file_unique_id"]), kind, who.user), kind, remote=str(file["file_id"]))


def _command(said: Json, words: str) -> tuple[str, str]:
    """(command, what follows it) where the message begins with one."""
    first = next((one for one in said.get("entities", ()) if one["type"] == "bot_command" and one["offset"] == 0), None)
    if first is None:
        return "", ""
    name, _, rest = words.partition(" ")
    return name[1:].partition("@")[0].lower(), rest.strip()[:64]


def _language(who: Json) -> str | None:
    """As the app is set; whoever reads neither of our languages is likelier to read English."""
    code = str(who.get("language_code") or "").lower()
    if not code:
        return None
    return "zh_Hans" if code.startswith("zh") else "en"
