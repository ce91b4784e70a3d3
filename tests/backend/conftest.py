"""A house whose clock a test turns: sessions grow old, and nobody waits for it."""

from __future__ import annotations

import pytest

from tests.clerk import Hands
from tests.conftest import MakeResident
from tests.resident import Resident


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def house(resident: MakeResident, hands: Hands) -> Resident:
    made = resident()
    made.restart(clock=hands)
    return made
