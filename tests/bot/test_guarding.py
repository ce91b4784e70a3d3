"""X1: a key of one community opens no conversation of another, whatever sender it names."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.services import keys
from bot.settings import AccountSettings, ChannelSettings, Settings
from intents.understand import Embedded
from tests.resident import Resident

LEAK = "the kitchen tap drips"


@pytest.fixture
def house(prepared: Settings, interpreter: Embedded, tmp_path: Path) -> Iterator[Resident]:
    """Two estates in one installation, each with a REST door of its own."""
    path = tmp_path / "two.db"
    with sqlite3.connect(prepared.database_url.removeprefix("sqlite:///")) as source, sqlite3.connect(path) as copy:
        source.backup(copy)
    moon = prepared.communities["sunshine"].model_copy(update={"names": {"en": "Moon"}, "payment": ""})
    sun = prepared.communities["sunshine"].model_copy(update={"payment": ""})
    accounts = {"demo": AccountSettings(community="sunshine"), "luna": AccountSettings(community="moon")}
    changed = {
        "demo": False,
        "now": None,
        "communities": {"sunshine": sun, "moon": moon},
        "channels": {"rest": ChannelSettings(enabled=True, accounts=accounts)},
        "database_url": f"sqlite:///{path}",
    }
    one = Resident(prepared.model_copy(update=changed), interpreter, "li-na")
    yield one
    one.close()


def _key(house: Resident, community: str, *scopes: str) -> dict[str, str]:
    desk = house.app.state.desk
    real = desk.clock.real()
    made = desk.db.submit(lambda c: keys.make(c, community, f"{community} site", scopes, real))
    return {"authorization": f"Bearer {made.result()}"}


def test_a_key_speaks_for_its_own_community_only(house: Resident) -> None:
    sun, moon = _key(house, "sunshine", "messages"), _key(house, "moon", "messages")
    said = {"sender": "li-na", "message": LEAK}
    assert house.request("POST", "/webhooks/rest/webhook", json=said, headers=sun).status_code == 200
    told = house.request("GET", "/conversations/li-na/tracker", headers=sun).json()
    assert LEAK in str(told["events"])
    # The same name at the other estate is somebody else, who has said nothing yet.
    assert house.request("GET", "/conversations/li-na/tracker", headers=moon).json()["events"] == []
    theirs = house.request("POST", "/webhooks/rest/webhook", json={**said, "message": "yes"}, headers=moon)
    assert theirs.status_code == 200
    assert house.request("GET", "/conversations/li-na/tracker", headers=sun).json() == told
    other = house.request("GET", "/conversations/li-na/tracker", headers=moon).json()
    assert LEAK not in str(other)


def test_a_key_without_the_scope_opens_nothing(house: Resident) -> None:
    said = {"sender": "li-na", "message": LEAK}
    assert house.request("POST", "/webhooks/rest/webhook", json=said).status_code == 401
    lists = _key(house, "sunshine", "cases", "conversations")
    assert house.request("POST", "/webhooks/rest/webhook", json=said, headers=lists).status_code == 401
    assert house.request("GET", "/conversations/li-na/tracker", headers=lists).status_code == 401
