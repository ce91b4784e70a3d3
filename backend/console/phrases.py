"""What a page says again and again, looked up once: sentences without anything to fill in, and spans of time."""

from __future__ import annotations

from collections.abc import Callable

from bot.contract.text import Text

# So many at most: what is said is written in the pages and the tables of words, so that nobody makes them more.
MOST = 8_000
Key = tuple[str, str | None, str, object]


class Phrases:
    """Catalogues are read once when the process starts, so what they say of a sentence stays the same."""

    def __init__(self, say: Callable[[Text, str], str]) -> None:
        self._say = say
        self._known: dict[Key, str] = {}

    def of(self, text: Text, language: str) -> str:
        params = text.params
        if params and not (len(params) == 1 and isinstance(params.get("n"), int)):
            return self._say(text, language)
        key = (text.msgid, text.context, language, params.get("n"))
        found = self._known.get(key)
        if found is None:
            found = self._say(text, language)
            if len(self._known) < MOST:
                self._known[key] = found
        return found
