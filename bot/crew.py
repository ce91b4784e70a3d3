"""Several processes at one port: started together, started again when one ends by itself, ended together."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from bot.contract.errors import Misconfigured

log = logging.getLogger("linli.crew")

LOOK_SECONDS = 0.1
# One that ends sooner than this has not begun to serve; so many of these in a row, and it never will.
TOO_SOON_SECONDS, STRIKES = 10.0, 5
STOP_SECONDS = 10.0

# From the place (1, 2, …) and the numbers of two files, the open port and the parent's breath, to a command.
Command = Callable[[int, int, int], Sequence[str]]


def open_port(host: str, port: int) -> socket.socket:
    """Bound and listening before any process starts: one that dies takes no waiting connection with it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        raise Misconfigured(f"cannot listen on {host}:{port}: {error.strerror}", file="LINLI_PORT") from error
    opened.listen(2048)
    return opened


def end_with_parent(breath: int) -> None:
    """In a child: when the parent is gone, however it went, end as if it had said so."""

    def wait() -> None:
        os.read(breath, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="linli-parent", daemon=True).start()


class Crew:
    """`run` returns when it was told to stop, or when a place cannot be filled; then with that one's exit code.

    numbers: the folder in which its processes count together.
    """

    def __init__(self, count: int, command: Command, port: socket.socket, numbers: Path | None = None) -> None:
        self._numbers = numbers
        self._command = command
        self._port = port
        self._breath, self._hold = os.pipe()
        self._places: dict[int, subprocess.Popen[bytes]] = {}
        self._since: dict[int, float] = {}
        self._strikes = dict.fromkeys(range(1, count + 1), 0)
        self._stop = threading.Event()

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told)
        for place in self._strikes:
            self._start(place)
        code = 0
        while not self._stop.wait(LOOK_SECONDS):
            code = self._look()
            if code:
                break
        self._end()
        return code

    def _told(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def _start(self, place: int) -> None:
        listening = self._port.fileno()
        # Only what is named here is handed on: the end of the pipe that keeps a child alive stays with the parent.
        self._places[place] = subprocess.Popen(  # noqa: S603 - our own program
            self._command(place, listening, self._breath), pass_fds=(listening, self._breath)
        )
        self._since[place] = time.monotonic()

    def _look(self) -> int:
        """Start again whoever ended; not 0 when one of them cannot live."""
        for place, process in list(self._places.items()):
            code = process.poll()
            if code is None:
                continue
            soon = time.monotonic() - self._since[place] < TOO_SOON_SECONDS
            # A signal from outside is an accident, however soon; a bad end of its own is a fault that stays.
            self._strikes[place] = self._strikes[place] + 1 if soon and code > 0 else 0
            if self._strikes[place] >= STRIKES:
                log.error("worker %s cannot start", place, extra={"exit": code})
                return code
            self._forget_levels(process.pid)
            log.warning("worker %s ended and is started again", place, extra={"exit": code})
            self._start(place)
        return 0

    def _forget_levels(self, pid: int) -> None:
        """What a process counted stays; what waited in it does not wait any more."""
        for file in self._numbers.glob(f"gauge_live*_{pid}.db") if self._numbers is not None else ():
            file.unlink(missing_ok=True)

    def _end(self) -> None:
        for process in self._places.values():
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in self._places.values():
            try:
                process.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        os.close(self._hold)
        os.close(self._breath)


def again(*words: str) -> list[str]:
    """This program once more, with other words."""
    return [sys.executable, "-m", "bot", *words]
