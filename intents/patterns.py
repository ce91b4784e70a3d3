"""Patterns that are compiled when a text first may hold what they need: a start does not wait for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from intents import sieve

_ASKED = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


def later(source: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    """The pattern, compiled on its first use that is not in vain; from then on it is asked directly."""
    return cast(re.Pattern[str], _Later(source, int(flags)))


class _Later:
    """Looks like the pattern it becomes."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern = source
        self.flags = flags
        # Where letters of either case are meant, the text does not tell what the pattern needs.
        self._readable = flags in (0, re.ASCII)
        if self._readable:
            sieve.meet(source)

    def _compiled(self) -> re.Pattern[str]:
        compiled = re.compile(self.pattern, self.flags)
        # Beside the methods of the class these come first: no step between the asker and the pattern is left.
        for name in _ASKED:
            setattr(self, name, getattr(compiled, name))
        return compiled

    def _in_vain(self, text: str) -> bool:
        return self._readable and sieve.is_spared(self.pattern, text)

    def search(self, text: str, *span: int) -> re.Match[str] | None:
        return None if self._in_vain(text) else self._compiled().search(text, *span)

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        return None if self._in_vain(text) else self._compiled().match(text, *span)

    def fullmatch(self, text: str, *span: int) -> re.Match[str] | None:
        return None if self._in_vain(text) else self._compiled().fullmatch(text, *span)

    def finditer(self, text: str, *span: int) -> Iterator[re.Match[str]]:
        return iter(()) if self._in_vain(text) else self._compiled().finditer(text, *span)

    def findall(self, text: str, *span: int) -> list[Any]:
        return [] if self._in_vain(text) else self._compiled().findall(text, *span)

    def sub(self, by: Any, text: str, count: int = 0) -> str:
        return text if self._in_vain(text) else self._compiled().sub(by, text, count)

    def subn(self, by: Any, text: str, count: int = 0) -> tuple[str, int]:
        return (text, 0) if self._in_vain(text) else self._compiled().subn(by, text, count)

    def split(self, text: str, most: int = 0) -> list[str | Any]:
        return [text] if self._in_vain(text) else self._compiled().split(text, most)
