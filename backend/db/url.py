"""Which database, from one line of text; and an engine for it, whichever it is."""

from __future__ import annotations

from sqlalchemy import URL, Engine, make_url

from bot.contract.errors import Misconfigured

VARIABLE = "LINLI_DATABASE_URL"
_POSTGRES = ("postgresql", "postgres", "postgresql+psycopg")


def parse_url(text: str) -> URL:
    """A SQLAlchemy URL for `LINLI_DATABASE_URL`; raises `Misconfigured` with one line."""
    try:
        url = make_url(text)
    except Exception as error:
        raise Misconfigured(f"not a database URL: {error}", file=VARIABLE) from error
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return url
    if url.drivername in _POSTGRES:
        if not url.database:
            raise Misconfigured("the name of the database is missing after the last slash", file=VARIABLE)
        return url.set(drivername="postgresql+psycopg")
    raise Misconfigured(
        f"'{url.drivername}' is not served; use sqlite:////absolute/path or postgresql://user@host/database",
        file=VARIABLE,
    )


def is_postgres(url: URL) -> bool:
    return url.get_backend_name() == "postgresql"


def open_engine(url: URL, *, durable: bool = False, readonly: bool = False) -> Engine:
    """durable: on the disk at each commit; readonly: writes are refused by the database."""
    # Each database's driver is imported only by whoever uses it.
    if is_postgres(url):
        from backend.db import postgres

        return postgres.open_engine(url, readonly=readonly)
    from backend.db import sqlite

    return sqlite.open_engine(url, durable=durable, readonly=readonly)
