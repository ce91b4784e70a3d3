"""The numbers that residents are told: each given once, and nobody waits for another's commit to get one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from backend.db import Database, parse_url
from backend.services import cases
from bot.app import open_desk
from bot.settings import Settings
from tests.postgres import Postgres

REAL = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


@pytest.fixture
def postgres_url(postgres: Postgres, template: str) -> Iterator[str]:
    url = postgres.create(template)
    yield url
    postgres.drop(url)


def number(connection: Connection) -> str:
    return cases.next_number(connection, "sunshine", "repair", REAL)


def test_numbers_are_given_once_and_without_gaps(fresh: Settings) -> None:
    desk = open_desk(fresh)
    futures = [desk.db.submit(number) for _ in range(40)]
    numbers = sorted(future.result(timeout=90) for future in futures)
    desk.db.close()
    assert numbers == [f"R-20261120-{n:04d}" for n in range(1, 41)]


def test_who_files_a_case_does_not_hold_the_number_for_others(postgres_url: str) -> None:
    """One has taken a number and has not committed: the next goes on. Undone, its number is nobody's."""
    db, other = Database(parse_url(postgres_url)), Database(parse_url(postgres_url))
    taken, gate = threading.Event(), threading.Event()
    seen: list[str] = []

    def waits(connection: Connection) -> None:
        seen.append(number(connection))
        taken.set()
        gate.wait(90)
        raise LookupError("undone")

    slow = db.submit(waits)
    assert taken.wait(90)
    following = [desk.submit(number).result(timeout=90) for desk in (db, other)]
    gate.set()
    with pytest.raises(LookupError):
        slow.result(timeout=90)
    following.append(db.submit(number).result(timeout=90))
    db.close()
    other.close()
    assert [*seen, *following] == [f"R-20261120-{n:04d}" for n in range(1, 5)]


def test_a_number_whose_connection_was_lost_is_taken_on_another(postgres: Postgres, postgres_url: str) -> None:
    db = Database(parse_url(postgres_url))
    first = db.submit(number).result(timeout=90)
    postgres.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", "postgres", db.url.database
    )
    second = db.submit(number).result(timeout=90)
    db.close()
    assert first < second
