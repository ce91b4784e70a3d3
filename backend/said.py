"""Which answers have left in a response, noted faster than a database can: what a kill has left unsaid is known then.

A line in a file outlives the process, not a loss of power: after one, everything counts as said.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

log = logging.getLogger("linli.said")

_BOOT = Path("/proc/sys/kernel/random/boot_id")
# Of no more use than the last minutes: begun anew when it has grown so large.
MOST_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Noted:
    """What was noted since then; whatever is older is not known."""

    since: datetime
    said: frozenset[str]


@dataclass(slots=True)
class Said:
    """For one event loop. path: None where several processes serve, so that another one is asked again; before: what
    the process before us has noted, None where nothing is known."""

    path: Path | None
    before: Noted | None = field(default=None, init=False)
    _file: int = field(default=-1, init=False)
    _size: int = field(default=0, init=False)

    def take_up(self, real: datetime) -> None:
        """From here on the file is ours."""
        if self.path is not None and self._file < 0:
            self.before = _read(self.path)
            self._write("", real)

    def note(self, by: str, real: datetime) -> None:
        self.take_up(real)
        self._write(f"{by}\n", real)

    def _write(self, line: str, real: datetime) -> None:
        """Nobody's answer fails because it cannot be noted: from then on everything counts as said."""
        if self.path is None:
            return
        try:
            if self._file < 0 or self._size > MOST_BYTES:
                self.close()
                self._begin(self.path, real)
            self._size += os.write(self._file, line.encode())
        except OSError as error:
            log.warning("what leaves in responses is not noted any more: %s", error.strerror)
            self.close()
            self._forget(self.path)
            self.path = None

    def _forget(self, path: Path) -> None:
        """Half a list would have what is not on it said again."""
        with suppress(OSError):
            path.unlink()

    def _begin(self, path: Path, real: datetime) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        self._size = os.write(self._file, f"{_boot()} {real.isoformat()}\n".encode())

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _read(path: Path) -> Noted | None:
    try:
        head, *lines = path.read_text(encoding="ascii").splitlines()
        boot, _, since = head.partition(" ")
        return Noted(datetime.fromisoformat(since), frozenset(lines)) if boot == _boot() else None
    except (OSError, ValueError):
        return None


def _boot() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""
