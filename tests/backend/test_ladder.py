"""The ladder of an alarm: who is called when, what pauses it, and that nobody is called who was only planned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from backend.models.talk import outbox
from backend.models.work import alarm
from backend.services import alarm_desk, alarm_figures, stories
from backend.services.ladder import climb, plan, reach, start, steps
from backend.services.sign_in import sessions
from bot.work.effects import EFFECTS
from tests.bot.work.station import COMMUNITY, Station, at_work, until
from tests.clerk import Clerk, Hands
from tests.resident import Resident

FALL, FOR_HER = "救命，我摔倒了起不来", "我妈在5栋1单元302晕倒了"
OURS = (start.STORY, climb.LAPSE)
# Decided by the same rows on either database; the tests without it show that both agree.
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _do(house: Resident, work: Any) -> Any:
    return house.app.state.desk.db.submit(work).result()


def _key(house: Resident) -> str:
    return str(house.items("alarms")[0]["id"])


def _pass(house: Resident, hands: Hands, seconds: float = 0) -> None:
    """Time goes by, and whatever story is due in it is decided when it is due, as the engine does it."""
    end = hands.at + timedelta(seconds=seconds)

    def due(connection: Connection) -> list[Any]:
        waiting = select(outbox).where(outbox.c.kind == "story", outbox.c.state == "due").order_by(outbox.c.id)
        found = [row for row in connection.execute(waiting) if row.body.get("story") in OURS]
        return sorted((row for row in found if row.body["until"] <= end.isoformat()), key=lambda row: row.body["until"])

    while waiting := _do(house, due):
        row = waiting[0]
        hands.at = max(hands.at, hands.at.fromisoformat(row.body["until"]))

        def act(connection: Connection, row: Any = row) -> None:
            effect = EFFECTS[row.body["story"]]
            effect(connection, row.id, row.body["data"], hands.now(), hands.real())
            # A second run finds nothing left to do.
            assert not _changes(connection, effect, row, hands)
            stories.end(connection, row.id)

        _do(house, act)
    hands.at = end


def _changes(connection: Connection, effect: Any, row: Any, hands: Hands) -> bool:
    before = _rows(connection)
    if row.body["story"] == climb.LAPSE or row.body["data"]["rung"] != climb.EXHAUSTED:
        effect(connection, row.id, row.body["data"], hands.now(), hands.real())
    return _rows(connection) != before


def _rows(connection: Connection) -> tuple[int, list[Any]]:
    shown = select(outbox.c.id).where(outbox.c.kind.in_(("story", "call", "push")))
    (key,) = connection.execute(select(alarm.c.id)).scalars()
    return len(connection.execute(shown).all()), [tuple(row) for row in steps.of(connection, key)]


def _steps(house: Resident) -> list[tuple[str, str, str | None]]:
    key = _key(house)
    rows = house.app.state.desk.db.read_now(lambda c: steps.of(c, key))
    return [(row.name or row.kind, row.state, row.reason) for row in rows]


def _events(house: Resident) -> list[str]:
    key = _key(house)
    return [row.name for row in house.app.state.desk.db.read_now(lambda c: alarm_desk.events(c, key))]


NO = (steps.UNREACHABLE, reach.NO_CHANNEL)
PLANNED = (steps.PLANNED, None)


@ONE
def test_without_a_screen_that_sounds_the_duty_phone_is_the_first_step(house: Resident, hands: Hands) -> None:
    """And since no phone channel is on, it says so, and nobody is said to have been called."""
    house.say(FALL)
    _pass(house, hands)
    assert _steps(house) == [
        ("console", steps.SHOWN, "no_sound"),
        ("值班一号", *NO),
        ("值班二号", *PLANNED),
        ("张伟", *PLANNED),
    ]


def test_it_climbs_at_30_60_and_120_seconds_and_tells_the_person_when_nobody_answers(
    house: Resident, hands: Hands
) -> None:
    duty = Clerk(house, "duty")
    assert duty.post("/console/live/sound", on="yes").status_code == 204
    house.say(FALL)
    _pass(house, hands)
    assert [state for _, state, _ in _steps(house)] == [steps.SHOWN, *(steps.PLANNED,) * 3]
    _pass(house, hands, 30)
    assert _steps(house)[1] == ("值班一号", *NO)
    assert _steps(house)[2] == ("值班二号", *PLANNED)
    _pass(house, hands, 30)
    assert [one[1:] for one in _steps(house)[1:]] == [NO, NO, NO]
    _pass(house, hands, 120)
    assert "exhausted" in _events(house)
    told = house.request("GET", "/demo/outbox").json()["items"]
    (said,) = [item for item in told if item["kind"] == "push"]
    assert said["body"]["say"][0]["text"]["id"] == climb.NOBODY.msgid
    assert not [item for item in told if item["kind"] == "call"]
    _pass(house, hands, 60)
    assert len(_steps(house)) == 8, "it begins again, and goes on until somebody comes"


@ONE
def test_who_is_going_pauses_it_and_only_until_they_said(house: Resident, hands: Hands) -> None:
    duty = Clerk(house, "duty")
    house.say(FALL)
    _pass(house, hands)
    key = _key(house)
    assert duty.post(f"/console/alarms/{key}/follow").status_code == 204
    _pass(house, hands, 30)
    assert _steps(house)[2] == ("值班二号", *NO), "to follow from afar pauses nothing"
    assert duty.post(f"/console/alarms/{key}/take", minutes="5").status_code == 204
    _pass(house, hands, 240)
    assert _steps(house)[3] == ("张伟", *PLANNED)
    assert 'data-free="0"' in duty.get("/console/live/banner").text
    _pass(house, hands, 60)
    assert "lapsed" in _events(house)
    assert 'data-free="1"' in duty.get("/console/live/banner").text
    assert _steps(house)[3] == ("张伟", steps.STOPPED, "again")
    assert len(_steps(house)) == 8


@ONE
def test_who_arrived_ends_it(house: Resident, hands: Hands) -> None:
    duty = Clerk(house, "duty")
    house.say(FALL)
    _pass(house, hands)
    assert duty.post(f"/console/alarms/{_key(house)}/arrived").status_code == 204
    _pass(house, hands, 1200)
    assert [one[1:] for one in _steps(house)[2:]] == [(steps.STOPPED, "arrived")] * 2
    assert "lapsed" not in _events(house)


@ONE
def test_the_contacts_are_those_of_the_person_in_danger(house: Resident, hands: Hands) -> None:
    """Practice 1: the caller's husband is not rung for the caller's mother; violence rings nobody's family."""
    house.say(FOR_HER)
    _pass(house, hands)
    assert [name for name, *_ in _steps(house)] == ["console", "值班一号", "值班二号"], "the home is not bound to it"
    key = _key(house)

    def at_hers(connection: Connection) -> list[str]:
        home = connection.exec_driver_sql("SELECT id FROM household WHERE label = '5栋1单元302'").scalar_one()
        there = update(alarm).where(alarm.c.id == key)
        connection.execute(there.values(household_id=home, location_confirmed=True))
        found = connection.execute(select(alarm).where(alarm.c.id == key)).one()
        return [row.name for row in plan.contacts(connection, found)]

    assert _do(house, at_hers) == ["周丽"]


