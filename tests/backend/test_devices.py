"""Buttons, cords and detectors by `POST /api/v1/events`: who is rung and who is not, and each event once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Connection, select

from backend.models.work import alarm, alarm_event
from backend.services import keys
from backend.services.ladder import reach, steps
from tests.backend.climbing import ONE, do, pass_time
from tests.bot.work.station import COMMUNITY
from tests.clerk import Clerk, Hands
from tests.resident import DEMO_KEY, Resident

WANG = "3-2-602"


def _report(house: Resident, kind: str, key: str = "e-1", home: str = WANG, source: str = "hub/1", **data: str) -> Any:
    event = {"specversion": "1.0", "id": key, "source": source, "type": "linli.device.alarm"}
    body = {**event, "data": {"kind": kind, "home": home, **data}}
    return _post(house, json.dumps(body), {"content-type": "application/cloudevents+json"})


def _post(house: Resident, body: str, headers: dict[str, str], key: str = DEMO_KEY) -> Any:
    headers = {"Authorization": f"Bearer {key}", **headers}
    return house.request("POST", "/api/v1/events", content=body.encode(), headers=headers)


def _alarms(house: Resident) -> list[Any]:
    return do(house, lambda c: list(c.execute(select(alarm).order_by(alarm.c.id))))  # type: ignore[no-any-return]  # rows


def _steps(house: Resident, key: str) -> list[tuple[str, str, int]]:
    rows = house.app.state.desk.db.read_now(lambda c: steps.of(c, key))
    return [(row.kind, row.name, row.rung) for row in rows]


@ONE
def test_a_pull_cord_rings_its_wearer_then_climbs_and_counts_once(house: Resident, hands: Hands) -> None:
    do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}))
    Clerk(house, "duty").post("/console/live/sound", on="yes")
    first = _report(house, "pull_cord")
    assert (first.status_code, first.json()["new"]) == (202, True)
    again = _report(house, "pull_cord").json()
    assert again == {"alarm": first.json()["alarm"], "new": False}
    pass_time(house, hands)
    (row,) = _alarms(house)
    assert (row.kind, row.location, row.location_confirmed, row.state) == ("plea", "3栋2单元602", True, "open")
    assert _steps(house, row.id)[:3] == [("console", "", 0), ("wearer", "王建国", 0), ("contact", "王小明", 0)]
    assert ("duty", "值班一号", 1) in _steps(house, row.id)
    assert ("contact", "刘芳", 1) in _steps(house, row.id), "those of whoever wears it"


@ONE
def test_smoke_sends_the_guard_beside_the_call(house: Resident, hands: Hands) -> None:
    key = _report(house, "smoke").json()["alarm"]
    pass_time(house, hands)
    assert {kind for kind, _, rung in _steps(house, key) if rung == 0} >= {"guard", "wearer"}
    assert _alarms(house)[0].kind == "fire"


@ONE
def test_gas_sends_the_guard_and_never_rings_the_homes_own_line(house: Resident, hands: Hands) -> None:
    """Practice 7: a ringing phone may light it; also where a neighbour's list names somebody who lives there."""
    mine = "UPDATE contact SET phone = '13800000602' WHERE name = '刘芳'"
    do(house, lambda c: c.exec_driver_sql(mine))
    key = _report(house, "gas").json()["alarm"]
    pass_time(house, hands, 130)
    found = house.app.state.desk.db.read_now(lambda c: steps.of(c, key))
    assert "guard" in [row.kind for row in found]
    assert "wearer" not in [row.kind for row in found]
    assert "13800000602" not in [row.phone for row in found]


@ONE
def test_the_gas_companys_number_stands_on_the_board(house: Resident, hands: Hands) -> None:
    """Practice 7; and of no other alarm."""
    key = _report(house, "gas").json()["alarm"]
    assert "4000000777" in Clerk(house, "duty").get(f"/console/alarms/{key}").text


@ONE
def test_a_wristband_is_where_its_wearer_is(house: Resident, hands: Hands) -> None:
    _report(house, "wristband", wearer="王建国")
    assert _alarms(house)[0].location_confirmed is False


@ONE
def test_the_same_event_in_binary_mode(house: Resident, hands: Hands) -> None:
    headers = {"ce-specversion": "1.0", "ce-id": "b-1", "ce-source": "hub%2F1", "ce-type": "linli.device.alarm"}
    headers |= {"content-type": "application/json", "ce-battery": "low"}
    made = _post(house, json.dumps({"kind": "button", "home": WANG}), headers)
    assert made.status_code == 202, made.text
    assert _report(house, "button", "b-1").json() == {"alarm": made.json()["alarm"], "new": False}


