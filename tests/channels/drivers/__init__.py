"""How a resident writes on each channel and what they see of the answer: one driver for each folder of `channels/`."""

from __future__ import annotations

import importlib
import pkgutil

import channels
from tests.channels.drivers.driver import Driver

NAMES = tuple(info.name for info in pkgutil.iter_modules(channels.__path__) if info.ispkg)


def driver_of(name: str) -> type[Driver]:
    """Raises ModuleNotFoundError for a channel that nobody has written a driver for."""
    found: type[Driver] = importlib.import_module(f"tests.channels.drivers.{name}").Vendor
    return found
