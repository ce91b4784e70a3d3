"""What of a message is read closely: all of it, or of a document both ends."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from bot.contract.understanding import Entity
from intents.features import edge_of
from intents.patterns import later

# From this length on a message is a document: what it wants stands at its beginning or at its end.
STORY = 1_000
_BREAK = later(r"[\s,.;:!?，。；：！？、]+")


def edges(text: str) -> list[tuple[str, int]]:
    """What is read closely, and where in the text it begins: all of it, or of a document both ends in whole words."""
    if len(text) <= STORY:
        return [(text, 0)]
    edge = edge_of(text)
    head, tail = text[:edge], text[-edge:]
    ends, begins = list(_BREAK.finditer(head)), _BREAK.search(tail)
    head = head[: ends[-1].start()] if ends else head
    skipped = begins.end() if begins else 0
    return [(head, 0), (tail[skipped:], len(text) - edge + skipped)]


def is_name(found: Iterable[Entity], text: str) -> bool:
    """ "South gate": a place, a time or a number and nothing besides, whatever it may sound like."""
    named = {_bare(e.text) for e in found if e.value is not None}
    # Of a long message no more is read than the longest of them.
    return bool(named) and _bare(text, 1 + max(map(len, named))) in named


def _bare(text: str, most: int | None = None) -> str:
    """Its letters and figures, or so many of them."""
    return "".join(islice(filter(str.isalnum, text), most))
