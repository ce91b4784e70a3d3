"""Brings a database to the schema of this release; does nothing, and imports nothing, when it is there already."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from backend.db import hold, open_engine
from bot.contract.errors import Misconfigured

FOLDER = Path(__file__).resolve().parent / "migrations"


def revisions() -> list[str]:
    """The names of all revisions, oldest first: they are numbered."""
    return sorted(path.stem.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def migrate(url: URL) -> bool:
    """Upgrade to the newest revision; True when there was something to do."""
    with _explained(url):
        engine = open_engine(url)
        try:
            with engine.connect() as connection:
                if _is_newest(url, connection):
                    return False
            with engine.begin() as connection:
                # Of several processes that start together one migrates, the others wait here and find it done.
                hold(connection, "migrate")
                if _is_newest(url, connection):
                    return False
                _upgrade(connection)
                return True
        finally:
            engine.dispose()


@contextmanager
def _explained(url: URL) -> Iterator[None]:
    """A database that cannot be opened is one line with its name, and never its password."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        origin = error.orig if isinstance(error, DBAPIError) else error
        reason = str(origin).strip().splitlines()[0] if str(origin).strip() else type(origin).__name__
        where = url.render_as_string(hide_password=True)
        raise Misconfigured(f"the database cannot be used: {reason}", file=where) from error


def _is_newest(url: URL, connection: Connection) -> bool:
    known = revisions()
    current = _current(connection)
    if current is not None and current not in known:
        raise Misconfigured(
            f"this database is at revision {current}, newer than this release ({known[-1]}): install the newer release",
            file=str(url.database),
        )
    return current == known[-1]


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(connection: Connection) -> None:
    # Imported only when there is something to do: a second start shall be quick.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
