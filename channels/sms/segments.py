"""How many segments a text costs: seven bits while every letter is of that alphabet, else sixteen."""

from __future__ import annotations

from dataclasses import dataclass

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = "\f^{}\\[~]|€"
_SEVEN = dict.fromkeys(_BASIC, 1) | dict.fromkeys(_DOUBLE, 2)
# Units of a text alone, and of each part of a longer one.
ALONE, PART = {"GSM-7": 160, "UCS-2": 70}, {"GSM-7": 153, "UCS-2": 67}
# What looks the same and costs half: one curly quote makes every letter twice as long.
_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "•": "-", "\u00a0": " ", "\u202f": " "}
)


@dataclass(frozen=True, slots=True)
class Cost:
    alphabet: str
    units: int
    segments: int


def cost(text: str) -> Cost:
    """As the networks count."""
    alphabet = "GSM-7" if all(char in _SEVEN for char in text) else "UCS-2"
    sizes = [_SEVEN[char] if alphabet == "GSM-7" else 2 if ord(char) > 0xFFFF else 1 for char in text]
    units = sum(sizes)
    if units <= ALONE[alphabet]:
        return Cost(alphabet, units, 1 if units else 0)
    # A letter of two units is never parted.
    segments, room = 0, 0
    for size in sizes:
        if size > room:
            segments, room = segments + 1, PART[alphabet]
        room -= size
    return Cost(alphabet, units, segments)


def thrifty(text: str) -> str:
    """The same words in the cheaper alphabet, where nothing but marks stood against it; Chinese keeps its own."""
    plain = text.translate(_PLAIN)
    return plain if cost(plain).alphabet == "GSM-7" else text