@ONE
@pytest.mark.parametrize("words", ["他拿刀要砍我", "我不想活了，想跳楼"])
def test_no_family_where_a_person_must_decide(words: str, house: Resident, hands: Hands) -> None:
    house.say(words)
    _pass(house, hands, 200)
    assert "张伟" not in [name for name, *_ in _steps(house)]


@ONE
def test_the_residents_cancel_spares_the_family_and_nobody_else(house: Resident, hands: Hands) -> None:
    house.say(FALL)
    _pass(house, hands)
    house.say("误报，我没事了，不用来")
    _pass(house, hands, 130)
    assert _steps(house)[2:4] == [("值班二号", *NO), ("张伟", steps.STOPPED, "cancel")]


def test_where_a_voice_channel_is_on_a_call_goes_out_and_betrays_nothing(house: Resident, hands: Hands) -> None:
    _do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}))
    house.say(FALL)
    _pass(house, hands)

    def calls(connection: Connection) -> list[Any]:
        return list(connection.execute(select(outbox).where(outbox.c.kind == "call")))

    (call,) = _do(house, calls)
    assert (call.channel, call.user, call.state) == (reach.VOICE, "13700000001", "due")
    assert call.queue == "phone:demo:alarms", "an alarm stands behind no text message"
    assert "摔" not in str(call.body)
    assert "501" not in str(call.body)
    assert _steps(house)[1] == ("值班一号", steps.CALLING, None)
    page = Clerk(house, "duty").get(f"/console/alarms/{_key(house)}", **{"accept-language": "en"}).text
    assert "is being called" in page
    _do(house, lambda c: c.execute(update(outbox).where(outbox.c.id == call.id).values(state="dead")))
    page = Clerk(house, "duty").get(f"/console/alarms/{_key(house)}", **{"accept-language": "en"}).text
    assert "the call did not get through" in page


