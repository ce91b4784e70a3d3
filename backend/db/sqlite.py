"""SQLite: one writer thread with urgent work first; each work sees what the one before it wrote."""

from __future__ import annotations

import itertools
import json
import queue
import sqlite3
import threading
from collections.abc import Hashable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from backend.db.work import RETRY_AFTER_SECONDS, Job, T, Work, settle
from backend.wake import Bell
from bot.contract.errors import Unavailable

BUSY_TIMEOUT_MS = 30_000
_DUMP = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_URGENT, _NORMAL, _STOP = 0, 1, 2


def open_engine(url: URL, *, durable: bool = False, readonly: bool = False) -> Engine:
    """A SQLite engine in WAL. durable: fsync at each commit; readonly: writes are refused by the database."""
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=1 if not readonly else 8,
        connect_args={"check_same_thread": False},
        json_serializer=_DUMP,
        # An error names the statement; what residents wrote stays out of the log.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
        # The driver must not open transactions by itself: `begin` below says BEGIN IMMEDIATE.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys = ON")
        if readonly:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        held = connection.connection.driver_connection
        assert isinstance(held, sqlite3.Connection)  # noqa: S101 - `create_engine` above takes no other driver
        held.execute("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


def blamed(error: BaseException) -> Unavailable | None:
    """What the storage itself is to blame for; None for a fault of the caller's."""
    if isinstance(error, (OperationalError, sqlite3.OperationalError)):
        return Unavailable(f"storage: {error}", retry_after=RETRY_AFTER_SECONDS)
    return None


class OneWriter:
    """Lanes are not needed here: everything is carried out in the order in which it came, alarms first."""

    def __init__(self, url: URL, bell: Bell) -> None:
        self._bell = bell
        self._engine = open_engine(url)
        self._durable = open_engine(url, durable=True)
        self._queue: queue.PriorityQueue[tuple[int, int, Job | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        # Connections are held open: checking one out for each message costs as much as a statement.
        self._held: dict[int, Connection] = {}
        self._thread = threading.Thread(target=self._run, name="linli-write", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T], *, urgent: bool, lane: Hashable | None) -> Future[T]:
        future: Future[T] = Future()
        self._queue.put((_URGENT if urgent else _NORMAL, next(self._order), Job(work, future)))
        return future

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    def close(self) -> None:
        self._queue.put((_STOP, next(self._order), None))
        self._thread.join(timeout=10)
        for engine in (self._engine, self._durable):
            engine.dispose()

    def _run(self) -> None:
        while True:
            priority, _, job = self._queue.get()
            if job is None:
                break
            if job.future.set_running_or_notify_cancel():
                settle(job, partial(self._carry_out, priority))
        for connection in self._held.values():
            connection.close()

    def _carry_out(self, priority: int, job: Job) -> Any:
        held = self._held
        try:
            if priority not in held:
                held[priority] = (self._durable if priority == _URGENT else self._engine).connect()
            self._bell.forget(held[priority])
            with held[priority].begin():
                result = job.work(held[priority])
        except (OperationalError, sqlite3.OperationalError) as error:
            # The connection may be the trouble (disk full, file gone): the next work opens a new one.
            broken = held.pop(priority, None)
            if broken is not None:
                broken.invalidate()
                broken.close()
            raise Unavailable(f"storage: {error}", retry_after=RETRY_AFTER_SECONDS) from error
        self._bell.ring_for(held[priority])
        return result
