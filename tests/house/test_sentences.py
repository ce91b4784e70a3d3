"""The classifier is taught enough of every intent in every language, and is never asked what it was taught."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import configure as configuration
from intents import alarms, dialogue_act, sentences
from intents.exam import held_out
from intents.exam.held_out import Near
from intents.languages import FULL_HAN, FULL_WORDS
from intents.normalise import count_han, count_words, fold
from tests.house.taxonomy import CORE, INTENTS
from tests.house.tree import ROOT, nothing

HELD_OUT = ROOT / "tests" / "sentences"
LANGUAGES = configuration.load({}).languages
CORE_LEAST, LEAST = 120, 50

Said = tuple[str, str]
"""A file and a sentence in it."""


def said(folder: Path) -> Iterator[Said]:
    """Every sentence below a folder: of Rasa files, of lists by label, and of lists of texts with slots."""
    for path in sorted(folder.rglob("*.yml")):
        data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        for sentence in _sentences(data):
            yield path.relative_to(folder).as_posix(), sentence


def _sentences(data: Any) -> Iterator[str]:
    if isinstance(data, list):
        yield from (item["text"] for item in data)
    elif "nlu" not in data:
        yield from (str(sentence) for label in data.values() for sentence in label)
    else:
        for block in data["nlu"]:
            lines = block.get("examples", "").splitlines()
            yield from (sentences.plain(line.strip().removeprefix("-")) for line in lines if line.strip())


def bare(sentence: str) -> str:
    """Folded, and without punctuation and spaces: what is equal then is the same sentence."""
    return "".join(char for char in fold(sentence) if char.isalnum())


def leaks(held_out: Iterable[Said], trained: Iterable[Said]) -> list[str]:
    """Held-out sentences that were trained on; the shortest are left out, there are not many ways to say yes."""
    known = {bare(sentence): file for file, sentence in trained}
    return [
        f"{file}: {sentence} (trained in {known[bare(sentence)]})"
        for file, sentence in held_out
        if bare(sentence) in known and (count_han(sentence) >= FULL_HAN or count_words(sentence) >= FULL_WORDS)
    ]


def scant(counts: Mapping[str, int]) -> list[str]:
    """Intents with fewer sentences than they need."""
    found: list[str] = []
    for intent in sorted(INTENTS):
        least = CORE_LEAST if intent in CORE else LEAST
        if counts.get(intent, 0) < least:
            found.append(f"{intent}: {counts.get(intent, 0)} of {least}")
    return found


def _counts(folder: Path) -> dict[str, int]:
    """Different sentences in each intent's own file."""
    kinds: dict[str, set[str]] = {}
    for file, sentence in said(folder):
        kinds.setdefault(Path(file).stem, set()).add(bare(sentence))
    return {name: len(kind) for name, kind in kinds.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_is_taught(language: str) -> None:
    counts = _counts(sentences.FOLDER / language)
    nothing(scant(counts))
    nothing([f"{name}: no intent of the taxonomy" for name in counts if name[0] != "_" and name not in INTENTS])


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_are_named_after_their_intents(language: str) -> None:
    wrong: list[str] = []
    for path in sentences.files(sentences.FOLDER):
        blocks = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        if path.parent.name == language and path.stem[0] != "_" and {b.get("intent") for b in blocks} != {path.stem}:
            wrong.append(str(path))
    nothing(wrong)


def test_a_scant_intent_is_noticed() -> None:
    counts = dict.fromkeys(INTENTS, CORE_LEAST)
    assert scant(counts) == []
    assert scant({**counts, "vote": 49, "pay_fees": 119}) == ["pay_fees: 119 of 120", "vote: 49 of 50"]


def test_held_out_sentences_were_not_trained_on() -> None:
    held_out = list(said(HELD_OUT))
    assert {file.split("/")[-1] for file, _ in held_out} >= {
        "_acts.yml",
        "_danger.yml",
        "slots.yml",
        "report_repair.yml",
    }
    nothing(leaks(held_out, said(sentences.FOLDER)))
    nothing(leaks(held_out, [("alarms", one.text) for one in alarms.read()]))
    nothing(leaks(held_out, [("acts", one.text) for one in dialogue_act.read()]))


def test_no_sentence_is_nearly_one_that_is_held_out() -> None:
    near = Near(held_out.everything())
    trained = [*(one.text for one in sentences.read()), *(one.text for one in alarms.read())]
    trained += [one.text for one in dialogue_act.read()]
    nothing([f"{text}: nearly {found}" for text in trained if (found := near.like(text)) is not None])


def test_a_near_duplicate_is_noticed() -> None:
    near = Near(["the lamp at gate 3 has been out since Monday", "三号门的路灯从周一起就不亮了", "back one step"])
    assert near.like("The lamp at gate 3 has been out since monday!!") == "the lamp at gate 3 has been out since Monday"
    assert near.like("那三号门的路灯从周一起就不亮了") == "三号门的路灯从周一起就不亮了"
    assert near.like("the lamp at gate 3 has been on since Tuesday") is None
    # There are not many ways to say this.
    assert near.like("go back one step") is None
    assert near.same("Back, one step") == "back one step"


def test_a_leak_is_noticed(tmp_path: Path) -> None:
    rasa = "nlu:\n- intent: vote\n  examples: |\n    - The lamp at [gate 3](location) is out!\n    - ok\n"
    for name, text in (("a", rasa), ("b", "calm:\n- the lamp at GATE 3 is out\n"), ("c", "- text: ok\n  slots: {}\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "vote.yml").write_text(text, encoding="utf-8")
    trained = list(said(tmp_path / "a"))
    assert leaks(said(tmp_path / "b"), trained) == ["vote.yml: the lamp at GATE 3 is out (trained in vote.yml)"]
    assert leaks(said(tmp_path / "c"), trained) == []
