"""`write` runs one function in one transaction, `read` runs one on a connection that cannot write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from backend.db.doubt import Beating, Doubt
from backend.db.lanes import Lanes
from backend.db.url import is_postgres, open_engine
from backend.db.work import RETRY_AFTER_SECONDS, Job, T, Work
from backend.wake import Bell
from bot.contract.errors import LinliError, Unavailable


@dataclass(frozen=True, slots=True)
class Limits:
    """writers, readers: threads, each with one connection (SQLite has one writer); wait: seconds that a caller may
    wait for one of them to be free; alarm: seconds after which the sender of an alarm is told to dial."""

    writers: int = 8
    readers: int = 4
    wait: float = 15.0
    alarm: float = 3.0


_BUSY = "storage: all connections are busy"
_SILENT = "storage: no answer"


class Writer(Protocol):
    """What each database does in its own way."""

    @property
    def waiting(self) -> int: ...

    def submit(self, work: Work[T], *, urgent: bool, lane: Hashable | None) -> Future[T]: ...

    def close(self) -> None: ...


class Database:
    """Urgent writes wait for nobody and are on the disk before they return; those of one lane keep their order.

    Errors of the storage itself arrive as `Unavailable`; what the function raises arrives as it is, rolled back. On
    PostgreSQL the function may be run again when it met another transaction: it does nothing but what is in there.
    """

    def __init__(self, url: URL, limits: Limits | None = None) -> None:
        self.url = url
        self._limits = limits or Limits()
        self._readers = open_engine(url, readonly=True)
        if is_postgres(url):
            from backend.db import notify, postgres, pulse

            self._pulse: Beating | None = pulse.Pulse(url)
            self.bell: Bell = notify.SharedBell(url)
            self._writer: Writer = postgres.Writers(url, self.bell, self._limits.writers)
            self._blamed: Callable[[BaseException], LinliError | None] = postgres.blamed
        else:
            from backend.db import sqlite

            self._pulse = None
            self.bell = Bell()
            self._writer = sqlite.OneWriter(url, self.bell)
            self._blamed = sqlite.blamed
        self._reading = Lanes("linli-read", self._limits.readers, lambda job: self.read_now(job.work))

    def submit(self, work: Work[T], *, urgent: bool = False, lane: Hashable | None = None) -> Future[T]:
        return self._writer.submit(work, urgent=urgent, lane=lane)

    @property
    def waiting(self) -> int:
        """How many transactions wait, or are under way."""
        return self._writer.waiting

    async def write(self, work: Work[T], *, urgent: bool = False, lane: Hashable | None = None) -> T:
        future = self._writer.submit(work, urgent=urgent, lane=lane)
        if urgent:
            return await self._at_once(future)
        return await self._in_time(future)

    async def read(self, work: Work[T]) -> T:
        job = Job(work, Future())
        self._reading.put(job)
        return await self._in_time(job.future)

    async def _in_time(self, future: Future[T]) -> T:
        """The result, or `Unavailable` for what was not even begun in time. What is begun is waited for, as long as the
        database answers anybody: where it does not, nobody knows what becomes of it, and who asks again is safe."""
        # Cancelling does nothing to what is begun, and a timer is cheaper than a wait with a time-out.
        late = asyncio.get_running_loop().call_later(self._limits.wait, future.cancel)
        waiting = asyncio.wrap_future(future)
        doubt = None if self._pulse is None else Doubt(self._pulse, waiting)
        try:
            return await waiting
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            reason = _SILENT if doubt is not None and doubt.silent else _BUSY
            raise Unavailable(reason, retry_after=RETRY_AFTER_SECONDS) from None
        finally:
            late.cancel()
            if doubt is not None:
                doubt.end()

    async def _at_once(self, future: Future[T]) -> T:
        """An alarm's sender hears in time, even where it is not known yet whether it is stored."""
        waiting = asyncio.wrap_future(future)
        try:
            async with asyncio.timeout(self._limits.alarm):
                return await asyncio.shield(waiting)
        except TimeoutError:
            raise Unavailable("storage: not in time for an alarm", retry_after=RETRY_AFTER_SECONDS) from None

    def read_now(self, work: Work[T]) -> T:
        """The same as `read`, for callers that are not on the event loop."""
        try:
            return self._read_once(work)
        except Exception as error:
            if not (isinstance(error, DBAPIError) and error.connection_invalidated):
                self._blame(error)
                raise
        # The database was restarted since: reading changes nothing, so it may be tried on a new connection.
        try:
            return self._read_once(work)
        except Exception as error:
            self._blame(error)
            raise

    def _read_once(self, work: Work[T]) -> T:
        with self._readers.connect() as connection:
            return work(connection)

    def _blame(self, error: Exception) -> None:
        """Raise what the storage did in our own words."""
        found = self._blamed(error)
        if isinstance(error, PoolTimeout):
            found = Unavailable(_BUSY, retry_after=RETRY_AFTER_SECONDS)
        if found is not None:
            raise found from error

    def close(self) -> None:
        """Finish what is queued, then stop."""
        self._writer.close()
        self._reading.close()
        self.bell.close()
        self._readers.dispose()
