"""Guessing at the door of the desk: how many wrong tries are heard, and what everybody else notices of it."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection

from backend.services.sign_in import tries
from bot.settings import Settings
from tests.clerk import Clerk, Hands
from tests.conftest import MakeResident
from tests.resident import Resident


@pytest.fixture
def fresh(prepared: Settings, tmp_path: Path) -> Settings:
    """SQLite alone: what differs between databases is asked of the desk itself, in `test_console.py`."""
    copied = shutil.copy(prepared.database_url.removeprefix("sqlite:///"), tmp_path / "linli.db")
    return prepared.model_copy(update={"database_url": f"sqlite:///{copied}", "media_path": tmp_path / "media"})


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def house(resident: MakeResident, hands: Hands) -> Resident:
    made = resident()
    made.restart(clock=hands)
    return made


def test_a_network_that_guesses_waits_and_hears_for_how_long(house: Resident, hands: Hands) -> None:
    """Beside the account's own lock: names are tried in turn, and right ones count nothing."""
    inside, guesser = Clerk(house, "supervisor"), Clerk(house)
    for n in range(tries.OF_NETWORK):
        Clerk(house, "supervisor")
        assert guesser.sign_in(f"name{n}", "wrong").status_code == 403
    crowded = guesser.sign_in("agent", **{"accept-language": "en"})
    assert crowded.status_code == 429
    assert "Too many tries came from this network" in crowded.text
    assert 1 <= int(crowded.headers["retry-after"]) <= 60
    assert inside.get("/console/inbox").status_code == 200
    other = Clerk(house)
    other.http = httpx.AsyncClient(
        transport=httpx.ASGITransport(house.app, client=("203.0.113.9", 1)), base_url="http://linli"
    )
    assert other.sign_in("agent").status_code == 303
    hands.pass_(seconds=61)
    assert guesser.sign_in("agent").status_code == 303


def test_guesses_from_everywhere_close_the_door_for_a_minute(house: Resident, hands: Hands) -> None:
    db, real = house.app.state.desk.db, hands.real()

    def many(connection: Connection) -> None:
        for n in range(tries.OF_ALL):
            tries.count(connection, f"2001:db8:{n:x}::1", real)

    db.submit(many).result()
    got = Clerk(house).sign_in("agent", **{"accept-language": "zh-CN"})
    assert (got.status_code, "已经登录的同事不受影响" in got.text) == (429, True)
    hands.pass_(seconds=61)
    assert Clerk(house).sign_in("agent").status_code == 303


def test_guesses_at_once_are_all_counted(house: Resident) -> None:
    """None slips through while others are being hashed."""
    clerk = Clerk(house)
    form = {"login": "nobody", "password": "wrong"}

    async def at_once() -> list[int]:
        sent = [
            clerk.http.post("/console/sign-in", data=form, headers={"origin": "http://linli"})
            for _ in range(tries.OF_NETWORK + 8)
        ]
        return [got.status_code for got in await asyncio.gather(*sent)]

    found = house.loop.run_until_complete(at_once())
    assert (found.count(403), found.count(429)) == (tries.OF_NETWORK, 8)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("203.0.113.9", "203.0.113.10", False),
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
        ("nonsense", "", True),
    ],
)
def test_a_network_is_what_one_holder_can_have(one: str, two: str, same: bool) -> None:
    assert (tries.network_of(one) == tries.network_of(two)) is same
