"""From Twilio's message webhook to an `InboundMessage`."""

from __future__ import annotations

from datetime import datetime

from starlette.datastructures import FormData

from bot.contract.errors import Refused, Unsupported
from bot.contract.messages import Address, InboundMessage, Kind, Profile, Proof
from bot.contract.plain import clean
from channels.twilio import NUMBER, field_of, text_of

CHANNEL = "sms"
TEXT_LIMIT = 4_000
# Whole texts by which people end messages in China; the carrier knows only its own words.
_OPT_OUT = frozenset({"\u9000\u8ba2", "td", "t"})


def parse(form: FormData, account: str, received_at: datetime) -> InboundMessage:
    """Raises `Unsupported` for what the carrier answers itself, `Refused` (400) for what Twilio never sends."""
    sender = field_of(form, "From").strip()
    if not NUMBER.fullmatch(sender):
        raise Refused("there is no such number", status=400)
    key = text_of(form)
    if field_of(form, "OptOutType"):
        # STOP, START and HELP have been answered already; a second answer would be refused (21610).
        raise Unsupported(field_of(form, "OptOutType")[:20].lower())
    pictures = field_of(form, "NumMedia") not in ("", "0")
    return said(field_of(form, "Body"), key, sender, account, received_at, pictures=pictures)


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
