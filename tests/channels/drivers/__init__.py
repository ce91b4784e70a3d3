"""How a resident writes on each channel and what they see of the answer: one driver for each folder of `channels/`."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import channels
from bot.settings import AccountSettings, ChannelSettings, Settings
from intents.understand import Embedded
from tests.channels.drivers.driver import Driver
from tests.standing import Standing

DEMO = "sunshine"
NAMES = tuple(info.name for info in pkgutil.iter_modules(channels.__path__) if info.ispkg)


def driver_of(name: str) -> type[Driver]:
    """Raises ModuleNotFoundError for a channel that nobody has written a driver for."""
    found: type[Driver] = importlib.import_module(f"tests.channels.drivers.{name}").Vendor
    return found


class Bench:
    """One channel's vendor and an app that speaks with it, for many tests; each gets a new copy of the demo."""

    def __init__(
        self,
        name: str,
        prepared: Settings,
        interpreter: Embedded,
        folder: Path,
        driver: type[Driver] | None = None,
    ) -> None:
        """driver: another than the channel's usual one."""
        self._driver = driver or driver_of(name)
        self.side: Any = self._driver.stand_in()
        # On, whatever config.yml says of it.
        on = prepared.channels | {
            name: ChannelSettings(enabled=True, accounts={"demo": AccountSettings(community=DEMO)})
        }
        self._settings = prepared.model_copy(update={"channels": on, **self._driver.configured(self.side)})
        self._demo = Path(prepared.database_url.removeprefix("sqlite:///"))
        self._standing = Standing(self._settings, interpreter, folder)

    @contextmanager
    def driver(self, folder: Path) -> Iterator[Driver]:
        copy = folder / "linli.db"
        shutil.copy(self._demo, copy)
        here = {"database_url": f"sqlite:///{copy}", "media_path": folder / "media"}
        one = self._driver(self._settings.model_copy(update=here), self._standing, self.side)
        try:
            yield one
        finally:
            one.close()

    def close(self) -> None:
        if self.side is not None:
            self.side.close()
