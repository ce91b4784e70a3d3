"""Identifiers that sort by time and cannot be guessed."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from backend import instant

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def _encode(number: int, length: int) -> str:
    out = []
    for _ in range(length):
        out.append(_ALPHABET[number & 31])
        number >>= 5
    return "".join(reversed(out))


def new_id() -> str:
    """26 characters in the manner of ULID: 48 bits of milliseconds, then 80 random bits."""
    return _encode(instant.now_ns() // 1_000_000, 10) + _encode(secrets.randbits(80), 16)


def made_at(key: str) -> datetime:
    """When an id of ours was made, on the real clock: what happens only because of it is due from then on."""
    number = 0
    for character in key[:10]:
        number = number << 5 | _ALPHABET.index(character)
    return datetime.fromtimestamp(number / 1000, UTC)
