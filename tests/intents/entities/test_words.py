"""What breaks, who is sent for and what is paid: one meaning for each sentence, and none for small talk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from intents.entities.words import find_words

ROWS = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def _rows() -> Iterator[tuple[str, str, str]]:
    for kind in ("category", "service", "fee"):
        for value, sentences in ROWS[kind].items():
            for sentence in sentences.splitlines():
                yield kind, value, sentence


@pytest.mark.parametrize(("kind", "value", "sentence"), list(_rows()))
def test_words(kind: str, value: str, sentence: str) -> None:
    found = find_words(sentence)
    assert all(sentence[entity.start : entity.end] == entity.text for entity in found)
    assert [entity.value for entity in found if entity.name == kind] == [value]
    if kind != "category":
        assert not [entity for entity in found if entity.name not in (kind, "service", "fee")]


@pytest.mark.parametrize("sentence", ROWS["none"].splitlines())
def test_nothing(sentence: str) -> None:
    assert find_words(sentence) == []


def test_two_reports_in_one_message_are_two() -> None:
    found = find_words("厨房水管漏水了。另外楼下路灯也不亮。")
    assert [entity.value for entity in found] == ["water", "public_area"]
