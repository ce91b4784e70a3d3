"""The README says which test shows each clause and each bad input; those tests are there."""

from __future__ import annotations

import re
from pathlib import Path

import channels.phone
from tests.house.tree import ROOT

README = (Path(channels.phone.__path__[0]) / "README.md").read_text(encoding="utf-8")
HERE = Path(__file__).parent
_TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_each_named_test_is_there() -> None:
    named = _TEST.findall(README)
    assert len(named) > 40
    missing = []
    for file, name in named:
        path = ROOT / file if "/" in file else HERE / file
        if not path.exists() or f"def {name}(" not in path.read_text(encoding="utf-8"):
            missing.append(f"{file}::{name}")
    assert missing == []
