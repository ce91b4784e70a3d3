"""The README says which test shows each clause and each bad input; those tests are there."""

from __future__ import annotations

from pathlib import Path

import channels.phone
from tests.house.evidence import missing, named

README = Path(channels.phone.__path__[0]) / "README.md"


def test_each_named_test_is_there() -> None:
    assert len(named(README)) > 40
    assert missing(README, Path(__file__).parent) == []
