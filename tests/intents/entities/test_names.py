"""Who comes to visit: names as they were said, trades where no name was, and nobody in everything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from intents.entities.names import find_names, visitor_role
from intents.entities.passes import read_passes

ROWS = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def _rows() -> Iterator[tuple[str, list[str]]]:
    for kind in ("named", "trade"):
        for line in ROWS[kind].splitlines():
            sentence, _, names = line.partition(" | ")
            yield sentence, names.split(", ")


@pytest.mark.parametrize(("sentence", "names"), list(_rows()))
def test_names(sentence: str, names: list[str]) -> None:
    found = find_names(sentence)
    assert [entity.value for entity in found] == names
    assert all(sentence[entity.start : entity.end] == entity.text for entity in found)


@pytest.mark.parametrize("sentence", ROWS["none"].splitlines())
def test_nobody(sentence: str) -> None:
    assert find_names(sentence) == []


def test_there_are_rows_enough() -> None:
    assert len(list(_rows())) + len(ROWS["none"].splitlines()) >= 120


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("爸妈后天到", "爸妈"),
        ("今晚来六个同学", "同学"),
        ("mum and dad arrive tomorrow", "mum and dad"),
        ("明天三点", None),
        ("my mum's friend is coming tomorrow", "mum's friend"),
        ("my son's new tutor comes at five", "son's new tutor"),
        ("my mum's coming at three", "mum"),
        ("我妈的朋友明天来", "妈妈的朋友"),
        ("我哥的同学要来", "哥哥的同学"),
    ],
)
def test_a_relation_stands_for_a_name(sentence: str, role: str | None) -> None:
    assert visitor_role(sentence) == role


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("我的访客", {"act": "list", "on_file": "register_visitor"}),
        ("show me my visitors", {"act": "list", "on_file": "register_visitor"}),
        ("延长到晚上十点", {"act": "extend"}),
        ("one more hour", {"act": "extend", "longer": "1.0"}),
        ("再加一个半小时", {"act": "extend", "longer": "1.5"}),
        ("取消访客", {"act": "revoke", "on_file": "register_visitor"}),
        ("客人改晚上八点到了", {"act": "change", "on_file": "register_visitor"}),
        ("一共八辆车", {"cars": "8", "drives": "yes"}),
        ("没开车", {"on_foot": "yes"}),
        ("厨房漏水", {}),
    ],
)
def test_what_is_wished_with_passes(sentence: str, said: dict[str, str]) -> None:
    assert read_passes(sentence) == said
