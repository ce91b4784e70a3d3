"""How much a message says: whether it is brief, how much weight it has, what stands in it beside the values."""

from __future__ import annotations

from collections.abc import Iterable

from bot.contract.understanding import Entity

# So many Chinese characters ask back and say nothing.
ASKED_BACK = 2


def is_brief(text: str, words: int, characters: int) -> bool:
    """At most so many words; of anything but plain Latin at most so many characters, for Chinese has no spaces."""
    said = text.strip()
    return len(said.split()) <= words if said.isascii() else len(said) <= characters


def weight(text: str) -> int:
    """A Chinese character says as much as two letters."""
    said = text.strip()
    return len(said) if said.isascii() else 2 * len(said)


def without(text: str, entities: Iterable[Entity]) -> str:
    """What stands beside these."""
    for entity in entities:
        text = text.replace(entity.text, " ")
    return text


def letters(text: str) -> int:
    """Letters and figures."""
    return sum(map(str.isalnum, text))


def is_asked_back(text: str) -> bool:
    """ "Where?", asked back at a question, is no wish of its own."""
    said = text.strip()
    word = said.rstrip("?\uff1f ")
    return word != said and (len(word.split()) <= 1 if word.isascii() else len(word) <= ASKED_BACK)
