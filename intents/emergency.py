"""What exactly happened in an emergency, so that the first words fit it; and whether somebody asks who is coming."""

from __future__ import annotations

from pathlib import Path

import yaml

from intents.normalise import fold
from intents.patterns import later
from intents.sentences import LOADER

FILE = Path(__file__).resolve().parent / "cues" / "emergency.yml"
# Longer words tell a story; a question about help on its way is short.
SHORT = 40


class Emergency:
    """The patterns of `cues/emergency.yml`; they never decide whether anybody is in danger."""

    def __init__(self, file: Path = FILE) -> None:
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
        self._scripts = {name: later("|".join(patterns)) for name, patterns in data["scripts"].items()}
        self._coming = later("|".join(data["coming"]))
        self._young = later("|".join(data["young"]))

    def of(self, text: str) -> dict[str, str | None]:
        """script: the first that fits, None where the kind of danger says enough; young: a young person speaks."""
        folded = fold(text)
        script = next((name for name, pattern in self._scripts.items() if pattern.search(folded)), None)
        return {"script": script, "young": "yes" if self._young.search(folded) else None}

    def asks_who_comes(self, text: str) -> bool:
        return len(text) <= SHORT and self._coming.search(fold(text)) is not None
