"""The catalogues of locales/, read once: msgid to the words of a language, with Babel's plural rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

from bot.catalogue import Found
from bot.contract.text import Text

SOURCE = "en"
_PLACE = re.compile(r"\{(\w+)\}")


def _english(n: int) -> int:
    return 0 if n == 1 else 1


def _always_first(_: int) -> int:
    return 0


class Catalogue:
    """One language. `find` gives the translated pattern of a `Text`, or its msgid where none is written."""

    def __init__(self, language: str, path: Path | None) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self._words: dict[tuple[str | None, str], str | tuple[str, ...]] = {}
        self._rank: Callable[[int], int] = _english
        if path is not None:
            self._read(path)

    def _read(self, path: Path) -> None:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=self.language)
        forms = catalogue.num_plurals
        if forms == 1:
            self._rank = _always_first
        for message in catalogue:
            if not message.id or message.fuzzy:
                continue
            key = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
            words = tuple(message.string) if isinstance(message.string, (list, tuple)) else message.string
            if words and all(words):
                self._words[(message.context, str(key))] = words

    def find(self, text: Text, *, heard: bool = False) -> str:
        """heard: take the form written for ears where there is one."""
        msgid = text.spoken if heard and text.spoken else text.msgid
        words = self._words.get((text.context, msgid))
        if words is None:
            plural = text.plural is not None and text.count != 1 and msgid == text.msgid
            return text.plural if plural and text.plural else msgid
        if isinstance(words, tuple):
            return words[min(self._rank(text.count or 0), len(words) - 1)]
        return words

    def lacking(self, wanted: Iterable[Found]) -> list[str]:
        """The msgids among these that have no words in this language."""
        keys = {(w.context, w.msgid if isinstance(w.msgid, str) else w.msgid[0]) for w in wanted}
        return sorted(msgid for context, msgid in keys if (context, msgid) not in self._words)


def load(folder: Path, languages: list[str]) -> dict[str, Catalogue]:
    """The catalogues of these languages; English stands in the msgids and needs no file."""
    found: dict[str, Catalogue] = {}
    for language in languages:
        path = folder / language / "LC_MESSAGES" / "linli.po"
        written = language != SOURCE and path.exists()
        found[language] = _kept(language, path, path.stat().st_mtime_ns) if written else Catalogue(language, None)
    return found


@lru_cache(4)
def _kept(language: str, path: Path, changed: int) -> Catalogue:
    """A file that has not changed since is not read again: a process may open its desk more than once."""
    return Catalogue(language, path)


def places(pattern: str) -> set[str]:
    """The names of the parameters in a pattern."""
    return set(_PLACE.findall(pattern))
