"""What a model would change for the better or worse: right, out of scope and danger, one model beside another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.contract.messages import Address, InboundMessage, Kind
from bot.contract.understanding import Danger
from intents import classifier, stored
from intents.classifier import OUT_OF_SCOPE, SOS
from intents.exam import held_out
from intents.understand import Embedded

NOW = datetime.fromisoformat("2026-11-20T09:30:00+08:00")
CRIES = "alert"


@dataclass(frozen=True, slots=True)
class Marks:
    """Of one language, in sentences. right of ours; turned_away of outside, what is none of ours; alert and ask of
    cries; false of calm: what only sounds like a cry, and ordinary talk."""

    language: str
    right: int
    ours: int
    turned_away: int
    outside: int
    alert: int
    ask: int
    cries: int
    false: int
    calm: int


def marks(folder: Path, language: str, held: Path = held_out.FOLDER) -> Marks:
    """The model of this folder on everything that is held out in this language."""
    interpreter, model = Embedded(folder), stored.load(folder)
    rows = [one for one in held_out.sentences(held) if one.language == language]
    said = [(one.intent, classifier.classify(model, one.text).intent) for one in rows]
    levels: dict[bool, list[Danger]] = {True: [], False: []}
    for spoken, label, texts in held_out.danger(held):
        if spoken == language:
            levels[label.startswith(CRIES)] += _heard(interpreter, texts)
    levels[False] += _heard(interpreter, (one.text for one in rows if one.intent != SOS))
    inside = [found == truth for truth, found in said if truth != OUT_OF_SCOPE]
    outside = [found == truth for truth, found in said if truth == OUT_OF_SCOPE]
    return Marks(
        language=language,
        right=sum(inside),
        ours=len(inside),
        turned_away=sum(outside),
        outside=len(outside),
        alert=levels[True].count(Danger.ALERT),
        ask=levels[True].count(Danger.ASK),
        cries=len(levels[True]),
        false=levels[False].count(Danger.ALERT),
        calm=len(levels[False]),
    )


def _heard(interpreter: Embedded, texts: Iterable[str]) -> list[Danger]:
    return [
        interpreter.understand(InboundMessage("m", Address("rest", "a"), Kind.TEXT, NOW, text=text)).danger
        for text in texts
    ]


def compare(before: Path, after: Path, say: Callable[[str, int], None]) -> dict[str, list[dict[str, Any]]]:
    """Both models' marks by language; `say` hears how far it is, in hundredths."""
    told: dict[str, list[dict[str, Any]]] = {"before": [], "after": []}
    steps = [
        (name, folder, one) for name, folder in (("before", before), ("after", after)) for one in held_out.LANGUAGES
    ]
    for done, (name, folder, language) in enumerate(steps):
        say("examining", 100 * done // len(steps))
        told[name].append(asdict(marks(folder, language)))
    return told
