"""From WeChat's messages and events, read by wechatpy, to an `InboundMessage` and what else they tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from bot.contract.channel import Fate
from bot.contract.errors import Refused, Unsupported
from bot.contract.messages import Address, Attachment, InboundMessage, Kind, Opening, Point, Profile, Proof
from bot.contract.plain import clean
from bot.contract.shown import chosen
from channels.wechat.coordinates import from_gcj02
from channels.wechat.settings import CHANNEL, OFFICIAL, AccountKind

TEXT_LIMIT = 4_000
VOICE = "audio/amr"
Name = Callable[[str, str, str], str]
Json = Mapping[str, Any]
_USER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CODE = re.compile(r"LL-?[A-Z0-9]{4}-?[A-Z0-9]{4}", re.IGNORECASE)
# What WeChat writes in the place of a sticker that the API does not carry.
_NOT_CARRIED = (Path(__file__).parent / "not_carried.txt").read_text(encoding="utf-8").strip()
_UNREAD = frozenset({"video", "shortvideo", "miniprogrampage", "file"})


@dataclass(frozen=True, slots=True)
class Heard:
    """to: the account's own name, which the answer comes from; message: None where it asks nothing of us; command: of
    the menu, `<language>:<name>`; gone: they follow no more; agreed: templates they took or refused; event: what it is
    known by, where it is one; fates: of what we sent."""

    who: Address
    to: str
    message: InboundMessage | None = None
    command: str = ""
    gone: bool = False
    agreed: Mapping[str, bool] = field(default_factory=dict)
    event: str = ""
    fates: tuple[Fate, ...] = ()


def parse(xml: str, account: str, received_at: datetime, name: Name, kind: AccountKind = OFFICIAL) -> Heard:
    """name: (seed, content type, owner) → the key under which a picture will be kept.

    Raises `Refused` (400) for what WeChat never sends, `Unsupported` for what asks nothing of us.
    """
    from wechatpy import parse_message

    try:
        # What wechatpy has no class for still has its fields.
        said = parse_message(xml)._data
        who, to = _address(said, account), str(said["ToUserName"])
        if not _USER.fullmatch(to):
            raise Refused("this is no account's name", status=400)
        if str(said["MsgType"]).lower() == "event":
            return _event(said, who, to, received_at, kind)
        return Heard(who, to, _message(said, who, received_at, name, kind))
    except (ExpatError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise Refused(f"this is no message of WeChat's: {type(error).__name__}", status=400) from error


def _address(said: Json, account: str) -> Address:
    user = str(said["FromUserName"])
    if not _USER.fullmatch(user):
        raise Refused("this is no OpenID", status=400)
    return Address(CHANNEL, user, account)


def _message(said: Json, who: Address, received_at: datetime, name: Name, kind: AccountKind) -> InboundMessage:
    text, form, choice = _words(said)
    text = clean(text).strip()
    place: Point | None = None
    attachments: tuple[Attachment, ...] = ()
    sort = str(said["MsgType"]).lower()
    if sort == "location":
        at = from_gcj02(float(said["Location_X"]), float(said["Location_Y"]))
        place = Point(*at, clean(str(said.get("Label") or ""))[:200])
    elif sort == "image":
        remote = str(said["MediaId"])
        key = name(remote, "image/jpeg", who.user)
        attachments = (Attachment("image", key, "image/jpeg", remote=remote),)
    elif form is Kind.VOICE and said.get("MediaId"):
        remote = str(said["MediaId"])
        attachments = (Attachment("voice", name(remote, VOICE, who.user), VOICE, remote=remote),)
    return InboundMessage(
        id=str(int(said["MsgId"])),
        sender=who,
        kind=form,
        received_at=received_at,
        text=text[:TEXT_LIMIT],
        choice=choice,
        place=place,
        attachments=attachments,
        profile=Profile.TEXT,
        truncated=len(text) > TEXT_LIMIT,
        opening=Opening(*kind.long),
    )


def _words(said: Json) -> tuple[str, Kind, str | None]:
    """What was said, as what, and what was chosen by it."""
    sort = str(said["MsgType"]).lower()
    if sort == "text":
        text = str(said.get("Content") or "")
        if _NOT_CARRIED in text or not text.strip():
            return "", Kind.STICKER, None
        tapped = said.get("bizmsgmenuid")
        choice = chosen(str(tapped)) if tapped else None
        return text, Kind.CHOICE if choice else Kind.TEXT, choice
    if sort == "voice":
        # Filled, empty or missing: WeChat takes its recogniser away by and by.
        text = str(said.get("Recognition") or "")
        return text, Kind.TEXT if text.strip() else Kind.VOICE, None
    if sort == "link":
        told = (str(said[one]) for one in ("Title", "Description", "Url") if said.get(one))
        return " ".join(told), Kind.TEXT, None
    if sort in ("image", "location"):
        return "", Kind.IMAGE if sort == "image" else Kind.LOCATION, None
    if sort in _UNREAD:
        return "", Kind.STICKER, None
    raise Unsupported(f"message: {sort}"[:80])


def _event(said: Json, who: Address, to: str, received_at: datetime, kind: AccountKind) -> Heard:
    """wechatpy calls a follow by a code `subscribe_scan`, and has taken the prefix off its scene."""
    event = str(said["Event"]).lower()
    if event == "unsubscribe":
        return Heard(who, to, gone=True)
    if event.startswith("subscribe_msg_"):
        return Heard(who, to, agreed=dict(_agreed(said)), event=_named(said, event), fates=tuple(_fates(said)))
    if event == "templatesendjobfinish":
        return Heard(who, to, fates=(_fate(said["MsgID"], str(said["Status"]), said["CreateTime"]),))
    if event not in ("subscribe", "subscribe_scan", "scan", "click"):
        raise Unsupported(f"event: {event}"[:80])
    key = str(said.get("EventKey") or "")
    scanned = event in ("subscribe_scan", "scan")
    message = InboundMessage(
        id=_named(said, event),
        sender=who,
        kind=Kind.START,
        received_at=received_at,
        profile=Profile.TEXT,
        proof=Proof("code", key.upper()) if scanned and _CODE.fullmatch(key) else None,
        opening=Opening(*kind.brief),
    )
    return Heard(who, to, message, command=key if event == "click" else "")


def _named(said: Json, event: str) -> str:
    """Events have no id; WeChat tells them apart by sender, second and kind."""
    return f"e{int(said['CreateTime'])}-{event}"


def _agreed(said: Json) -> Iterator[tuple[str, bool]]:
    """A button under which a resident says that one notice is welcome, or changes their mind in the settings."""
    for holder in ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent"):
        for one in _listed(said, holder):
            yield str(one["TemplateId"])[:60], str(one["SubscribeStatusString"]) == "accept"


def _fates(said: Json) -> Iterator[Fate]:
    for one in _listed(said, "SubscribeMsgSentEvent"):
        state = "success" if str(one["ErrorCode"]) == "0" else f"{one['ErrorCode']} {one.get('ErrorStatus', '')}"
        yield _fate(one["MsgID"], state, said["CreateTime"])


def _listed(said: Json, holder: str) -> list[Json]:
    """One is no list in XML, none is nothing."""
    found = (said.get(holder) or {}).get("List") or []
    return found if isinstance(found, list) else [found]


def _fate(number: Any, state: str, at: Any) -> Fate:
    good = state == "success"
    return Fate(
        str(number), "delivered" if good else "failed", datetime.fromtimestamp(int(at), UTC), "" if good else state
    )
