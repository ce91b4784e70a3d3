"""The database: migrated from nothing, refused when it is newer, urgent work first, one line when it is away."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from backend.db import Database, open_engine, parse_url
from backend.migrate import migrate, revisions
from backend.models import metadata
from bot.contract.errors import Misconfigured, Unavailable


def test_migrations_give_the_schema_that_the_code_declares(empty_url: str) -> None:
    url = parse_url(empty_url)
    assert migrate(url)
    assert not migrate(url)
    engine = open_engine(url)
    inspector = inspect(engine)
    for table in metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
        assert columns == {c.name: bool(c.nullable) for c in table.columns}, table.name
        made = {index["name"] for index in inspector.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= made, table.name
    engine.dispose()


def test_a_database_of_a_newer_release_is_refused_in_one_line(empty_url: str) -> None:
    url = parse_url(empty_url)
    migrate(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(Misconfigured, match="newer than this release"):
        migrate(url)


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "", "postgresql+asyncpg://x/y", "postgresql://x/"])
def test_a_wrong_url_is_one_line(url: str) -> None:
    with pytest.raises(Misconfigured, match="LINLI_DATABASE_URL"):
        parse_url(url)


def _note(connection: Connection, order: list[str], text: str) -> None:
    order.append(text)


def test_urgent_work_goes_before_all_that_waits(tmp_path: Path) -> None:
    db = Database(parse_url(f"sqlite:///{tmp_path / 'x.db'}"))
    order: list[str] = []
    gate = threading.Event()
    first = db.submit(lambda c: gate.wait(90))
    rest = [db.submit(partial(_note, order=order, text=f"message {n}")) for n in range(3)]
    alarm = db.submit(partial(_note, order=order, text="alarm"), urgent=True)
    gate.set()
    first.result(timeout=90)
    for future in (alarm, *rest):
        future.result(timeout=90)
    db.close()
    assert order == ["alarm", "message 0", "message 1", "message 2"]


def test_what_raises_is_rolled_back_and_the_writer_goes_on(empty_url: str) -> None:
    db = Database(parse_url(empty_url))
    db.submit(lambda c: c.execute(text("CREATE TABLE t (x INTEGER)"))).result()

    def fail(connection: Connection) -> None:
        connection.execute(text("INSERT INTO t VALUES (1)"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        db.submit(fail).result()
    assert db.read_now(lambda c: c.execute(text("SELECT count(*) FROM t")).scalar_one()) == 0
    db.submit(lambda c: c.execute(text("INSERT INTO t VALUES (2)"))).result()
    assert db.read_now(lambda c: c.execute(text("SELECT count(*) FROM t")).scalar_one()) == 1
    db.close()


def test_storage_trouble_arrives_as_unavailable(empty_url: str) -> None:
    db = Database(parse_url(empty_url))
    with pytest.raises(Unavailable):
        db.submit(lambda c: c.execute(text("SELECT * FROM nothing"))).result()
    with pytest.raises(Unavailable):
        db.read_now(lambda c: c.execute(text("SELECT * FROM nothing")))
    db.close()


def test_readers_cannot_write(empty_url: str) -> None:
    db = Database(parse_url(empty_url))
    db.submit(lambda c: c.execute(text("CREATE TABLE t (x INTEGER)"))).result()
    with pytest.raises(Unavailable):
        db.read_now(lambda c: c.execute(text("INSERT INTO t VALUES (1)")))
    db.close()


def test_revisions_are_numbered_without_gaps() -> None:
    assert revisions() == [f"{n:04d}" for n in range(1, len(revisions()) + 1)]
