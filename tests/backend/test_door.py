"""Guessing at the door of the desk: how many wrong tries are heard, and what everybody else notices of it."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from sqlalchemy import Connection

from backend.services.sign_in import accounts, tries
from tests.backend.test_sign_in import fresh
from tests.clerk import PASSWORD, Clerk, Hands
from tests.resident import Resident

__all__ = ["fresh"]


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


def test_who_guesses_elsewhere_shuts_nobody_out_who_signed_in_before(house: Resident, hands: Hands) -> None:
    """An alarm stands open while somebody keys wrong passwords for the one on duty, minute after minute."""
    duty = Clerk(house, "duty")
    guesser, stranger = Clerk(house), Clerk(house)
    for _ in range(tries.OF_NETWORK):
        guesser.sign_in("duty", "wrong")
    assert stranger.sign_in("duty").status_code == 429
    hands.pass_(seconds=61)
    assert stranger.sign_in("duty").status_code == 403
    hands.pass_(minutes=2)
    token = duty.token()
    assert duty.post("/console/lock", token).status_code == 200
    assert duty.post("/console/unlock", token, password=PASSWORD).status_code == 303
    assert duty.post("/console/sign-out", token).status_code == 303
    assert duty.sign_in("duty").status_code == 303


def test_a_known_browser_has_a_count_and_a_rest_of_its_own(house: Resident, hands: Hands) -> None:
    """What makes it known opens nothing, and is known for its own account only."""
    duty, other = Clerk(house, "duty"), Clerk(house)
    for _ in range(accounts.MOST_WRONG):
        assert duty.sign_in("duty", "wrong").status_code == 403
    assert duty.sign_in("duty").status_code == 403
    assert other.sign_in("duty").status_code == 303
    hands.pass_(minutes=16)
    assert duty.sign_in("duty").status_code == 303
    for _ in range(accounts.MOST_WRONG):
        duty.sign_in("agent", "wrong")
    assert Clerk(house).sign_in("agent").status_code == 403
