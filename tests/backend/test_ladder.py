"""The ladder of an alarm: who is called when, what pauses it, and that nobody is called who was only planned."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from backend.models.talk import outbox
from backend.models.work import alarm
from backend.services import alarm_figures, alarms
from backend.services.ladder import climb, plan, reach, steps
from backend.services.sign_in import sessions
from bot.contract.messages import Address
from tests.backend.climbing import (
    FALL,
    FOR_HER,
    NO,
    ONE,
    PLANNED,
    do,
    events_of,
    key_of,
    more_family,
    pass_time,
    states_of,
    steps_of,
)
from tests.bot.work.station import COMMUNITY, Station, at_work, until
from tests.clerk import Clerk, Hands
from tests.resident import Resident


@ONE
def test_without_a_screen_that_sounds_the_duty_phone_is_the_first_step(house: Resident, hands: Hands) -> None:
    """And since no phone channel is on, it says so, and nobody is said to have been called."""
    house.say(FALL)
    pass_time(house, hands)
    assert steps_of(house) == [
        ("console", steps.SHOWN, "no_sound"),
        ("东门门岗", *NO),
        ("值班一号", *NO),
        ("张伟", *NO),
        ("值班二号", *PLANNED),
        ("李娜", *PLANNED),
    ]


def test_it_climbs_at_30_60_and_120_seconds_and_tells_the_person_when_nobody_answers(
    house: Resident, hands: Hands
) -> None:
    duty = Clerk(house, "duty")
    assert duty.post("/console/live/sound", on="yes").status_code == 204
    house.say(FALL)
    pass_time(house, hands)
    assert steps_of(house) == [
        ("console", steps.SHOWN, None),
        ("东门门岗", *NO),
        ("张伟", *NO),
        ("值班一号", *PLANNED),
        ("值班二号", *PLANNED),
        ("李娜", *PLANNED),
    ], "guard room and family in the first second, while a screen sounds for those on duty"
    pass_time(house, hands, 30)
    assert states_of(house)["值班一号"] == NO
    assert states_of(house)["值班二号"] == PLANNED
    pass_time(house, hands, 30)
    assert [one[1:] for one in steps_of(house)[1:]] == [NO] * 5
    pass_time(house, hands, 120)
    assert "exhausted" in events_of(house)
    told = house.request("GET", "/demo/outbox").json()["items"]
    (said,) = [item for item in told if item["kind"] == "push"]
    assert said["body"]["say"][0]["text"]["id"] == climb.NOBODY.msgid
    assert not [item for item in told if item["kind"] == "call"]
    assert len(steps_of(house)) == 12, "it begins again, and goes on until somebody comes"
    assert [one[1:] for one in steps_of(house)[7:]] == [*[NO] * 4, PLANNED], "everybody at once, but who is in danger"


@ONE
def test_who_is_going_pauses_it_and_only_until_they_said(house: Resident, hands: Hands) -> None:
    duty = Clerk(house, "duty")
    house.say(FALL)
    pass_time(house, hands)
    key = key_of(house)
    assert duty.post(f"/console/alarms/{key}/follow").status_code == 204
    pass_time(house, hands, 30)
    assert states_of(house)["值班二号"] == NO, "to follow from afar pauses nothing"
    assert duty.post(f"/console/alarms/{key}/take", minutes="5").status_code == 204
    pass_time(house, hands, 240)
    assert states_of(house)["李娜"] == PLANNED
    assert 'data-free="0"' in duty.get("/console/live/banner").text
    pass_time(house, hands, 60)
    assert "lapsed" in events_of(house)
    assert 'data-free="1"' in duty.get("/console/live/banner").text
    assert ("李娜", steps.STOPPED, "again") in steps_of(house)
    assert len(steps_of(house)) == 12


@ONE
def test_who_arrived_ends_it(house: Resident, hands: Hands) -> None:
    duty = Clerk(house, "duty")
    house.say(FALL)
    pass_time(house, hands)
    assert duty.post(f"/console/alarms/{key_of(house)}/arrived").status_code == 204
    pass_time(house, hands, 1200)
    assert [one[1:] for one in steps_of(house)[4:]] == [(steps.STOPPED, "arrived")] * 2
    assert "lapsed" not in events_of(house)


@ONE
def test_the_contacts_are_those_of_the_person_in_danger(house: Resident, hands: Hands) -> None:
    """Practice 1: the caller's husband is not rung for the caller's mother; violence rings nobody's family."""
    house.say(FOR_HER)
    pass_time(house, hands)
    assert [name for name, *_ in steps_of(house)] == ["console", "东门门岗", "值班一号", "周丽", "值班二号"], (
        "of the home that was named, and not of the caller"
    )
    key = key_of(house)

    def at_hers(connection: Connection) -> list[str]:
        home = connection.exec_driver_sql("SELECT id FROM household WHERE label = '5栋1单元302'").scalar_one()
        there = update(alarm).where(alarm.c.id == key)
        connection.execute(there.values(household_id=home, location_confirmed=True))
        found = connection.execute(select(alarm).where(alarm.c.id == key)).one()
        return [row.name for row in plan.contacts(connection, found)]

    assert do(house, at_hers) == ["周丽"]


