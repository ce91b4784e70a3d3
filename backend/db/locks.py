"""One at a time for a name: what SQLite's only writer gives for nothing, and PostgreSQL's advisory locks at a price."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, bindparam, text

_HOLD = text("SELECT pg_advisory_xact_lock(:key)").bindparams(bindparam("key"))
_WAIT = text("SELECT set_config('lock_timeout', :ms, true), set_config('statement_timeout', :ms, true)")


def hold(connection: Connection, *names: object, patience: int = 0) -> None:
    """Nobody else passes this line with the same names until the transaction ends.

    For what is looked up and then written where no constraint could say no, such as a count. patience: seconds that
    this transaction may wait, where that is longer than a message may.
    """
    if connection.dialect.name == "postgresql":
        if patience:
            connection.execute(_WAIT, {"ms": str(patience * 1000)})
        connection.execute(_HOLD, {"key": number_of(*names)})


def number_of(*names: object) -> int:
    """A signed 64-bit number for the names, the same in every process."""
    digest = hashlib.blake2b("\x1f".join(map(str, names)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
