"""The sentences that nobody is trained on, as the evaluation reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from intents.rasa.project import of_file
from intents.sentences import plain

FOLDER = Path(__file__).resolve().parent.parent / "sentences"
LANGUAGES = ("zh_Hans", "en")


@dataclass(frozen=True, slots=True)
class Held:
    text: str
    intent: str
    language: str


def sentences() -> list[Held]:
    return [
        Held(plain(marked), intent, language)
        for language in LANGUAGES
        for path in sorted((FOLDER / language).glob("[a-z]*.yml"))
        for intent, marked in of_file(path)
    ]


def danger() -> Iterator[tuple[str, str, list[str]]]:
    """(language, label, sentences): alert, and calm that only sounds like it."""
    for language in LANGUAGES:
        data: Any = yaml.safe_load((FOLDER / language / "_danger.yml").read_text(encoding="utf-8"))
        for label, said in data.items():
            yield language, label, [str(one) for one in said]


def slots() -> list[dict[str, Any]]:
    """Opening sentences with the values that a flow must get out of them."""
    rows: list[dict[str, Any]] = yaml.safe_load((FOLDER / "slots.yml").read_text(encoding="utf-8"))
    return rows
