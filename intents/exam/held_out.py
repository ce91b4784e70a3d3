"""The sentences that nobody is trained on, as the evaluation reads them, and what is too near to one of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import yaml

from intents.languages import FULL_HAN, FULL_WORDS
from intents.normalise import count_han, count_words, fold
from intents.rasa.project import of_file
from intents.sentences import LOADER, plain

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "sentences"
LANGUAGES = ("zh_Hans", "en")
# Shared three-character pieces over all of both: at 0.8, forty characters differ in three places at most.
ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Held:
    text: str
    intent: str
    language: str


def sentences(folder: Path = FOLDER) -> list[Held]:
    return [
        Held(plain(marked), intent, language)
        for language in LANGUAGES
        for path in sorted((folder / language).glob("[a-z]*.yml"))
        for intent, marked in of_file(path)
    ]


def danger(folder: Path = FOLDER) -> Iterator[tuple[str, str, list[str]]]:
    """(language, label, sentences): alert, and calm that only sounds like it."""
    for language in LANGUAGES:
        data: Any = yaml.load((folder / language / "_danger.yml").read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - both are safe loaders, one is in C
        for label, said in data.items():
            yield language, label, [str(one) for one in said]


def acts(folder: Path = FOLDER) -> Iterator[tuple[str, str, list[str]]]:
    """(language, dialogue act, lines)."""
    for language in LANGUAGES:
        data: Any = yaml.load((folder / language / "_acts.yml").read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - both are safe loaders, one is in C
        yield from ((language, str(row["act"]), [str(row["text"])]) for row in data)


def slots(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Opening sentences with the values that a flow must get out of them."""
    rows: list[dict[str, Any]] = yaml.safe_load((folder / "slots.yml").read_text(encoding="utf-8"))
    return rows


def everything(folder: Path = FOLDER) -> Iterator[str]:
    """Every sentence that is held out for anything."""
    yield from (one.text for one in sentences(folder))
    for _, _, said in (*danger(folder), *acts(folder)):
        yield from said
    yield from (str(row["text"]) for row in slots(folder))


def bare(sentence: str) -> str:
    """Folded, and without punctuation and spaces: what is equal then is the same sentence."""
    return "".join(char for char in fold(sentence) if char.isalnum())


def pieces(bare_sentence: str) -> frozenset[str]:
    return frozenset(bare_sentence[i : i + 3] for i in range(len(bare_sentence) - 2))


def is_short(sentence: str) -> bool:
    """There are not many ways to say yes."""
    return count_han(sentence) < FULL_HAN and count_words(sentence) < FULL_WORDS


class Near:
    """Finds the sentence of some length that another one resembles."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = [(sentence, pieces(bare(sentence))) for sentence in known]
        self._same = {bare(sentence): sentence for sentence, _ in self._known}
        self._seen = Counter(piece for _, held in self._known for piece in held)
        self._telling: dict[str, list[int]] = defaultdict(list)
        for index, (sentence, held) in enumerate(self._known):
            for piece in () if is_short(sentence) else self._rarest(held):
                self._telling[piece].append(index)

    def same(self, sentence: str) -> str | None:
        """One that differs in nothing but stops and capitals, however short."""
        return self._same.get(bare(sentence))

    def like(self, sentence: str) -> str | None:
        if is_short(sentence):
            return None
        own = pieces(bare(sentence))
        for index in sorted({index for piece in self._rarest(own) for index in self._telling.get(piece, ())}):
            known, held = self._known[index]
            if len(own & held) / len(own | held) >= ALIKE:
                return known
        return None

    def _rarest(self, held: frozenset[str]) -> list[str]:
        """So many that two sentences which are alike share one of them: only what is rare is looked up."""
        in_order = sorted(held, key=lambda piece: (self._seen[piece], piece))
        return in_order[: len(held) - ceil(ALIKE * len(held)) + 1]
