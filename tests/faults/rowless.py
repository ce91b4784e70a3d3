"""What a resident hears when nothing could be written down: an answer, and no acknowledgement."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from bot import configure as configuration
from bot import locales
from bot.app import LOCALES
from bot.speak import Speaker
from bot.unstored import STANDS, unstored_text


@cache
def _words() -> tuple[bytes, ...]:
    settings = configuration.load({})
    speaker = Speaker(locales.load(LOCALES, settings.languages), settings.languages[0])
    texts = [STANDS, *(unstored_text(settings.community(key)) for key in settings.communities)]
    now = datetime(2026, 11, 20, tzinfo=UTC)
    return tuple(speaker.words(text, language, now).encode() for text in texts for language in settings.languages)


def is_rowless(answer: bytes) -> bool:
    """Said of an alarm when the storage did not answer in time: no row stands behind it, and that is what it says."""
    return any(words in answer for words in _words())