@ONE
def test_only_an_unlocked_screen_that_sounds_counts(house: Resident, hands: Hands) -> None:
    db = house.app.state.desk.db

    def heard() -> int:
        return int(db.read_now(lambda c: sessions.heard(c, COMMUNITY, hands.real())))

    duty, auditor = Clerk(house, "duty"), Clerk(house, "auditor")
    assert heard() == 0
    duty.post("/console/live/sound", on="yes")
    assert auditor.post("/console/live/sound", on="yes").status_code == 403
    assert heard() == 1
    hands.pass_(seconds=50)
    assert heard() == 0, "it has not said so for too long"
    duty.post("/console/live/sound", on="yes")
    assert duty.post("/console/lock").status_code in (204, 303, 200)
    assert heard() == 0


def test_the_engine_itself_begins_it_at_once(station: Station) -> None:
    from backend.services import alarms
    from backend.services.alarms import Cry
    from bot.contract.messages import Address

    cry = Cry(COMMUNITY, Address("rest", "wang"), "fall", FALL, "m-1")
    with at_work(station):
        clock = station.clock
        key = station.do(lambda c: alarms.raise_alarm(c, cry, clock.now(), clock.real())).id
        read = station.desk.db.read_now
        until(lambda: [row.state for row in read(lambda c: steps.of(c, key))][:1] == [steps.SHOWN], 30)


def test_figures_are_counts_until_there_are_enough(house: Resident, hands: Hands) -> None:
    duty = Clerk(house, "duty")
    for seconds in (20, 70, 240):
        house.say(FALL)
        hands.pass_(seconds=seconds)
        key = next(one["id"] for one in house.items("alarms") if one["state"] != "closed")
        duty.post(f"/console/alarms/{key}/take")
        hands.pass_(seconds=60)
        duty.post(f"/console/alarms/{key}/arrived")
        hands.pass_(seconds=60)
        outcome = {"outcome": "false", "text": "玩闹"} if seconds == 240 else {"outcome": "helped"}
        assert duty.post(f"/console/alarms/{key}/close", **outcome).status_code == 204
        hands.pass_(seconds=60)
    zone = "Asia/Shanghai"
    (month,) = house.app.state.desk.db.read_now(lambda c: alarm_figures.by_month(c, COMMUNITY, zone, hands.now()))
    assert (month.alarms, month.false, month.open, month.within) == (3, 1, 0, (1, 2))
    assert month.acknowledged == (3, 70.0, 240.0)
    assert month.arrived == (3, 130.0, 300.0)
    assert month.share(0) is None
    page = duty.get("/console/alarms/figures", **{"accept-language": "en"}).text
    assert "1 of 3" in page
    assert "1:10" in page
    many = alarm_figures.Figures("2026-11", 40, 0, 0, None, None, None, (39, 40))
    assert many.share(0) == 97.5
