"""How digits on a phone fill the slot that was asked for: whoever cannot speak, or is not understood, presses keys."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from bot.contract.flow import SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Place, Understanding, Value, When

JUST_PAST = 60
_KEYS = re.compile(r"[0-9*#]+")


def is_keyed(message: InboundMessage) -> bool:
    """Digits on a phone, not words: keys mean nothing but keys there."""
    return message.profile.is_heard and bool(_KEYS.fullmatch(message.text))


def pressed(kind: SlotKind, message: InboundMessage) -> Value | None:
    """The value that these keys give to a slot of this kind; None when they give none."""
    keyed = _KEYED.get(kind)
    return keyed(message.text.rstrip("#"), message.received_at) if keyed else None


def _keyed_place(keys: str, now: datetime) -> Value | None:
    parts = [part for part in keys.split("*") if part]
    if len(parts) == 3:
        building, unit, room = parts
        return Place("-".join(parts), building, unit, room)
    if len(parts) == 2:
        return Place("-".join(parts), parts[0], None, parts[1])
    return Place(parts[0], parts[0]) if parts else None


def _keyed_when(keys: str, now: datetime) -> Value | None:
    """MMDD or MMDDHH, the coming one."""
    if not keys.isdigit() or len(keys) not in (4, 6):
        return None
    try:
        day = date(now.year, int(keys[:2]), int(keys[2:4]))
        # A day long past means next year; one just past is a slip, and the flow says so.
        day = day if (now.date() - day).days <= JUST_PAST else day.replace(year=now.year + 1)
        if len(keys) == 4:
            return When(day)
        return When(datetime(day.year, day.month, day.day, int(keys[4:]), tzinfo=now.tzinfo))
    except ValueError:
        return None


def _keyed_number(keys: str, now: datetime) -> Value | None:
    return int(keys) if keys.isdigit() and len(keys) <= 6 else None


def _keyed_money(keys: str, now: datetime) -> Value | None:
    """Yuan; a star stands for the point: 86*50."""
    found = re.fullmatch(r"(\d{1,9})(?:\*(\d{1,2}))?", keys)
    return Decimal(f"{found[1]}.{found[2] or 0}") if found else None


def _keyed_digits(keys: str, now: datetime) -> Value | None:
    return keys if keys.isdigit() else None


_KEYED: Mapping[SlotKind, Callable[[str, datetime], Value | None]] = {
    SlotKind.PLACE: _keyed_place,
    SlotKind.WHEN: _keyed_when,
    SlotKind.NUMBER: _keyed_number,
    SlotKind.MONEY: _keyed_money,
    SlotKind.PHONE: _keyed_digits,
    SlotKind.CODE: _keyed_digits,
}


def is_gesture(text: str, understanding: Understanding) -> bool:
    """A thumb up is a yes, as far as the examples know it."""
    drawn = any(unicodedata.category(char) == "So" for char in text)
    return drawn and understanding.intent in ("affirm", "deny", "thank")
