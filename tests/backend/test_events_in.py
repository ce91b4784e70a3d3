"""CloudEvents by `POST /api/v1/events` that make cases, news and announcements; batches; vendors' own types by data."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.models.people import address
from backend.models.talk import outbox
from backend.services import announce, keys
from bot.outside_settings import EventSettings
from tests.backend.climbing import ONE, do, pass_time
from tests.clerk import Hands
from tests.conftest import MakeResident
from tests.resident import DEMO_KEY, Resident

pytestmark = ONE
BATCH = "application/cloudevents-batch+json"


def event(kind: str, data: Any, key: str = "e-1", source: str = "//meter/7") -> dict[str, Any]:
    return {"specversion": "1.0", "id": key, "source": source, "type": kind, "data": data}


def send(one: Resident, body: Any, kind: str = "application/cloudevents+json", key: str = DEMO_KEY) -> Any:
    headers = {"Authorization": f"Bearer {key}", "content-type": kind}
    return one.request("POST", "/api/v1/events", content=json.dumps(body).encode(), headers=headers)


def read(one: Resident, path: str) -> Any:
    return one.request("GET", f"/api/v1{path}", headers={"Authorization": f"Bearer {DEMO_KEY}"}).json()


LEAK = {"details": "地下车库水位过高", "where": "地下车库", "category": "water"}


def test_a_sensor_opens_a_case_once(resident: MakeResident) -> None:
    one = resident()
    first, again = (send(one, event("linli.case.report", LEAK)) for _ in range(2))
    assert first.status_code == 202, first.text
    assert (first.json()["new"], again.json()) == (True, {**first.json(), "new": False})
    assert len([case for case in read(one, "/cases")["items"] if case["details"] == LEAK["details"]]) == 1


def test_a_city_says_what_became_of_a_case_and_the_resident_hears_it(resident: MakeResident) -> None:
    one = resident()
    one.say("家里水管爆了，3栋2单元501")
    (case,) = one.items("cases")
    told = {"number": case["number"], "state": "assigned", "note": "given to team 4"}
    first = send(one, event("linli.case.update", told)).json()
    assert first == {"case": case["number"], "state": "assigned", "new": True}
    assert send(one, event("linli.case.update", told)).json()["new"] is False
    history = read(one, f"/cases/{case['number']}")["history"]
    assert [line["name"] for line in history].count("moved") == 1
    for wrong, status in (
        ({"number": "R-1", "state": "assigned"}, 404),
        ({"external": "unheard", "state": "assigned"}, 404),
        ({"number": case["number"]}, 422),
        ({"number": case["number"], "state": "nowhere"}, 422),
        ({"number": case["number"], "state": "ready"}, 409),
    ):
        assert send(one, event("linli.case.update", wrong, key=json.dumps(wrong))).status_code == status, wrong


OUTAGE = {"title": {"zh_Hans": "停水", "en": "Water off"}, "body": {"zh_Hans": "水泵故障", "en": "A pump broke"}}


def test_an_outage_is_on_the_board_told_to_the_homes_and_taken_down(house: Resident, hands: Hands) -> None:
    house.say("hello")
    # The chat page of a home of building 3: what is pushed there arrives.
    do(house, lambda c: c.execute(update(address).where(address.c.user == "li-na").values(channel="web")))
    data = {**OUTAGE, "buildings": "3, 4", "key": "pump-3", "begins": "2026-03-02T09:00:00+08:00"}
    made = send(house, event("linli.outage", data)).json()
    assert made["new"] is True
    assert made["homes"] > 20
    assert read(house, f"/notices/{made['notice']}")["buildings"] == ["3", "4"]
    pass_time(house, hands, 60)
    (body,) = _told(house)
    assert "Water off" in body
    assert send(house, event("linli.outage", data)).json()["new"] is False
    over = send(house, event("linli.outage", {**data, "state": "over"}, key="e-2"))
    assert over.status_code == 202, over.text
    assert made["notice"] not in [item["id"] for item in read(house, "/notices")["items"]]


def _told(house: Resident) -> list[str]:
    mine = select(outbox.c.body).where(outbox.c.once.startswith("announce:"), outbox.c.kind == "push")
    return [json.dumps(body) for body in do(house, lambda c: list(c.execute(mine).scalars()))]


def _waiting(house: Resident) -> list[Any]:
    """Every telling that was begun, the oldest first."""
    mine = select(outbox.c.body).where(outbox.c.kind == "story", outbox.c.once.startswith("announce:"))
    return list(do(house, lambda c: c.execute(mine.order_by(outbox.c.id)).scalars().all()))


def test_an_outage_told_anew_at_night_is_told_once_in_the_morning(house: Resident, hands: Hands) -> None:
    house.say("hello")
    do(house, lambda c: c.execute(update(address).where(address.c.user == "li-na").values(channel="web")))
    hands.pass_(hours=14)
    data = {**OUTAGE, "buildings": "3", "key": "pump-3"}
    assert send(house, event("linli.outage", data)).status_code == 202
    pass_time(house, hands, 60)
    corrected = {**data, "title": {"zh_Hans": "停水更正", "en": "Water off, corrected"}}
    assert send(house, event("linli.outage", corrected, key="e-2")).status_code == 202
    pass_time(house, hands, 60)
    assert _told(house) == []
    hands.pass_(hours=8)
    went = [
        do(house, lambda c, b=b: announce.told(c, 0, b["data"], hands.now(), hands.real())) for b in _waiting(house)
    ]
    assert went == [False, True]
    (words,) = _told(house)
    assert "corrected" in words


def test_a_telling_that_reaches_into_the_night_goes_on_in_the_morning(
    house: Resident, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a large estate: here a portion is one person."""
    monkeypatch.setattr(announce, "AT_ONCE", 1)
    # The last minute of the day in which people are told, and a minute later.
    hands.pass_(hours=11, minutes=29)
    assert send(house, event("linli.outage", {**OUTAGE, "buildings": "3"})).status_code == 202
    (first,) = _waiting(house)
    hands.pass_(minutes=2)
    do(house, lambda c: announce.told(c, 0, first["data"], hands.now(), hands.real()))
    _, then = _waiting(house)
    morning = datetime.fromisoformat(then["until"]) - hands.real()
    assert timedelta(hours=9) < morning < timedelta(hours=10)


