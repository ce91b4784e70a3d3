"""Text as the matchers see it: same length as the original, so that every offset stays true."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_HAN_RUN = re.compile(f"[{HAN}]+")
_LATIN_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")


def _fold_char(char: str) -> str:
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


# One message is folded by twenty that read it.
@lru_cache(maxsize=32)
def fold(text: str) -> str:
    """Lower case, half width, one character for one: `fold(t)[i]` stands where `t[i]` stood."""
    return text.translate(_FOLDING)


def count_han(text: str) -> int:
    return 0 if text.isascii() else sum(map(len, _HAN_RUN.findall(text)))


def has_han(text: str) -> bool:
    return _HAN_RUN.search(text) is not None


def count_words(text: str) -> int:
    return len(_LATIN_WORD.findall(text))
