"""How people and numbers look at the desk: masked until somebody asks, coloured so that the eye finds them again."""

from __future__ import annotations

from datetime import datetime
from zlib import crc32

HUES = 8


def masked(phone: str | None) -> str:
    """`138****0501`: enough to recognise it, too little to call."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****"


def hue(text: str) -> int:
    """One of eight colours, the same for the same person on every page."""
    return crc32(text.encode("utf-8", "surrogatepass")) % HUES


def initial(name: str) -> str:
    """A surname's character, or the first letters of two words."""
    words = name.split()
    if not words:
        return "?"
    if words[0].isascii() and len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return words[0][0].upper()


def after(at: datetime, began: datetime) -> str:
    """`+01:30`: how long after the cry."""
    seconds = max(0, round((at - began).total_seconds()))
    return f"+{seconds // 60:02d}:{seconds % 60:02d}"
