"""Text as the matchers see it: same length as the original, so that every offset stays true."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import yaml

from intents.sentences import LOADER

FILE = Path(__file__).resolve().parent / "traditional.yml"
HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_HAN_RUN = re.compile(f"[{HAN}]+")
_LATIN_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")


@cache
def _simplified() -> dict[str, str]:
    """Of a traditional character the simplified one."""
    data = yaml.load(FILE.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
    return dict(data["pairs"].split())


def _fold_char(char: str) -> str:
    if "\u4e00" <= char <= "\u9fff":
        return _simplified().get(char, char)
    folded = unicodedata.normalize("NFKC", char)
    folded = folded.lower() if len(folded) == 1 else char.lower()
    return folded if len(folded) == 1 else char


class _Folding(dict[int, str]):
    """A translation table filled as characters are met; bounded by Unicode itself."""

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        self[code] = folded
        return folded


_FOLDING = _Folding()


# Of one message it is asked by everything that looks for names and for two wishes.
@lru_cache(maxsize=32)
def simplify(text: str) -> str:
    """Traditional characters as simplified ones, and nothing else: for what must know upper case from lower."""
    return text if text.isascii() else "".join(map(_simplified().get, text, text))


# One message is folded by twenty that read it.
@lru_cache(maxsize=32)
def fold(text: str) -> str:
    """Lower case, half width, simplified, one character for one: `fold(t)[i]` stands where `t[i]` stood."""
    return text.translate(_FOLDING)


def count_han(text: str) -> int:
    return 0 if text.isascii() else sum(map(len, _HAN_RUN.findall(text)))


def has_han(text: str) -> bool:
    return _HAN_RUN.search(text) is not None


def count_words(text: str) -> int:
    return len(_LATIN_WORD.findall(text))