def test_a_building_that_is_not_there_is_refused(resident: MakeResident) -> None:
    one = resident()
    assert send(one, event("linli.outage", {**OUTAGE, "buildings": ["77"]})).status_code == 422


def test_a_batch_is_taken_one_by_one(resident: MakeResident) -> None:
    one = resident()
    batch = [
        event("linli.case.report", LEAK, "b-1"),
        event("linli.case.report", {"details": "x"}, "b-2"),
        "nonsense",
        event("com.unknown", {}, "b-4"),
        event("linli.device.alarm", {"kind": "pull_cord", "home": "3-2-602"}, "b-5"),
    ]
    answer = send(one, batch, BATCH)
    assert answer.status_code == 207
    body = answer.json()
    assert [told["status"] for told in body["events"]] == [202, 422, 422, 422, 202]
    assert (body["taken"], body["refused"], body["events"][1]["id"]) == (2, 3, "b-2")
    assert "/data/where" in [error["pointer"] for error in body["events"][1]["errors"]]
    again = send(one, [batch[0], batch[4]], BATCH)
    assert (again.status_code, [told["answer"]["new"] for told in again.json()["events"]]) == (202, [False, False])
    for wrong, status in (({}, 422), ([batch[0]] * 101, 413)):
        assert send(one, wrong, BATCH).status_code == status
    assert send(one, [], BATCH).json() == {"taken": 0, "refused": 0, "events": []}
    long = send(one, {"data": "x" * 64_000})
    assert (long.status_code, long.json()["detail"]) == (413, "the body is larger than 64 kB")


