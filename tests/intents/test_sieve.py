"""The sieve finds what the plain patterns find: it may save work, never a cry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from intents import sentences
from intents.danger import FOLDER
from intents.normalise import fold
from intents.patterns import later
from intents.sieve import WHOLE, Sieve, pieces_of, split

SAMPLE = 1_200
# Patterns of a talk, and lists of words.
NO_CUES = ("turns", "alike")
# Pinyin, digits and laughter stand in the same patterns as Chinese characters.
MIXED = ["ta mei hu xi le", "kuai lai wo ma shuai dao le", "call 120", "hhh", "233333"]


def _patterns(path: Path) -> list[str]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    kinds: dict[str, list[str]] = data.get("alert", data if path.stem == "urgent" else {})
    calm: list[str] = data.get("calm", [])
    return [*(pattern for patterns in kinds.values() for pattern in patterns), *calm]


@pytest.mark.parametrize(
    "path", [p for p in sorted(FOLDER.glob("*.yml")) if p.stem not in NO_CUES], ids=lambda p: p.stem
)
def test_the_same_is_found_with_and_without_the_sieve(path: Path) -> None:
    texts = [fold(row.text) for row in sentences.read()]
    texts = [*texts[:: max(1, len(texts) // SAMPLE)], *MIXED]
    for pattern in _patterns(path):
        plain, sieve = re.compile(pattern), Sieve(split(pattern))
        differs = [text for text in texts if bool(plain.search(text)) != sieve.search(text)]
        assert not differs, (pattern[:80], differs)


def test_a_branch_is_split_only_at_the_outermost_level() -> None:
    assert list(split(r"a|(b|c)|[|]|\||d")) == ["a", "(b|c)", "[|]", r"\|", "d"]


def test_a_long_text_is_asked_without_being_cut_into_its_pieces() -> None:
    """Cutting 10,000 characters took as long as all else that was done with them."""
    asked, story = later(r"grandma'?s keys|奶奶的钥匙"), "it rained all day, " * (WHOLE // 10)
    before = pieces_of.cache_info().misses
    assert asked.search(f"{story} grandma's keys are gone") is not None
    assert asked.search(f"{story}奶奶的钥匙没了") is not None
    assert asked.search(story) is None
    assert pieces_of.cache_info().misses == before
