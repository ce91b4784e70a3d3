"""Where on the estate somebody is who tells it in passing: of what names no place that is looked up anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from bot.contract.understanding import Entity
from intents.normalise import fold
from intents.patterns import later
from intents.sentences import LOADER

FILE = Path(__file__).resolve().parent / "cues" / "spots.yml"
# A longer text tells a story, in which more than one place is named.
LONGEST = 200
# "Behind the shed" tells more than the shed, "in the party room" no more than the room.
_IN = later(r"^(?:in|at|on|by|inside) (?:(?:the|our|your|a) )?", re.IGNORECASE)
_CLAUSE = later(r"[,.;!?\uff0c\u3002\uff1b\uff01\uff1f]\s*|(?<=[\u4e00-\u9fff])\s+")
# What each sign is told as: `here`, `sentence` and `asks_it` are only heard, of the rest the words are kept.
_HEARD, _KEPT = ("here", "sentence", "asks_it"), ("at", "likened", "their_room")


class Spots:
    """The patterns of `cues/spots.yml`."""

    def __init__(self, file: Path = FILE) -> None:
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
        self._spots = later("|".join(data["spots"]))
        self._signs = {name: later("|".join(data[name])) for name in (*_HEARD, *_KEPT)}

    def of(self, text: str) -> str | None:
        """The first of them, as it was written."""
        found = self._spots.search(fold(text)) if len(text) <= LONGEST else None
        return _IN.sub("", _written(text, found.start(), found.end())) if found is not None else None

    def signs(self, text: str) -> dict[str, str]:
        """here: the speaker is where they speak of; sentence: as a whole the words are no address, asks_it: nor is
        anything in them; at: what a sentence calls the place; likened: what something only resembles; their_room: the
        room of whom it is about, told beside the speaker's own."""
        if len(text) > LONGEST:
            return {}
        folded = fold(text)
        found = {name: pattern.search(folded) for name, pattern in self._signs.items()}
        told = {name: "yes" for name in _HEARD if found[name]}
        pause = _CLAUSE.search(folded) if "asks_it" in told else None
        first = folded[: pause.start()] if pause else ""
        if first and not any(self._signs[name].search(first) for name in ("sentence", "asks_it")):
            del told["asks_it"]  # "B2, bay 117. Is somebody coming?"
        for name in _KEPT:
            match = found[name]
            if match is not None:
                start, end = next(match.span(i) for i in range(1, (match.lastindex or 0) + 1) if match[i] is not None)
                told[name] = _written(text, start, end)
        return told


def unlikened(found: tuple[Entity, ...], extra: Mapping[str, str | None]) -> tuple[Entity, ...]:
    """ "It stinks like a swimming pool" is said of no pool."""
    likened = extra.get("likened")
    return tuple(e for e in found if e.name != "location" or e.text not in likened) if likened else found


def _written(text: str, start: int, end: int) -> str:
    folded = fold(text)
    return (text if len(folded) == len(text) else folded)[start:end].strip()
