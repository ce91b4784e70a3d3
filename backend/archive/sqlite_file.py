"""A SQLite file as a thing: copied while others write, asked whether anybody has it open, and whether it is sound."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL


def copy_file(url: URL, to: Path, say: Callable[[int, int], None]) -> None:
    """One moment of a SQLite file in another, while others go on writing; say: pages left, pages in all."""
    source = sqlite3.connect(f"file:{url.database}?mode=ro", uri=True, isolation_level=None)
    target = sqlite3.connect(to)
    try:
        # An open reading transaction pins the moment: without it every write elsewhere starts the copy anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(target, pages=4096, progress=lambda _, left, total: say(left, total), sleep=0.0)
    finally:
        target.close()
        source.close()


def alone(url: URL) -> bool:
    """Whether nobody else has this SQLite file open: only then may it leave WAL."""
    with closing(sqlite3.connect(url.database or "", timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError:
            return False
        except sqlite3.DatabaseError:  # no database at all: nobody's
            return True
    return True


def whole(url: URL) -> bool:
    """Whether a SQLite file is sound, its references included."""
    with closing(sqlite3.connect(url.database or "")) as connection:
        try:
            sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return sound and not connection.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.DatabaseError:
            return False
