"""Patterns that are compiled when a text first may hold what they need: a start does not wait for all of them.

Nor does a text: what it cannot match at all is told of all patterns at once (`sieve.Alone`), before any is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, cast

from intents.sieve import alone

_may = alone.may
_NONE = -1
_ASKED = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


def later(source: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    """The pattern, compiled on its first use that is not in vain."""
    return cast(re.Pattern[str], _Later(source, int(flags)))


class _Later:
    """Looks like the pattern that it becomes."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern = source
        self.flags = flags
        # Where letters of either case are meant, the text does not tell what it needs: it stands under no number.
        self._number = alone.meet(source) if flags in (0, re.ASCII) else _NONE

    @cached_property
    def _found(self) -> re.Pattern[str]:
        compiled = re.compile(self.pattern, self.flags)
        if self._number == _NONE or alone.is_always_asked(self._number):
            # Beside the methods of the class these come first: no step between the asker and the pattern is left.
            for name in _ASKED:
                setattr(self, name, getattr(compiled, name))
        return compiled

    # Each asks for itself, without a step between: a sentence is asked after a hundred times.
    def search(self, text: str, *span: int) -> re.Match[str] | None:
        return self._found.search(text, *span) if self._number == _NONE or self._number in _may(text) else None

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        return self._found.match(text, *span) if self._number == _NONE or self._number in _may(text) else None

    def fullmatch(self, text: str, *span: int) -> re.Match[str] | None:
        return self._found.fullmatch(text, *span) if self._number == _NONE or self._number in _may(text) else None

    def finditer(self, text: str, *span: int) -> Iterator[re.Match[str]]:
        return self._found.finditer(text, *span) if self._number == _NONE or self._number in _may(text) else iter(())

    def findall(self, text: str, *span: int) -> list[Any]:
        return self._found.findall(text, *span) if self._number == _NONE or self._number in _may(text) else []

    def sub(self, by: Any, text: str, count: int = 0) -> str:
        return self._found.sub(by, text, count) if self._number == _NONE or self._number in _may(text) else text

    def subn(self, by: Any, text: str, count: int = 0) -> tuple[str, int]:
        return self._found.subn(by, text, count) if self._number == _NONE or self._number in _may(text) else (text, 0)

    def split(self, text: str, most: int = 0) -> list[str | Any]:
        return self._found.split(text, most) if self._number == _NONE or self._number in _may(text) else [text]
