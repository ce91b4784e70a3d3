"""Entries and exits as gates tell them: each once, with their pass, by a clock that nobody can turn against us."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.api.mapped import Becomes, mapped
from backend.services import passages
from backend.services.pass_token import SKEW
from bot.contract.errors import Refused
from tests.browsing import Browser, link_in
from tests.clerk import Clerk
from tests.conftest import MakeResident
from tests.resident import DEMO_KEY, Resident

NOW = "2026-11-20T09:30"
HEADERS = {"Authorization": f"Bearer {DEMO_KEY}"}
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _tell(one: Resident, key: str = "e-1", at: datetime | None = None, **data: str) -> Any:
    event: dict[str, Any] = {"specversion": "1.0", "id": key, "source": "gate/east", "type": "linli.gate.passage"}
    event["data"] = {"gate": "东门", "direction": "entry", **data}
    if at is not None:
        event["time"] = at.isoformat()
    return _post(one, event)


def _post(one: Resident, event: dict[str, Any]) -> Any:
    kind = {"content-type": "application/cloudevents+json"}
    body = json.dumps(event).encode()
    return one.request("POST", "/api/v1/events", content=body, headers={**HEADERS, **kind})


def _at(one: Resident, minutes: float = 0) -> datetime:
    now: datetime = one.app.state.desk.clock.now()
    return now + timedelta(minutes=minutes)


def _expected(one: Resident) -> dict[str, Any]:
    one.say("my friend Tom visits today at 10, car 沪A12345")
    one.say("yes")
    (found,) = one.items("passes")
    return found


@ONE
def test_the_host_and_the_desk_see_who_came_and_left(resident: MakeResident) -> None:
    one = resident(now=NOW)
    mine = _expected(one)
    came = _tell(one, at=_at(one, -3), token=mine["token"])
    assert (came.status_code, came.json()) == (
        202,
        {"number": mine["number"], "at": came.json()["at"], "refused": None, "clock_ahead": None, "new": True},
    )
    assert _tell(one, at=_at(one, -3), token=mine["token"]).json() == {**came.json(), "new": False}
    told = one.say("has my visitor arrived? check my visitor pass").text
    assert "came in at 东门" in told, told
    assert _tell(one, "e-2", direction="exit", code=mine["code"]).json()["number"] == mine["number"]
    rows = one.request("GET", f"/api/v1/passes/{mine['id']}/passages", headers=HEADERS).json()
    assert [row["direction"] for row in rows] == ["exit", "entry"]
    page = Browser(one, **{"accept-language": "en"}).open(link_in(one.say("my page").text)).text
    assert "went out at 东门" in page
    clerk = Clerk(one, "supervisor")
    (home,) = re.findall(r'href="(/console/homes/\d+)"><b>3栋2单元501<', clerk.get("/console/homes?q=3栋2单元501").text)
    shown = clerk.get(home, **{"accept-language": "en"}).text
    assert shown.count(mine["number"]) == 2
    assert "At the gate" in shown
    assert one.request("GET", "/api/v1/passes/none/passages", headers=HEADERS).status_code == 404


@ONE
@pytest.mark.parametrize(
    ("minutes", "ahead"), [(-7 * 1440 + 1, False), (0, False), (2, False), (2.5, True), (600, True)]
)
def test_the_rule_for_clocks(resident: MakeResident, minutes: float, ahead: bool) -> None:
    """Two minutes ahead are believed, further ahead is a wrong clock; behind is a gate that tells late."""
    assert timedelta(minutes=2) == SKEW
    one = resident(now=NOW)
    at = _at(one, minutes)
    told = _tell(one, at=at).json()
    assert (told["clock_ahead"] is not None) is ahead
    assert datetime.fromisoformat(told["at"]) == (_at(one) if ahead else at)
    if ahead:
        assert told["clock_ahead"] == round(minutes * 60)


@ONE
def test_what_is_older_than_a_week_is_refused(resident: MakeResident) -> None:
    one = resident(now=NOW)
    assert _tell(one, at=_at(one) - passages.LATE - timedelta(seconds=1)).status_code == 422
    assert _tell(one).json()["number"] is None


@ONE
def test_an_entry_that_should_not_have_opened_is_told_to_people(resident: MakeResident) -> None:
    one = resident(now=NOW)
    mine = _expected(one)
    ahead = _tell(one, "ahead", at=_at(one, 600), code=mine["code"]).json()
    assert ahead["refused"] is None, "good at the time that is ours"
    one.request("POST", f"/api/v1/passes/{mine['id']}/revoke", headers=HEADERS)
    assert _tell(one, "before", at=_at(one, -1), token=mine["token"]).json()["refused"] is None, "it was good then"
    assert _tell(one, "after", at=_at(one, 1), token=mine["token"]).json()["refused"] == "revoked"
    assert _tell(one, "out", direction="exit", token=mine["token"]).json()["refused"] is None, "who is in may leave"
    forged = mine["token"][:-1] + ("A" if mine["token"][-1] != "A" else "B")
    assert _tell(one, "forged", token=forged).json()["refused"] in ("forged", "malformed")
    assert _tell(one, "unknown", code="00000000").json()["refused"] == "unknown"
    rows = [row["body"] for row in one.request("GET", "/demo/outbox").json()["items"] if row["kind"] == "staff"]
    assert {row["refused"] for row in rows if "gate" in row} >= {"revoked"}
    shown = Clerk(one, "supervisor").get("/console/money", **{"accept-language": "en"}).text
    assert f"on a pass that was taken back ({mine['number']})" in shown


@ONE
def test_a_plate_alone_finds_the_pass_of_its_hour(resident: MakeResident) -> None:
    one = resident(now=NOW)
    mine = _expected(one)
    assert _tell(one, plate="沪a·12345").json()["number"] == mine["number"]
    assert _tell(one, "e-2", plate="沪B99999").json() | {"at": ""} == {
        "number": None,
        "at": "",
        "refused": None,
        "clock_ahead": None,
        "new": True,
    }


@ONE
@pytest.mark.parametrize("data", [{"direction": "up"}, {"gate": ""}, {"colour": "red"}, {"code": "1" * 21}])
def test_what_is_no_passage_is_refused(resident: MakeResident, data: dict[str, str]) -> None:
    assert _tell(resident(now=NOW), "e-1", None, **data).status_code == 422


GATE = Becomes(
    "linli.gate.passage",
    {"gate": "device.name", "direction": "io", "code": "pin"},
    {"direction": {"1": "entry", "2": "exit"}},
)


def test_a_vendors_own_event_becomes_ours_by_data() -> None:
    theirs = {"type": "com.example.passed", "id": "7", "data": {"device": {"name": "北门"}, "io": 2, "pin": None}}
    ours = mapped(theirs, {"com.example.passed": GATE})
    assert ours == {"type": "linli.gate.passage", "id": "7", "data": {"gate": "北门", "direction": "exit"}}
    assert mapped({**theirs, "type": "another"}, {"com.example.passed": GATE})["type"] == "another"
    with pytest.raises(Refused, match="what '3' is"):
        mapped({**theirs, "data": {"device": {"name": "北门"}, "io": 3}}, {"com.example.passed": GATE})
    data: Any
    for data in (None, [], "x", {"device": []}):
        assert mapped({**theirs, "data": data}, {"com.example.passed": GATE})["data"] == {}
