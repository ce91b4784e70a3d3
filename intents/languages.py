"""Which language a message is written in, and whether it is enough of it to change a conversation."""

from __future__ import annotations

from intents.normalise import count_han, count_words

FULL_HAN = 6
FULL_WORDS = 4


def detect(text: str) -> tuple[str | None, bool]:
    """(`zh_Hans` or `en` or None, full sentence): a plate, a number or an emoji tells nothing."""
    han, words = count_han(text), count_words(text)
    if han >= words and han:
        return "zh_Hans", han >= FULL_HAN
    if words:
        return "en", words >= FULL_WORDS
    return None, False
