"""A telephone for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.channels.drivers import Bench, said
from tests.channels.drivers.phone import Vendor


@pytest.fixture(scope="session", autouse=True)
def what_is_said(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    file = request.config.getoption("--said")
    if file is not None:
        said.keep(file)


@pytest.fixture
def at(benches: Callable[[str], Bench], tmp_path: Path) -> Iterator[Vendor]:
    with benches("phone").driver(tmp_path) as one:
        assert isinstance(one, Vendor)
        yield one
