"""How each language is said and heard on the line, as `voices.yml` has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
# Twilio's: so many characters of one hint, so many hints.
HINT, HINTS = 100, 60


@dataclass(frozen=True, slots=True)
class Voice:
    """say, say_language: whose voice; hear: what the recogniser listens for; pace, slow: of the voice."""

    say: str
    say_language: str
    hear: str
    pace: str
    slow: str
    hints: tuple[str, ...]

    def hinted(self, offered: tuple[str, ...]) -> str:
        """What is offered comes first: of too many the last are not heard."""
        words = dict.fromkeys(word.replace(",", " ").strip()[:HINT] for word in (*offered, *self.hints))
        return ", ".join([word for word in words if word][:HINTS])


@lru_cache(1)
def _file() -> Mapping[str, Any]:
    found: dict[str, Any] = yaml.safe_load((HERE / "voices.yml").read_text(encoding="utf-8"))
    return found


@lru_cache(2)
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_file()[name])


def aloud(text: str, language: str = "") -> str:
    """A voice says a number to dial as a quantity, "one hundred and twenty", and nobody dials that; and a number plate
    as a sum, or not at all where its first sign is no letter. language: of the voice."""
    spelled = _pattern("plate").sub(lambda found: _plate(found, language), text)
    return _pattern("to_dial").sub(lambda found: " ".join(found[0]), spelled)


def _plate(found: re.Match[str], language: str) -> str:
    province = _file()["provinces"][found[1]] if language.startswith("en") else found[1]
    return " ".join([province, *(sign for sign in found[2] if sign.isalnum())])


@lru_cache(1)
def voices() -> Mapping[str, Voice]:
    return {
        name: Voice(
            one["say"]["voice"], one["say"]["language"], one["hear"], one["pace"], one["slow"], tuple(one["hints"])
        )
        for name, one in _file().items()
        if isinstance(one, dict) and "say" in one
    }


def voice_of(language: str) -> Voice:
    """Of a language that has none the first one's: silence would be worse."""
    known = voices()
    return known.get(language) or next(iter(known.values()))
