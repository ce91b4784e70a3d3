"""How much a message says: whether it is brief, how much weight it has, what stands in it beside the values."""

from __future__ import annotations

from collections.abc import Iterable

from bot.contract.understanding import Entity, Understanding

# So much beside a place or a time tells more of the matter.
TELLING = 12


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


def tells_besides(text: str, understanding: Understanding) -> bool:
    """More stands beside what is named than in it: "my mother cannot climb to the 12th floor" is about her."""
    rest = "".join(without(text, understanding.entities).split())
    return weight(rest) >= TELLING and weight(rest) > sum(weight(entity.text) for entity in understanding.entities)
