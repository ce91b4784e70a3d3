"""Which answers have left in a response, noted faster than a database can: what a kill has left unsaid is known then.

A line in a file outlives the process, not a loss of power: after one, everything counts as said. Both are noted, that a
vendor asks and that an answer leaves: whoever asks once more has not heard what left before. So is each part of a
message of our own, in the moment in which its first byte goes out.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.contract.messages import Address

log = logging.getLogger("linli.said")

_BOOT = Path("/proc/sys/kernel/random/boot_id")
# Of no more use than the last minutes: begun anew when it has grown so large.
MOST_BYTES = 16_000_000


_ASKED, _SAID, _PART = "?", "!", ">"
# Changed with what is noted: a list of another form tells nothing of what is missing in it.
_FORM = 2
# So many parts of our own are remembered: those under way when a process ends, many times over.
RECENT = 2_000


@dataclass(frozen=True, slots=True)
class Noted:
    """waits: what was asked for and has not left since, to all requests that ever asked for it."""

    waits: Mapping[str, tuple[str, ...]]
    parts: tuple[str, ...] = ()

    def waiting(self, who: Address, message: str) -> tuple[str, ...]:
        """The requests for the answer to this message; none where that has left, or nobody knows."""
        return self.waits.get(_mark(who, message), ())


@dataclass(slots=True)
class Said:
    """For one event loop. path: this process's own, over its restarts; before: what the processes before us have noted,
    until that is dealt with, None where nothing is known."""

    path: Path | None
    before: Noted | None = field(default=None, init=False)
    _known: bool = field(default=False, init=False)
    _parts: OrderedDict[str, None] = field(default_factory=OrderedDict, init=False)
    _file: int = field(default=-1, init=False)
    _size: int = field(default=0, init=False)

    def take_up(self) -> None:
        """From here on the file is ours. What stands in it stays: we may end before it is dealt with."""
        if self.path is not None and self._file < 0:
            self.before = _read(self.path)
            self._known = self.before is not None
            self._parts.update(dict.fromkeys(self.before.parts if self.before is not None else ()))
            self._write("")

    def asked(self, who: Address, message: str, by: str) -> None:
        self.take_up()
        self._write(f"{_ASKED}{_mark(who, message)} {by}\n")

    def left(self, who: Address, message: str) -> None:
        self.take_up()
        self._write(f"{_SAID}{_mark(who, message)}\n")

    def begins(self, key: str, place: int) -> None:
        """This part of a message is about to leave here: it is seen to, however long this process stands still."""
        self.take_up()
        self._parts[_named(key, str(place))] = None
        while len(self._parts) > RECENT:
            self._parts.popitem(last=False)

    def leaves(self, key: str, place: int) -> None:
        """Its first byte goes out now."""
        self.begins(key, place)
        self._write(f"{_PART}{_named(key, str(place))}\n")

    def may_have_left(self, key: str, place: int) -> bool:
        """False for what the process before us has begun and not let out; where nobody knows, it may have left."""
        self.take_up()
        return not self._known or _named(key, str(place)) in self._parts

    def _write(self, line: str) -> None:
        """Nobody's answer fails because it cannot be noted: from then on everything counts as said."""
        if self.path is None:
            return
        try:
            if self._size > MOST_BYTES:
                # What was asked for in the old one counts as said.
                self.close()
                self.path.unlink()
            if self._file < 0:
                self._begin(self.path)
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

    def _begin(self, path: Path) -> None:
        kept = os.O_TRUNC if self.before is None else 0
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | kept, 0o600)
        self._size = os.fstat(self._file).st_size
        # Behind the first, on a line of its own, wherever the one before was torn away.
        begun = "".join((_head(), *(f"{_PART}{mark}\n" for mark in self._parts))) if self._size == 0 else "\n"
        self._size += os.write(self._file, begun.encode())

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file, self._size = -1, 0


def _mark(who: Address, message: str) -> str:
    """Nobody can be found by what stands in the file."""
    return _named(who.channel, who.account, who.user, message)


def _named(*of: str) -> str:
    told = "\0".join(of)
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def _read(path: Path) -> Noted | None:
    try:
        head, *lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    if f"{head}\n" != _head():
        return None
    asked: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    waiting: set[str] = set()
    for line in lines:
        mark, _, by = line[1:].partition(" ")
        if line.startswith(_ASKED) and by:
            asked[mark] += (by,)
            waiting.add(mark)
        elif line.startswith(_SAID):
            waiting.discard(mark)
    parts = dict.fromkeys(line[1:] for line in lines if line.startswith(_PART))
    return Noted({mark: asked[mark] for mark in waiting}, tuple(parts)[-RECENT:])


def _head() -> str:
    """Of this start of the machine, and in this form."""
    return f"{_boot()} {_FORM}\n"


def _boot() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"
