"""The integrators' README says which test shows each clause, each number and each bad input; those tests are there."""

from __future__ import annotations

from pathlib import Path

from tests.house.evidence import missing, named
from tests.house.tree import ROOT

README = ROOT / "backend" / "api" / "README.md"


def test_each_named_test_is_there() -> None:
    assert len(named(README)) > 80
    assert missing(README, Path(__file__).parent) == []