@ONE
@pytest.mark.parametrize(("words", "first"), [("他拿刀要砍我", []), ("我不想活了，想跳楼", ["林老师"])])
def test_no_family_where_a_person_must_decide(words: str, first: list[str], house: Resident, hands: Hands) -> None:
    house.say(words)
    pass_time(house, hands, 130)
    assert [name for name, *_ in steps_of(house)] == ["console", *first, "值班一号", "值班二号"], (
        "no guard, nobody rung"
    )


@ONE
def test_the_residents_cancel_spares_the_family_and_nobody_else(house: Resident, hands: Hands) -> None:
    more_family(house)
    house.say(FALL)
    pass_time(house, hands)
    house.say("误报，我没事了，不用来")
    pass_time(house, hands, 130)
    assert states_of(house)["值班二号"] == NO
    assert states_of(house)["李梅"] == (steps.STOPPED, "cancel")


def test_where_a_voice_channel_is_on_a_call_goes_out_and_betrays_nothing(house: Resident, hands: Hands) -> None:
    do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}))
    house.say(FALL)
    pass_time(house, hands)

    def calls(connection: Connection) -> list[Any]:
        return list(connection.execute(select(outbox).where(outbox.c.kind == "call")))

    call, family = do(house, calls)
    assert family.user == "13900000004"
    assert (call.channel, call.user, call.state) == (reach.VOICE, "13700000001", "due")
    assert call.queue == "phone:demo:alarms", "an alarm stands behind no text message"
    assert "摔" not in str(call.body)
    assert "501" not in str(call.body)
    assert states_of(house)["值班一号"] == (steps.CALLING, None)
    page = Clerk(house, "duty").get(f"/console/alarms/{key_of(house)}", **{"accept-language": "en"}).text
    assert "is being called" in page
    do(house, lambda c: c.execute(update(outbox).where(outbox.c.id == call.id).values(state="dead")))
    page = Clerk(house, "duty").get(f"/console/alarms/{key_of(house)}", **{"accept-language": "en"}).text
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


@ONE
def test_the_first_rung_waits_for_no_talk_and_who_is_known_later_has_their_people_rung(
    house: Resident, hands: Hands
) -> None:
    """A first message: whose it is stands in no row yet when the ladder begins."""
    cry = alarms.Cry(COMMUNITY, Address("rest", house.sender), "fall", FALL, "first")
    do(house, lambda c: alarms.raise_alarm(c, cry, hands.now(), hands.real()))
    pass_time(house, hands)
    assert "张伟" not in [name for name, _, _ in steps_of(house)]
    house.say(FALL)
    assert "张伟" in [name for name, _, _ in steps_of(house)]
