"""Patterns that are compiled when a text first may hold what they need: a start does not wait for all of them.

Nor does a text: what it cannot match at all is told of all patterns at once (`sieve.Alone`), before any is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, cast

from intents.sieve import alone

_ASKED = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


def later(source: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    """The pattern, compiled on its first use that is not in vain."""
    return cast(re.Pattern[str], _Later(source, int(flags)))


class _Later:
    """Looks like the pattern that it becomes."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern = source
        self.flags = flags
        # Where letters of either case are meant, the text does not tell what the pattern needs.
        self._number = alone.meet(source) if flags in (0, re.ASCII) else None

    @cached_property
    def _found(self) -> re.Pattern[str]:
        compiled = re.compile(self.pattern, self.flags)
        if self._number is None or alone.is_always_asked(self._number):
            # Beside the methods of the class these come first: no step between the asker and the pattern is left.
            for name in _ASKED:
                setattr(self, name, getattr(compiled, name))
        return compiled

    def _in_vain(self, text: str) -> bool:
        return self._number is not None and self._number not in alone.may(text)

    def search(self, text: str, *span: int) -> re.Match[str] | None:
        return None if self._in_vain(text) else self._found.search(text, *span)

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        return None if self._in_vain(text) else self._found.match(text, *span)

    def fullmatch(self, text: str, *span: int) -> re.Match[str] | None:
        return None if self._in_vain(text) else self._found.fullmatch(text, *span)

    def finditer(self, text: str, *span: int) -> Iterator[re.Match[str]]:
        return iter(()) if self._in_vain(text) else self._found.finditer(text, *span)

    def findall(self, text: str, *span: int) -> list[Any]:
        return [] if self._in_vain(text) else self._found.findall(text, *span)

    def sub(self, by: Any, text: str, count: int = 0) -> str:
        return text if self._in_vain(text) else self._found.sub(by, text, count)

    def subn(self, by: Any, text: str, count: int = 0) -> tuple[str, int]:
        return (text, 0) if self._in_vain(text) else self._found.subn(by, text, count)

    def split(self, text: str, most: int = 0) -> list[str | Any]:
        return [text] if self._in_vain(text) else self._found.split(text, most)
