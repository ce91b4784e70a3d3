"""What exactly happened in an emergency, so that the first words fit it; and what is said while help is waited for."""

from __future__ import annotations

from pathlib import Path

import yaml

from intents.normalise import fold
from intents.patterns import later
from intents.sentences import LOADER

FILE = Path(__file__).resolve().parent / "cues" / "emergency.yml"
# Longer words tell a story; a question about help on its way is short.
SHORT = 60
# What may speak of something that shall be done: a question, or what somebody is about to do.
_ABOUT = frozenset({"asks", "tells", None})
# Signs beside what is said, each by itself.
_MORE: tuple[str, ...] = ("far_away", "caller_away", "reads", "inside", "worse_inside")
_MORE += ("though", "stays", "theirs", "others", "edge", "in_vain", "reported", "escaped", "hushed", "weary")
_MORE += ("heard_of",)
# And so is what is said while it is waited for.
SAID = 120


class Emergency:
    """The patterns of `cues/emergency.yml`; they never decide whether anybody is in danger."""

    def __init__(self, file: Path = FILE) -> None:
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
        self._scripts = {name: later("|".join(patterns)) for name, patterns in data["scripts"].items()}
        self._coming = later("|".join(data["coming"]))
        self._young = later("|".join(data["young"]))
        self._amid = {name: later("|".join(patterns)) for name, patterns in data["amid"].items()}
        self._grows = later(data["grows"])
        self._mute = later("|".join(data["mute"]))
        self._more = {name: later("|".join(data[name])) for name in _MORE}
        self._advice = {name: later(pattern) for name, pattern in data["advice"].items()}
        self._things = {name: later(pattern) for name, pattern in data["things"].items()}

    def of(self, text: str) -> dict[str, str | None]:
        """script: the first that fits, None where the kind of danger says enough; young: a young person speaks."""
        folded = fold(text)
        script = next((name for name, pattern in self._scripts.items() if pattern.search(folded)), None)
        return {"script": script, "young": "yes" if self._young.search(folded) else None}

    def asks_who_comes(self, text: str) -> bool:
        return len(text) <= SHORT and self._coming.search(fold(text)) is not None

    def amid(self, text: str) -> dict[str, str]:
        """amid: how words are to be answered that are said while an alarm is open; advice: what is asked about; mute:
        they cannot be rung, or ask not to be; grows: it gets stronger; at_hand: what is named that has one answer."""
        if len(text) > SAID:
            return {}
        folded = fold(text).strip()
        signs = {"mute": self._mute, "grows": self._grows, **self._more}
        told = {name: "yes" for name, pattern in signs.items() if pattern.search(folded)}
        amid = next((name for name, pattern in self._amid.items() if pattern.search(folded)), None)
        about = amid in _ABOUT and next((name for name, one in self._advice.items() if one.search(folded)), None)
        thing = next((name for name, one in self._things.items() if one.search(folded)), None)
        told |= {"at_hand": thing} if thing else {}
        return told | ({"amid": amid} if amid else {}) | ({"advice": about} if about else {})
