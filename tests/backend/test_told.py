"""What the person in danger hears while the ladder climbs: a name once somebody pressed, and how it ended."""

from __future__ import annotations

from backend.services.ladder import lifts, reach, steps, told
from tests.backend.climbing import (
    FALL,
    NO,
    ONE,
    PLANNED,
    do,
    events_of,
    key_of,
    more_family,
    pass_time,
    pushes,
    states_of,
    step_of,
    steps_of,
)
from tests.bot.work.station import COMMUNITY
from tests.clerk import Clerk, Hands
from tests.resident import Resident


@ONE
def test_the_person_in_danger_hears_who_is_coming_and_only_then(house: Resident, hands: Hands) -> None:
    """Practice 10: a name after that person pressed, minutes only where they said some, and what became of it."""
    duty = Clerk(house, "duty")
    house.say("I fell and cannot get up")
    pass_time(house, hands)
    assert "Nobody has said yet" in house.say("is anybody coming?").text
    assert pushes(house) == []
    key = key_of(house)
    assert duty.post(f"/console/alarms/{key}/follow").status_code == 204
    assert pushes(house) == [], "who only follows is not coming"
    assert duty.post(f"/console/alarms/{key}/take").status_code == 204
    assert duty.post(f"/console/alarms/{key}/take").status_code == 204
    assert pushes(house) == [told.COMING.msgid]
    assert "is on the way" in house.say("is anybody coming?").text
    pass_time(house, hands, 600)
    assert pushes(house) == [told.COMING.msgid, told.LAPSED.msgid]
    assert "Nobody has said yet" in house.say("when will someone be here").text
    assert duty.post(f"/console/alarms/{key}/take", minutes="3").status_code == 204
    assert pushes(house)[-1] == told.COMING_IN.msgid
    assert duty.post(f"/console/alarms/{key}/close", outcome="helped").status_code == 204
    assert pushes(house)[-1] == told.OVER.msgid
    late = duty.post(f"/console/alarms/{key}/take", minutes="3")
    assert late.status_code == 409
    assert "已经关闭" in late.text, "who comes too late hears that it is over, not that somebody else has it"
    assert len(pushes(house)) == 4


@ONE
def test_nothing_is_ever_pushed_onto_the_screen_of_a_quiet_alarm(house: Resident, hands: Hands) -> None:
    duty = Clerk(house, "duty")
    house.say("他拿刀要砍我")
    pass_time(house, hands, 400)
    key = key_of(house)
    assert duty.post(f"/console/alarms/{key}/take", minutes="5").status_code == 204
    assert duty.post(f"/console/alarms/{key}/close", outcome="police").status_code == 204
    assert pushes(house) == []


@ONE
def test_a_rung_of_numbers_that_nobody_can_dial_is_not_waited_for(house: Resident, hands: Hands) -> None:
    do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}))
    do(house, lambda c: c.exec_driver_sql("UPDATE duty SET phone = 'none yet' WHERE name = '值班一号'"))
    Clerk(house, "duty").post("/console/live/sound", on="yes")
    do(house, lambda c: c.exec_driver_sql("UPDATE contact SET phone = 'ask her son' WHERE name = '张伟'"))
    more_family(house)
    house.say(FALL)
    pass_time(house, hands, 0)
    assert states_of(house)["张伟"] == (steps.UNREACHABLE, reach.NO_NUMBER)
    assert states_of(house)["李梅"] == (steps.CALLING, None)
    assert states_of(house)["值班一号"] == PLANNED, "each ladder climbs for itself"
    pass_time(house, hands, 30)
    assert states_of(house)["值班一号"] == (steps.UNREACHABLE, reach.NO_NUMBER)
    assert states_of(house)["值班二号"] == (steps.CALLING, None)


@ONE
def test_a_lift_is_known_by_its_sticker_and_its_clock_tells_who_waits(house: Resident, hands: Hands) -> None:
    house.say("I'm stuck in the lift and it does not open")
    pass_time(house, hands)
    said = house.say("31309").text
    assert "Building 5, east" in said
    (alarm,) = house.items("alarms")
    assert (alarm["location"], alarm["location_confirmed"]) == ("5栋东梯", True)
    assert ("安达电梯维保", *NO) in steps_of(house), "its firm stands on the board, to be called by hand"
    pass_time(house, hands, 600)
    assert pushes(house)[-1] == lifts.STILL.msgid
    assert len([one for one in steps_of(house) if one[0] == "安达电梯维保"]) > 2, "in each round, like everybody"
    duty = Clerk(house, "duty")
    key = key_of(house)
    assert "4000310001" in duty.post(f"/console/alarms/{key}/number", step=step_of(house, "安达电梯维保")).text
    duty.post(f"/console/alarms/{key}/take")
    duty.post(f"/console/alarms/{key}/arrived")
    pass_time(house, hands, 600)
    assert pushes(house)[-1] == lifts.THERE.msgid
    pass_time(house, hands, 600)
    assert pushes(house)[-2:] == [lifts.THERE.msgid, lifts.LATE.msgid]
    assert "overdue" in events_of(house)
    assert Clerk(house, "duty").post(f"/console/alarms/{key}/close", outcome="helped").status_code == 204
    before = len(pushes(house))
    pass_time(house, hands, 1200)
    assert pushes(house)[before:] == []
