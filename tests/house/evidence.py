"""Tables in READMEs that say which test shows a clause: the tests that are named there must be there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.tree import ROOT

_TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def named(readme: Path) -> list[tuple[str, str]]:
    return _TEST.findall(readme.read_text(encoding="utf-8"))


def missing(readme: Path, here: Path) -> list[str]:
    """here: the folder of the tests that are named without a path."""
    found = []
    for file, name in named(readme):
        path = ROOT / file if "/" in file else here / file
        if not path.exists() or f"def {name}(" not in path.read_text(encoding="utf-8"):
            found.append(f"{file}::{name}")
    return found
