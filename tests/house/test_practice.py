"""Each rule that keeps people alive names the tests that hold it, and they are there, as does each clause of an alarm;
each piece of advice names its source."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml

from flows.trigger_sos import scripts
from tests.house.tree import ROOT

RULES = range(1, 23)


@lru_cache(1)
def _practice() -> dict[int, list[dict[str, Any]]]:
    rules: dict[int, list[dict[str, Any]]] = _clauses("tests/practice.yml")
    return rules


def _clauses(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


@lru_cache
def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _is_there(named: str) -> bool:
    """`file.py::function`, `file.yml::dialogue`; nothing behind the colons names all of the file."""
    path, _, name = named.partition("::")
    if not (ROOT / path).is_file():
        return False
    if path.endswith(".py"):
        return bool(re.search(rf"^(async )?def {name or 'test_'}", _text(path), re.MULTILINE))
    return any(line.partition(":")[2].strip().strip("'\"") == name for line in _titles(path)) if name else True


@lru_cache
def _titles(path: str) -> list[str]:
    return [line for line in _text(path).splitlines() if line.startswith("dialogue:")]


def test_every_rule_names_its_tests() -> None:
    assert sorted(_practice()) == list(RULES)
    for number, clauses in _practice().items():
        for clause in clauses:
            assert clause.keys() in ({"says", "tests"}, {"says", "open"}), number
            assert clause.get("tests") or clause.get("open"), number


def test_they_are_there() -> None:
    every = [*_practice().values(), *_clauses("tests/sos.yml").values()]
    named = [one for clauses in every for clause in clauses for one in clause.get("tests", [])]
    assert [one for one in named if not _is_there(one)] == []
    assert len(named) > len(RULES)


def test_every_piece_of_advice_says_where_it_is_from() -> None:
    told = _text("flows/trigger_sos/README.md")
    rows = set(re.findall(r"^\| (\w+) \|", told, re.MULTILINE))
    general = {"medical", "child", "plea"}  # a number to call, and nothing besides
    assert (scripts.SCRIPTS.keys() | scripts.WORDS.keys()) - general <= rows
