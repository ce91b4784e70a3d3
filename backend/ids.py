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
    """26 characters in the manner of ULID: 48 bits of milliseconds, then 10 that sort within one, then 70 random bits.

    Two cases of one message are filed within a millisecond and are listed in the order in which they were filed.
    """
    milliseconds, rest = divmod(instant.now_ns(), 1_000_000)
    return _encode(milliseconds, 10) + _encode(rest >> 10 << 70 | secrets.randbits(70), 16)


def made_at(key: str) -> datetime:
    """When an id of ours was made, on the real clock: what happens only because of it is due from then on."""
    number = 0
    for character in key[:10]:
        number = number << 5 | _ALPHABET.index(character)
    return datetime.fromtimestamp(number / 1000, UTC)