def test_a_key_of_events_alone_neither_tells_homes_nor_moves_cases(house: Resident, hands: Hands) -> None:
    house.say("家里水管爆了，3栋2单元501")
    moved = {"number": house.items("cases")[0]["number"], "state": "assigned"}
    key = do(house, lambda c: keys.make(c, "sunshine", "gate", ["events"], hands.real()))
    what = (("linli.outage", OUTAGE), ("linli.case.report", LEAK), ("linli.case.update", moved))
    batch = [event(kind, data, kind) for kind, data in what]
    batch.append(event("linli.device.alarm", {"kind": "pull_cord", "home": "3-2-602"}, "d"))
    assert [send(house, one, key=key).status_code for one in batch[:3]] == [401] * 3
    assert [told["status"] for told in send(house, batch, BATCH, key).json()["events"]] == [401, 401, 401, 202]
    assert house.items("cases")[0]["state"] != "assigned"
    assert len(read(house, "/alarms")["items"]) == 1


def test_somebody_in_danger_goes_before_the_rest_of_a_batch(house: Resident) -> None:
    batch = [event("linli.case.report", {**LEAK, "details": f"{LEAK['details']} {n}"}, f"c-{n}") for n in range(3)]
    batch.append(event("linli.device.alarm", {"kind": "pull_cord", "home": "3-2-602"}, "d"))
    told = send(house, batch, BATCH).json()["events"]
    assert [one["place"] for one in told] == [0, 1, 2, 3]
    filed = [case["id"] for case in read(house, "/cases")["items"] if LEAK["details"] in case["details"]]
    assert len(filed) == 3
    assert told[3]["answer"]["alarm"] < min(filed), "ids are in the order of their making"


def test_a_vendors_own_types_become_ours_by_data(fresh: Any, interpreter: Any) -> None:
    """All that `config.yml` may make of somebody else's event; no line of Python for a vendor."""
    events = {
        "com.pump.failed": EventSettings(
            becomes="linli.outage",
            fields={"buildings": "blocks", "key": "pump"},
            always={"title": "停水", "body": "水泵故障，正在抢修"},
        ),
        "com.level.high": EventSettings(
            becomes="linli.case.report",
            fields={"where": "site.name"},
            always={"details": "水位过高", "category": "water"},
        ),
        "cn.12345.feedback": EventSettings(
            becomes="linli.case.update",
            fields={"number": "ref", "state": "status", "note": "text"},
            words={"state": {"已派单": "assigned"}},
        ),
    }
    sunshine = fresh.communities["sunshine"].model_copy(update={"events": events})
    one = Resident(fresh.model_copy(update={"communities": {"sunshine": sunshine}}), interpreter, "li-na")
    try:
        outage = send(one, event("com.pump.failed", {"blocks": "5", "pump": "P5"})).json()
        assert read(one, f"/notices/{outage['notice']}")["title"] == {"": "停水"}
        case = send(one, event("com.level.high", {"site": {"name": "2号泵房"}}, "e-2")).json()["case"]
        told = send(one, event("cn.12345.feedback", {"ref": case, "status": "已派单", "text": "12345 回复"}, "e-3"))
        assert told.json()["state"] == "assigned", told.text
        assert send(one, event("cn.12345.feedback", {"ref": case, "status": "??"}, "e-4")).status_code == 422
    finally:
        one.close()


def test_a_time_that_is_a_number_is_no_time(resident: MakeResident) -> None:
    """Seconds or milliseconds? Nobody knows by its size."""
    one = resident()
    for wrong in (1_800_000_000, -5.8e-222, "1800000000"):
        assert send(one, {**event("linli.case.report", LEAK), "time": wrong}).status_code == 422, wrong
    told = {"title": "Water off", "body": "Pumps", "buildings": "3"}
    assert send(one, event("linli.outage", {**told, "until": 1_800_000_000})).status_code == 422
