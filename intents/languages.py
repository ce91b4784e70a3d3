"""Which language a message is written in, and whether it is enough of it to change a conversation."""

from __future__ import annotations

import re
from collections.abc import Container

from intents.normalise import count_han, count_words

FULL_HAN = 6
FULL_WORDS = 4


# Words of no language, or of every one.
ANYWHERE = frozenset({"sos", "ok", "wifi", "app", "vip", "qr", "id", "atm", "tv", "ktv"})
_WORD = re.compile(r"[a-z]+")


def detect(text: str, known: Container[str]) -> tuple[str | None, bool]:
    """(`zh_Hans` or `en` or None, full sentence): a plate, pinyin, noise or an emoji tells nothing.

    known: the classifier's tokens; a word is English when the sentences hold it.
    """
    han, words = count_han(text), count_words(text)
    found = [word for word in _WORD.findall(text.lower()) if word not in ANYWHERE and len(word) > 1]
    if han and han >= len(found):
        return "zh_Hans", han >= FULL_HAN
    if found and 2 * sum(f"={word}" in known for word in found) > len(found):
        return "en", words >= FULL_WORDS
    return None, False
