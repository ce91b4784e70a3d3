"""WeChat's driver for every test here."""

from __future__ import annotations

import pytest

from tests.channels.drivers.driver import Driver
from tests.channels.drivers.wechat import Vendor


@pytest.fixture
def name() -> str:
    return "wechat"


@pytest.fixture
def at(driver: Driver) -> Vendor:
    assert isinstance(driver, Vendor)
    return driver
