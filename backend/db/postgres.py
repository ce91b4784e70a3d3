"""PostgreSQL: a few writers side by side, alarms on connections of their own, and what may be tried again is."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Hashable
from concurrent.futures import Future
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from backend.db.beside import Beside
from backend.db.lanes import Lanes
from backend.db.work import RETRY_AFTER_SECONDS, Job, T, Work
from backend.wake import Bell
from bot.contract.errors import LinliError, Refused, Unavailable

CONNECT_SECONDS = 3
STATEMENT_MS, LOCK_MS, IDLE_MS = 15_000, 5_000, 20_000
URGENT_THREADS = 2
# How long a message, and an alarm, may try again while the database is away: an alarm's sender must hear at once.
PATIENCE_SECONDS, URGENT_PATIENCE_SECONDS = 4.0, 1.0
ATTEMPTS = 6
# The other end is gone without a word: what is sent is given up after five seconds, what is only waited for after ten.
_NOTICED = {"tcp_user_timeout": 5_000, "keepalives_idle": 4, "keepalives_interval": 2, "keepalives_count": 3}
_DUMP = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

# Two met: a deadlock, a serialisation failure, and a key that somebody else wrote after we had looked for it.
_MET = frozenset({"40P01", "40001", "23505"})
# A table or column that is not there: another release's schema, not a fault of this message.
_SCHEMA = frozenset({"42P01", "42703"})


def open_engine(url: URL, *, readonly: bool = False, pooled: int = 4) -> Engine:
    """readonly: several statements of one reading see one moment, and writes are refused by the database."""
    given: dict[str, Any] = {"pool_size": pooled, "max_overflow": 0, "pool_timeout": 5} if readonly else {}
    if not readonly:
        given["poolclass"] = NullPool  # each writer holds its own connection
    engine = create_engine(
        url,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "linli", **_NOTICED},
        json_serializer=_DUMP,
        # An error names the statement; what residents wrote stays out of the log.
        hide_parameters=True,
        **given,
    )
    words = _session(readonly)

    @event.listens_for(engine, "connect")
    def prepare(connection: psycopg.Connection[Any], _record: ConnectionPoolEntry) -> None:
        connection.execute(words)
        connection.commit()

    return engine


def _session(readonly: bool) -> str:
    """Nothing may wait for ever; an acknowledged commit is on the disk, whatever the server's default says."""
    chosen = {
        "statement_timeout": f"'{STATEMENT_MS}'",
        "lock_timeout": f"'{LOCK_MS}'",
        "idle_in_transaction_session_timeout": f"'{IDLE_MS}'",
        "synchronous_commit": "CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' "
        "ELSE current_setting('synchronous_commit') END",
        "default_transaction_isolation": "'repeatable read'" if readonly else "'read committed'",
        "default_transaction_read_only": "'on'" if readonly else "'off'",
    }
    return "SELECT " + ", ".join(f"set_config('{name}', {value}, false)" for name, value in chosen.items())


def state_of(error: BaseException) -> str | None:
    """The five characters by which PostgreSQL says what was wrong."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    return origin.sqlstate if isinstance(origin, psycopg.Error) else None


def blamed(error: BaseException) -> LinliError | None:
    """What the storage itself is to blame for, or a text that it can never hold; None for a fault of our own."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    theirs = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)
    if isinstance(origin, theirs) or state_of(error) in _SCHEMA:
        return Unavailable(f"storage: {first_line(origin)}", retry_after=RETRY_AFTER_SECONDS)
    if isinstance(origin, psycopg.DataError) and "NUL" in str(origin):
        # What was looked for with it cannot be there: SQLite just finds nothing.
        return Refused("there is nothing of that name", status=404)
    return None


def first_line(error: BaseException | None) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


class _Unknown(Exception):
    """The connection went away during the commit: nobody here knows whether it holds. The cause is chained."""


class Writers:
    """Each thread holds one connection; a lane is one conversation, whose messages stay in their order."""

    def __init__(self, url: URL, bell: Bell, threads: int) -> None:
        self._bell = bell
        self._engine = open_engine(url)
        self._mine = threading.local()
        self._beside = Beside(self._engine)
        self._usual = Lanes("linli-write", threads, self._usually, self._let_go)
        self._urgent = Lanes("linli-alarm", URGENT_THREADS, self._urgently, self._let_go)

    def submit(self, work: Work[T], *, urgent: bool, lane: Hashable | None) -> Future[T]:
        job = Job(work, Future(), None if urgent else lane)
        (self._urgent if urgent else self._usual).put(job)
        return job.future

    @property
    def waiting(self) -> int:
        return self._usual.waiting + self._urgent.waiting

    def close(self) -> None:
        for lanes in (self._urgent, self._usual):
            lanes.close()
        self._beside.close()
        self._engine.dispose()

    def _usually(self, job: Job) -> Any:
        return self._insist(job.work, job.since + PATIENCE_SECONDS)

    def _urgently(self, job: Job) -> Any:
        return self._insist(job.work, job.since + URGENT_PATIENCE_SECONDS)

    def _insist(self, work: Work[Any], until: float) -> Any:
        """Try again what met somebody else, and, while there is time, what lost its connection before the commit."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._once(work)
            except _Unknown as error:
                raise self._blamed(error.__cause__) from error
            except (DBAPIError, psycopg.Error) as error:
                met = state_of(error) in _MET and attempt < ATTEMPTS
                if not met and not (_lost(error) and time.monotonic() < until):
                    raise self._blamed(error) from error
            # Apart by chance, or the same two would meet again.
            time.sleep(random.uniform(0.002, 0.02) * attempt if met else random.uniform(0.1, 0.3))  # noqa: S311 - no secret

    @staticmethod
    def _blamed(error: BaseException | None) -> BaseException:
        assert error is not None  # noqa: S101 - chained by the two lines that raise it
        return blamed(error) or error

    def _once(self, work: Work[Any]) -> Any:
        connection = self._connection()
        self._bell.forget(connection)
        transaction = connection.begin()
        try:
            result = work(connection)
        except BaseException as error:
            self._undo(connection, error)
            raise
        try:
            transaction.commit()
        except (DBAPIError, psycopg.Error) as error:
            self._undo(connection, error)
            if _lost(error):
                raise _Unknown from error
            raise
        self._bell.ring_for(connection)
        return result

    def _connection(self) -> Connection:
        held: Connection | None = getattr(self._mine, "connection", None)
        if held is None or held.closed or held.invalidated:
            held = self._mine.connection = self._engine.connect()
            self._beside.offer(held)
        return held

    def _undo(self, connection: Connection, error: BaseException) -> None:
        """Roll back; a connection that cannot even do that is let go."""
        transaction = connection.get_transaction()
        try:
            if transaction is not None and not connection.invalidated:
                transaction.rollback()
        except (DBAPIError, psycopg.Error):
            self._let_go()
        if connection.invalidated or _lost(error):
            self._let_go()

    def _let_go(self) -> None:
        held: Connection | None = getattr(self._mine, "connection", None)
        self._mine.connection = None
        if held is not None and not held.closed:
            if not held.invalidated:
                held.invalidate()
            held.close()


def _lost(error: BaseException) -> bool:
    """Whether the connection is gone, or could not be made: a refused statement is another matter."""
    if isinstance(error, LinliError):
        return False
    state = state_of(error)
    if state is not None:
        return state.startswith(("08", "57P")) or state == "53300"
    origin = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(origin, (psycopg.OperationalError, psycopg.InterfaceError))
