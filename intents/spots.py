"""Where on the estate somebody is who tells it in passing: of what names no place that is looked up anywhere."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from intents.normalise import fold
from intents.patterns import later
from intents.sentences import LOADER

FILE = Path(__file__).resolve().parent / "cues" / "spots.yml"
# A longer text tells a story, in which more than one place is named.
LONGEST = 200
# "Behind the shed" tells more than the shed, "in the party room" no more than the room.
_IN = later(r"^(?:in|at|on|by|inside) (?:(?:the|our|your|a) )?", re.IGNORECASE)


class Spots:
    """The patterns of `cues/spots.yml`."""

    def __init__(self, file: Path = FILE) -> None:
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
        self._spots = later("|".join(data["spots"]))

    def of(self, text: str) -> str | None:
        """The first of them, as it was written."""
        if len(text) > LONGEST:
            return None
        folded = fold(text)
        found = self._spots.search(folded)
        if found is None:
            return None
        same = len(folded) == len(text)
        spot = (text[found.start() : found.end()] if same else found.group()).strip()
        return _IN.sub("", spot)
