"""No pattern that reads residents' words can be made to look for hours: one short message must not stop everybody."""

from __future__ import annotations

import ast
import gc
import importlib
import pkgutil
import re

import pytest

from intents.patterns import _Later
from intents.sieve import Index
from intents.understand import Embedded
from tests.house.ambiguous import ambiguous
from tests.house.tree import ROOT

ROOMS = ("bot", "intents", "channels", "flows", "backend")


def _written() -> set[tuple[str, int]]:
    """Every string that a module hands to `re`, as far as it stands there whole."""
    found: set[tuple[str, int]] = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    text = node.args[0].value
                    if name in ("compile", "search", "match", "fullmatch", "later") and isinstance(text, str):
                        found.add((text, 0))
    return found


def _made() -> set[tuple[str, int]]:
    """What modules put together of pieces, and what stands in the files of cues."""
    found: set[tuple[str, int]] = set()
    gc.unfreeze()  # what was loaded before the first test is not told of otherwise
    for one in gc.get_objects():
        if isinstance(one, _Later):
            found.add((one.pattern, one.flags))
        elif isinstance(one, Index):
            found |= {(source, 0) for source in one._sources}
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not module.name.endswith("__main__") and ".migrations" not in module.name:
                held = vars(importlib.import_module(module.name)).values()
                found |= {
                    (p.pattern, p.flags) for p in held if isinstance(p, re.Pattern) and isinstance(p.pattern, str)
                }
    return found


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a|b|ab)*c",
        r"(\w+\s?)*$",
        "(x+x+)+y",
        "(a*)*b",
        "(a+|b)*$",
        r"(\s*b\s*)*c",
        "((那|我)*,?)*好",
        "(.{0,3}x)*y",
        "(ok(ay)?|okay)*!",
    ],
)
def test_a_loop_that_reads_a_word_in_two_ways_is_found(pattern: str) -> None:
    assert ambiguous(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["^(a|b|ac)*c", r"(\w+,)*$", "(ab?)*c", "(?:a|b)*+ab", r"\s*(\d{1,3})\D+", "(ok(ay)?[,.]? )*x", "[ab]*[bc]*x"],
)
def test_a_loop_that_reads_each_word_in_one_way_is_none(pattern: str) -> None:
    assert not ambiguous(pattern)


def test_no_pattern_doubles_its_work_with_each_round(interpreter: Embedded) -> None:
    found = {(pattern, tuple(words)) for pattern, flags in _written() | _made() if (words := ambiguous(pattern, flags))}
    told = "\n".join(f"{' '.join(words)!r} in {pattern[:160]}" for pattern, words in sorted(found))
    assert not found, f"these loops read a word in two ways (possessive `*+` or alternatives apart mend it):\n{told}"
