"""A backup of one station, restored on another machine and another database: what both tests of R14 begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from backend.archive.pack import pack
from backend.archive.unpack import unpack
from backend.db import parse_url
from bot.clock import SystemClock
from bot.settings import Settings
from intents.understand import Embedded
from tests.bot.work.station import Station
from tests.faults.verdicts import Length


@dataclass(frozen=True, slots=True)
class Moving:
    """From `settings`' database into the empty one at `url`, by a file in `folder`."""

    settings: Settings
    url: str
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "kept.tar.gz"

    @property
    def ends(self) -> tuple[str, str]:
        """Which kind of database it goes from and into."""
        return self.settings.database_url.partition(":")[0], self.url.partition(":")[0]

    def unless_short(self, length: Length) -> None:
        """The short form goes from each database into the other."""
        if not length.long and len(set(self.ends)) == 1:
            pytest.skip("the short form goes from each database into the other")

    def pack(self, station: Station) -> None:
        source = parse_url(self.settings.database_url)
        pack(source, self.settings.media_path, self.file, station.clock.real(), _say)

    def there(self, interpreter: Embedded) -> Station:
        """Another machine, with what was packed."""
        with self.file.open("rb") as kept:
            unpack(kept, "kept", parse_url(self.url), self.folder / "there", _say, force=False)
        return Station(self.settings.model_copy(update={"database_url": self.url}), interpreter, node="another machine")


def set_clock(station: Station, local: datetime) -> None:
    """What residents live by stands still here, the real time runs on."""
    zone = station.settings.zone
    station.clock.clock = SystemClock(zone, local.replace(tzinfo=zone))


def _say(what: str, done: int, whole: int) -> None:
    return None
