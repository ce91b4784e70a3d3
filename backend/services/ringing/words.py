"""What people say in calls that we began, as `words.yml` has it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("words.yml")


@lru_cache(1)
def _words() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


@lru_cache
def _pattern(meaning: str) -> re.Pattern[str]:
    return re.compile("|".join(_words()[meaning]), re.IGNORECASE)


def means(meaning: str, words: str) -> bool:
    """meaning: a name in the file."""
    return bool(_pattern(meaning).search(words))


@lru_cache(1)
def _digits() -> tuple[dict[str, str], re.Pattern[str]]:
    said = {word: digit for digit, words in _words()["digits"].items() for word in words}
    latin = "|".join(word for word in said if word.isascii())
    other = "".join(word for word in said if not word.isascii())
    return said, re.compile(rf"\d|[{other}]|\b(?:{latin})\b", re.IGNORECASE)


def digits_in(words: str) -> str:
    """What a recogniser heard, spelled or not; a number said as one word is left to the keys."""
    said, pattern = _digits()
    return "".join(said.get(one.lower(), one) for one in pattern.findall(words))