@ONE
@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"specversion": "0.3"}, 422),
        ({"id": ""}, 422),
        ({"type": "linli.device.party"}, 422),
        ({"data": {"kind": "smoke", "home": "99-9-9999"}}, 422),
        ({"data": {"kind": "smoke", "home": WANG, "wearer": "nobody"}}, 422),
        ({"data": {"kind": "smoke", "home": WANG, "extra": 1}}, 422),
        ({"data": "smoke"}, 422),
        ({"data": None}, 422),
    ],
)
def test_what_is_no_event_raises_nothing(house: Resident, change: dict[str, Any], status: int) -> None:
    event = {"specversion": "1.0", "id": "x", "source": "hub/1", "type": "linli.device.alarm"}
    body = {**event, "data": {"kind": "smoke", "home": WANG}, **change}
    answer = _post(house, json.dumps(body), {"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert _alarms(house) == []


@ONE
def test_other_bodies_and_other_keys_are_refused(house: Resident) -> None:
    kind = {"content-type": "application/json"}
    assert _post(house, "[]", {"content-type": "application/cloudevents-batch+avro"}).status_code == 415
    assert _post(house, "<a/>", {"content-type": "text/xml"}).status_code == 415
    assert _post(house, "{", kind).status_code == 400
    assert _post(house, "[1]", kind).status_code == 422
    assert _post(house, "{}", kind, key="nonsense").status_code == 401
    desk = house.app.state.desk
    narrow = do(house, lambda c: keys.make(c, COMMUNITY, "narrow", ["cases"], desk.clock.real()))
    assert _post(house, "{}", kind, key=narrow).status_code in (401, 403)
    assert _alarms(house) == []


@ONE
def test_a_broken_detector_is_one_alarm_whatever_it_sends(house: Resident, hands: Hands) -> None:
    first = _report(house, "smoke", "n-0").json()["alarm"]
    for number in range(1, 60):
        hands.pass_(seconds=1)
        assert _report(house, "smoke", f"n-{number}").json() == {"alarm": first, "new": False}

    def lines(connection: Connection) -> list[str]:
        return list(connection.execute(select(alarm_event.c.name)).scalars())

    assert do(house, lines).count("said") <= 20
    assert do(house, lines).count("flood") == 1
    assert len(_alarms(house)) == 1
    duty = Clerk(house, "duty")
    assert duty.post(f"/console/alarms/{first}/close", outcome="helped").status_code == 204
    hands.pass_(seconds=1)
    assert _report(house, "smoke", "after").json() == {"alarm": first, "new": False}, "somebody has just been there"
    hands.pass_(seconds=90)
    assert _report(house, "smoke", "later").json()["new"] is True, "it is not put to sleep by a machine"


@ONE
def test_a_button_and_a_call_of_one_person_are_one_alarm_and_both_ways_hear(house: Resident, hands: Hands) -> None:
    key = _report(house, "button", home="3-2-501", wearer="李娜").json()["alarm"]
    house.say("你好")
    house.say("我摔倒了起不来")
    (row,) = _alarms(house)
    assert (row.id, row.kind) == (key, "fall"), "the graver of the two"
    assert Clerk(house, "duty").post(f"/console/alarms/{key}/take", minutes="5").status_code == 204
    told = house.request("GET", "/demo/outbox").json()["items"]
    assert "{minutes}" in str([item["body"] for item in told if item["kind"] == "push"])
    house.say("我妈在5栋1单元302晕倒了", "somebody-else")
    assert len(_alarms(house)) == 2, "who speaks of another is another alarm"


@ONE
def test_a_key_of_the_callers_own_is_kept_too(house: Resident, hands: Hands) -> None:
    event = {"specversion": "1.0", "id": "k", "source": "hub/1", "type": "linli.device.alarm"}
    body = json.dumps({**event, "data": {"kind": "button", "home": WANG}})
    headers = {"content-type": "application/json", "Idempotency-Key": "mine"}
    first = _post(house, body, headers).json()
    assert _post(house, body, headers).json() == first, "the first answer again, to the letter"
    assert _post(house, body.replace("button", "smoke"), headers).status_code == 422
