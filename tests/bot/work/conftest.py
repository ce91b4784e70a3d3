"""A station with a receiver beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.settings import Settings
from intents.understand import Embedded
from tests.bot.work.station import Station
from tests.fakes.receiver import Receiver


@pytest.fixture
def station(fresh: Settings, interpreter: Embedded) -> Iterator[Station]:
    one = Station(fresh, interpreter)
    yield one
    one.close()


@pytest.fixture
def receivers() -> Iterator[Callable[[], Receiver]]:
    made: list[Receiver] = []

    def make() -> Receiver:
        made.append(Receiver())
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def receiver(receivers: Callable[[], Receiver]) -> Receiver:
    return receivers()
