"""One bench for each channel that is asked for, and on it a driver with a new copy of the demo for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from intents.understand import Embedded
from tests.channels.drivers import Bench
from tests.channels.drivers.driver import Driver


@pytest.fixture(scope="session")
def benches(
    prepared: Settings, interpreter: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Bench]]:
    made: dict[str, Bench] = {}

    def bench(name: str) -> Bench:
        if name not in made:
            made[name] = Bench(name, prepared, interpreter, tmp_path_factory.mktemp(name))
        return made[name]

    yield bench
    for one in made.values():
        one.close()


@pytest.fixture
def driver(name: str, benches: Callable[[str], Bench], tmp_path: Path) -> Iterator[Driver]:
    """name: the channel, a fixture or a parameter of the module that asks."""
    with benches(name).driver(tmp_path) as one:
        yield one
