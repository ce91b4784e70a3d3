"""The database: one writer thread with urgent work first, readers beside it, and the only commit in Linli."""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import json
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Row, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.contract.errors import Misconfigured, Unavailable

T = TypeVar("T")
Work = Callable[[Connection], T]
# A row whose columns its query knows; the columns themselves are typed by the tables.
Record = Row[*tuple[Any, ...]]

BUSY_TIMEOUT_MS = 30_000
RETRY_AFTER_SECONDS = 5.0
_DUMP = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_URGENT, _NORMAL, _STOP = 0, 1, 2


def parse_url(text: str) -> URL:
    """A SQLAlchemy URL for `LINLI_DATABASE_URL`; raises `Misconfigured` with one line."""
    try:
        url = make_url(text)
    except Exception as error:
        raise Misconfigured(f"not a database URL: {error}", file="LINLI_DATABASE_URL") from error
    if url.get_backend_name() != "sqlite":
        raise Misconfigured(
            f"'{url.get_backend_name()}' is not served yet; use sqlite:////absolute/path", file="LINLI_DATABASE_URL"
        )
    return url


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
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


class Database:
    """`write` runs one function in one transaction on the writer thread; `read` runs one on a reader thread.

    Urgent writes go before everything that waits and are on the disk before they return. Errors of the
    storage itself arrive as `Unavailable`; what the function raises arrives as it is, rolled back.
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self._engine = open_engine(url)
        self._durable = open_engine(url, durable=True)
        self._readers = open_engine(url, readonly=True)
        self._queue: queue.PriorityQueue[tuple[int, int, Work[Any] | None, Future[Any] | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="linli-read")
        self._thread = threading.Thread(target=self._run, name="linli-write", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T], *, urgent: bool = False) -> Future[T]:
        future: Future[T] = Future()
        # What is logged on the writer's thread belongs to the message that asked for it.
        context = contextvars.copy_context()
        self._queue.put((_URGENT if urgent else _NORMAL, next(self._order), lambda c: context.run(work, c), future))
        return future

    @property
    def waiting(self) -> int:
        """How many transactions wait for the writer."""
        return self._queue.qsize()

    async def write(self, work: Work[T], *, urgent: bool = False) -> T:
        return await asyncio.wrap_future(self.submit(work, urgent=urgent))

    async def read(self, work: Work[T]) -> T:
        here = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._pool, here.run, self.read_now, work)

    def read_now(self, work: Work[T]) -> T:
        """The same as `read`, for callers that are not on the event loop."""
        try:
            with self._readers.connect() as connection:
                return work(connection)
        except (OperationalError, sqlite3.OperationalError) as error:
            raise Unavailable(f"storage: {error}", retry_after=RETRY_AFTER_SECONDS) from error

    def close(self) -> None:
        """Finish what is queued, then stop."""
        self._queue.put((_STOP, next(self._order), None, None))
        self._thread.join(timeout=10)
        self._pool.shutdown(wait=True)
        for engine in (self._engine, self._durable, self._readers):
            engine.dispose()

    def _run(self) -> None:
        # Connections are held open: checking one out for each message costs as much as a statement.
        held: dict[int, Connection] = {}
        while True:
            priority, _, work, future = self._queue.get()
            if work is None or future is None:
                break
            if future.set_running_or_notify_cancel():
                self._carry_out(held, priority, work, future)
        for connection in held.values():
            connection.close()

    def _carry_out(self, held: dict[int, Connection], priority: int, work: Work[Any], future: Future[Any]) -> None:
        try:
            if priority not in held:
                held[priority] = (self._durable if priority == _URGENT else self._engine).connect()
            with held[priority].begin():
                result = work(held[priority])
        except (OperationalError, sqlite3.OperationalError) as error:
            # The connection may be the trouble (disk full, file gone): the next work opens a new one.
            broken = held.pop(priority, None)
            if broken is not None:
                broken.invalidate()
                broken.close()
            future.set_exception(Unavailable(f"storage: {error}", retry_after=RETRY_AFTER_SECONDS))
        except StopIteration as error:  # a future cannot carry it: its caller would wait for ever
            future.set_exception(RuntimeError(f"StopIteration: {error}"))
        except BaseException as error:  # the caller waits on the future: nothing may end this thread unheard
            future.set_exception(error)
        else:
            future.set_result(result)
