"""Carries rings between processes over PostgreSQL's LISTEN and NOTIFY, on two connections of its own.

A NOTIFY inside a message's transaction would make all commits queue for one lock: rings go out after it, bundled.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
from sqlalchemy import URL

from backend.wake import Bell, Ear

log = logging.getLogger("linli.wake")

CHANNEL = "linli"
AGAIN_SECONDS = 1.0
# How long one look at the connection may last before `close` is noticed.
LOOK_SECONDS = 0.5
_ROOM = 7_000


class SharedBell(Bell):
    """Starts to listen when the first ear opens, and to ring outside at the first ring."""

    def __init__(self, url: URL) -> None:
        super().__init__()
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._closing = threading.Event()
        self._due: set[str] = set()
        self._rung = threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._ours = 0

    def join(self, topic: str, ear: Ear) -> None:
        super().join(topic, ear)
        self._start("listen", self._listen)

    def ring(self, *topics: str) -> None:
        super().ring(*topics)
        with self._lock:
            self._due.update(topics)
        self._start("ring", self._send)
        self._rung.set()

    def close(self) -> None:
        self._closing.set()
        self._rung.set()
        for thread in self._threads.values():
            thread.join(timeout=5)

    def _start(self, name: str, run: Any) -> None:
        with self._lock:
            if name not in self._threads and not self._closing.is_set():
                thread = self._threads[name] = threading.Thread(target=run, name=f"linli-{name}", daemon=True)
                thread.start()

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                with closing(psycopg.connect(self._address, autocommit=True, connect_timeout=3)) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    # What was rung while nobody listened is not told again.
                    self.ring_all()
                    self._hear(connection)
            except psycopg.Error as error:
                self._away(error)

    def _hear(self, connection: psycopg.Connection[Any]) -> None:
        while not self._closing.is_set():
            for heard in connection.notifies(timeout=LOOK_SECONDS):
                if heard.pid != self._ours:
                    self.ring_here(heard.payload.split("\n"))

    def _send(self) -> None:
        while not self._closing.is_set():
            try:
                with closing(psycopg.connect(self._address, autocommit=True, connect_timeout=3)) as connection:
                    self._ours = connection.info.backend_pid
                    self._pass_on(connection)
            except psycopg.Error as error:
                self._away(error)

    def _pass_on(self, connection: psycopg.Connection[Any]) -> None:
        while not self._closing.is_set():
            self._rung.wait()
            self._rung.clear()
            with self._lock:
                due, self._due = self._due, set()
            for payload in bundles(due):
                connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))

    def _away(self, error: psycopg.Error) -> None:
        """Rings are lost meanwhile: those who wait look by themselves, and are rung when it is back."""
        log.warning("the bell is away: %s", str(error).strip().split("\n")[0])
        self._closing.wait(AGAIN_SECONDS)


def bundles(topics: set[str]) -> Iterator[str]:
    """Payloads below the 8,000 bytes that a notification may have."""
    lines: list[str] = []
    size = 0
    for topic in sorted(topics):
        length = len(topic.encode()) + 1
        if lines and size + length > _ROOM:
            yield "\n".join(lines)
            lines, size = [], 0
        lines.append(topic)
        size += length
    if lines:
        yield "\n".join(lines)
