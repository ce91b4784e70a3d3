"""A statement that stands whatever becomes of the transaction: nobody waits for what it wrote until that commits."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Executable, text

_KEY = "linli.beside"
# Needs no wait for the disk: whoever uses what it gave commits later, and that commit takes this one along.
_LIGHTLY = text("SET synchronous_commit TO off")


class Beside:
    """One connection of a process, on which each statement is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._lock = threading.Lock()
        self._held: Connection | None = None

    def offer(self, connection: Connection) -> None:
        """What runs on this connection may take something beside it."""
        connection.info[_KEY] = self

    def scalar(self, statement: Executable, values: Mapping[str, object]) -> Any:
        with self._lock:
            try:
                return self._connection().execute(statement, values).scalar_one()
            except BaseException:
                self._let_go()
                raise

    def close(self) -> None:
        with self._lock:
            self._let_go()

    def _connection(self) -> Connection:
        if self._held is None:
            self._held = self._engine.connect()
            self._held.execute(_LIGHTLY)
        return self._held

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.invalidate()
            held.close()


def at_once(connection: Connection, statement: Executable, values: Mapping[str, object]) -> Any:
    """The one value that the statement returns; on SQLite, whose only writer waits for nobody, in the transaction."""
    beside: Beside | None = connection.info.get(_KEY)
    if beside is None:
        return connection.execute(statement, values).scalar_one()
    return beside.scalar(statement, values)


@contextmanager
def nothing_beside(connection: Connection) -> Iterator[None]:
    """For what rests on rows that only this transaction sees yet: a community that is just being written down."""
    beside = connection.info.pop(_KEY, None)
    try:
        yield
    finally:
        if beside is not None:
            connection.info[_KEY] = beside
