"""From Twilio's message webhook to an `InboundMessage`, and from its status callback to what became of ours."""

from __future__ import annotations

from datetime import datetime

from starlette.datastructures import FormData

from bot.contract.channel import Fate
from bot.contract.errors import Refused, Unsupported
from bot.contract.messages import Address, InboundMessage, Kind, Profile, Proof
from bot.contract.plain import clean
from channels.twilio import MESSAGE, NUMBER

CHANNEL = "sms"
TEXT_LIMIT = 4_000
# Whole texts by which people end messages in China; the carrier knows only its own words.
_OPT_OUT = frozenset({"\u9000\u8ba2", "td", "t"})
_STATES = {"delivered": "delivered", "read": "read", "undelivered": "failed", "failed": "failed"}


def parse(form: FormData, account: str, received_at: datetime) -> InboundMessage:
    """Raises `Unsupported` for what the carrier answers itself, `Refused` (400) for what Twilio never sends."""
    sender = _field(form, "From").strip()
    if not NUMBER.fullmatch(sender):
        raise Refused("there is no such number", status=400)
    key = _sid(form)
    if _field(form, "OptOutType"):
        # STOP, START and HELP have been answered already; a second answer would be refused (21610).
        raise Unsupported(_field(form, "OptOutType")[:20].lower())
    pictures = _field(form, "NumMedia") not in ("", "0")
    return said(_field(form, "Body"), key, sender, account, received_at, pictures=pictures)


def said(
    words: str, key: str, sender: str, account: str, received_at: datetime, *, pictures: bool = False
) -> InboundMessage:
    """A text message of whichever vendor."""
    text = clean(words).strip()
    return InboundMessage(
        id=key,
        sender=Address(CHANNEL, sender, account),
        kind=Kind.TEXT if text or not pictures else Kind.STICKER,
        received_at=received_at,
        text=text[:TEXT_LIMIT],
        profile=Profile.TEXT,
        truncated=len(text) > TEXT_LIMIT,
        inline=False,
        forgeable=True,
        proof=Proof("opt-out", "") if text.casefold() in _OPT_OUT else None,
    )


def fate(form: FormData, at: datetime) -> Fate | None:
    """None for what tells nothing new: queued, sending, sent. Callbacks may come in any order."""
    state = _STATES.get(_field(form, "MessageStatus") or _field(form, "SmsStatus"))
    key = _sid(form)
    return Fate(key, state, at, _field(form, "ErrorCode")[:20]) if state else None


def _sid(form: FormData) -> str:
    key = _field(form, "MessageSid") or _field(form, "SmsSid")
    if not MESSAGE.fullmatch(key):
        raise Refused("there is no such message", status=400)
    return key


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
