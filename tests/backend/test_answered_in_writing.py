"""Beside the call a rung is written to; whoever answers there hears what it is about, and only who goes counts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from backend.models.ladder import alarm_step
from backend.models.talk import outbox
from backend.models.work import alarm
from backend.services import alarm_desk, duress
from backend.services.ladder import reach, standdown, steps
from tests.backend.climbing import ONE, do, pass_time
from tests.bot.work.station import COMMUNITY
from tests.clerk import Clerk, Hands
from tests.resident import DEMO_KEY, Resident

# Who lives at the home of these tests' chat is to be called for the neighbour below.
NEIGHBOUR = "UPDATE contact SET phone = '+86 138 0000 0501' WHERE name = '刘芳'"


def cord(house: Resident, hands: Hands) -> str:
    """王建国 pulls the cord; his neighbour is the second one to be called for him."""
    do(house, lambda c: c.exec_driver_sql(NEIGHBOUR))
    do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}, None, "demo"))
    event = {"specversion": "1.0", "id": "e-1", "source": "hub/1", "type": "linli.device.alarm"}
    body = json.dumps({**event, "data": {"kind": "fall", "home": "3-2-602"}})
    headers = {"Authorization": f"Bearer {DEMO_KEY}", "content-type": "application/cloudevents+json"}
    key: str = house.request("POST", "/api/v1/events", content=body.encode(), headers=headers).json()["alarm"]
    pass_time(house, hands, 30)
    return key


def code_of(house: Resident, name: str) -> str:
    rows = select(alarm_step.c.code).where(alarm_step.c.name == name)
    return str(do(house, lambda c: c.execute(rows).scalars().first()))


def row_of(house: Resident, key: str) -> Any:
    return do(house, lambda c: c.execute(select(alarm).where(alarm.c.id == key)).one())


@ONE
def test_a_rung_is_called_and_written_to_at_once_and_neither_tells_whose_emergency_it_is(
    house: Resident, hands: Hands
) -> None:
    cord(house, hands)

    def read(connection: Any) -> list[tuple[str, str, str]]:
        rows = connection.execute(select(outbox).where(outbox.c.kind.in_(("call", "alert"))).order_by(outbox.c.id))
        return [(row.user, row.kind, str(row.body)) for row in rows]

    sent = do(house, read)
    for phone in ("13700000001", "13900000001", "+86 138 0000 0501"):
        assert {kind for user, kind, _ in sent if user == phone} == {"call", "alert"}
    assert [kind for user, kind, _ in sent if user == "13800000602"] == ["call"], "who is in danger reads nothing"
    for _, _, body in sent:
        assert not [word for word in ("王建国", "602", "摔", "fall") if word in body.replace("13800000602", "")]


@ONE
def test_the_code_tells_what_it_is_about_and_going_counts(house: Resident, hands: Hands) -> None:
    key = cord(house, hands)
    asked = house.say(" ".join(code_of(house, "刘芳")))
    assert "王建国" in asked.text
    assert "602" in asked.text
    assert row_of(house, key).accepted_by is None, "to read is not to go"
    said = house.say("1").text
    assert row_of(house, key).accepted_by == "刘芳"
    assert "120" in said
    house.say("1")
    assert alarm_desk.dialled(do(house, lambda c: alarm_desk.events(c, key))) is not None
    called = _called(house, key)
    pass_time(house, hands, 300)
    assert _called(house, key) == called, "nobody climbs while somebody goes"


def _last_alert(house: Resident, phone: str) -> Any:
    rows = select(outbox.c.body).where(outbox.c.kind == "alert", outbox.c.user == phone).order_by(outbox.c.id)
    return do(house, lambda c: c.execute(rows).scalars().all())[-1]["say"][0]["text"]


def _called(house: Resident, key: str) -> list[str]:
    rows = house.app.state.desk.db.read_now(lambda c: steps.of(c, key))
    return [row.name for row in rows if row.state == steps.CALLING]


@ONE
def test_who_follows_from_afar_stops_nothing(house: Resident, hands: Hands) -> None:
    key = cord(house, hands)
    house.say(code_of(house, "刘芳"))
    do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120", "area": "021"}, text="demo"))
    assert "021120" in house.say("2").text, "from another city 120 is that city's own (practice 11)"
    assert row_of(house, key).accepted_by is None
    rows = house.app.state.desk.db.read_now(lambda c: steps.of(c, key))
    assert [(row.state, row.reason) for row in rows if row.name == "刘芳"] == [(steps.ANSWERED, "follows")]
    assert Clerk(house, "duty").post(f"/console/alarms/{key}/close", outcome="ambulance").status_code == 204
    told = _last_alert(house, "+86 138 0000 0501")
    assert told["id"] == standdown.OVER_OF.msgid
    assert told["params"]["who"] == "王建国", "whoever had answered knows whose it was"
    assert _last_alert(house, "13700000001")["id"] == standdown.OVER.msgid


@ONE
@pytest.mark.parametrize("over", ["closed", "taken"])
def test_who_answers_too_late_hears_it(over: str, house: Resident, hands: Hands) -> None:
    key = cord(house, hands)
    house.say(code_of(house, "刘芳"))
    duty = Clerk(house, "duty")
    act = {"outcome": "helped"} if over == "closed" else {}
    assert duty.post(f"/console/alarms/{key}/{'close' if over == 'closed' else 'take'}", **act).status_code == 204
    said = house.say("1").text
    assert ("已经关闭" if over == "closed" else "接手") in said
    assert row_of(house, key).accepted_by != "刘芳"


@ONE
def test_a_code_of_somebody_else_or_of_nobody_opens_nothing(house: Resident, hands: Hands) -> None:
    key = cord(house, hands)
    for code in (code_of(house, "王小明"), "0000" if code_of(house, "刘芳") != "0000" else "0001"):
        assert "王建国" not in house.say(code).text
    house.say("1")
    assert row_of(house, key).accepted_by is None


def _silent(house: Resident, hands: Hands, key: str) -> None:
    do(house, lambda c: duress.silent(c, key, "王建国", "call:1", hands.now(), hands.real()))


@ONE
def test_duress_while_one_of_the_family_goes_calls_the_people_on_duty(house: Resident, hands: Hands) -> None:
    key = cord(house, hands)
    house.say(code_of(house, "刘芳"))
    house.say("1")
    assert row_of(house, key).accepted_by == "刘芳"
    _silent(house, hands, key)
    found = row_of(house, key)
    assert (found.state, found.accepted_by, found.going_until, found.quiet) == ("open", None, None, True)
    pass_time(house, hands)
    rows = house.app.state.desk.db.read_now(lambda c: steps.of_round(c, key, 2))
    assert {row.kind for row in rows} == {steps.CONSOLE, steps.DUTY}
    assert "值班一号" in {row.name for row in rows if row.state == steps.CALLING}


@ONE
def test_who_of_the_family_has_not_answered_yet_cannot_go_once_it_is_quiet(house: Resident, hands: Hands) -> None:
    key = cord(house, hands)
    house.say(code_of(house, "刘芳"))
    _silent(house, hands, key)
    said = house.say("1").text
    assert "120" not in said
    assert row_of(house, key).accepted_by is None


@ONE
def test_duress_while_one_on_duty_goes_leaves_them_going(house: Resident, hands: Hands) -> None:
    key = cord(house, hands)
    assert Clerk(house, "duty").post(f"/console/alarms/{key}/take").status_code == 204
    _silent(house, hands, key)
    assert row_of(house, key).accepted_by is not None
    assert row_of(house, key).state == "accepted"
