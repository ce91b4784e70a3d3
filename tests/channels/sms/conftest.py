"""The text message channel by itself, with what Twilio would post."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.channels.drivers import Bench
from tests.channels.drivers.sms import Vendor


@pytest.fixture
def at(benches: Callable[[str], Bench], tmp_path: Path) -> Iterator[Vendor]:
    with benches("sms").driver(tmp_path) as one:
        assert isinstance(one, Vendor)
        yield one
