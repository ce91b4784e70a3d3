"""Brings a database to the schema of this release; does nothing, and imports nothing, when it is there already."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, inspect, text

from backend.db import open_engine
from bot.contract.errors import Misconfigured

FOLDER = Path(__file__).resolve().parent / "migrations"


def revisions() -> list[str]:
    """The names of all revisions, oldest first: they are numbered."""
    return sorted(path.stem.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def migrate(url: URL) -> bool:
    """Upgrade to the newest revision; True when there was something to do."""
    known = revisions()
    current = _current(url)
    if current == known[-1]:
        return False
    if current is not None and current not in known:
        raise Misconfigured(
            f"this database is at revision {current}, newer than this release ({known[-1]}): install the newer release",
            file=str(url.database),
        )
    _upgrade(url)
    return True


def _current(url: URL) -> str | None:
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    finally:
        engine.dispose()


def _upgrade(url: URL) -> None:
    # Imported only when there is something to do: a second start shall be quick.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
