"""What the person in danger hears while the ladder climbs: a name once somebody pressed, and how it ended."""

from __future__ import annotations

from datetime import timedelta

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
def test_worse_words_are_no_new_alarm_and_say_honestly_how_far_it_is(house: Resident, hands: Hands) -> None:
    """Practice 10: what was received is not received again, and nobody is "being alerted" whom nothing reaches."""
    do(house, lambda c: reach.rule(c, COMMUNITY, "", {"ambulance": "120"}))
    assert "求救收到" in house.say("救命，我摔倒了起不来").text
    pass_time(house, hands)
    assert states_of(house)["值班一号"] == (steps.UNREACHABLE, reach.NO_CHANNEL)
    worse = house.say("我现在喘不上气，胸口疼").text
    assert "求救收到" not in worse
    assert "拨打120" in worse.splitlines()[0], "what to do now comes first"
    asked = house.say("有人来吗").text
    assert "没联系上人" in asked
    assert "自己拨打120" in asked
    do(house, lambda c: reach.rule(c, COMMUNITY, "", {"ambulance": "120"}, text="demo"))
    pass_time(house, hands, 30)
    assert "发短信给值班人员" in house.say("有人来吗").text
    do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}))
    pass_time(house, hands, 150)
    assert "还没有人说要过来，一有人动身我马上告诉您" in house.say("有人来吗").text
    assert Clerk(house, "duty").post(f"/console/alarms/{key_of(house)}/take").status_code == 204
    assert "求救收到" not in house.say("更疼了，喘不上气").text


@ONE
def test_everything_they_said_is_shown_the_newest_first(house: Resident, hands: Hands) -> None:
    house.say("救命，我摔倒了起不来")
    for words in ("在家", "腿流血了，好多血", "我快晕过去了"):
        hands.at += timedelta(seconds=20)
        house.say(words)
    duty, key = Clerk(house, "duty"), key_of(house)
    board, page = duty.get("/console/alarms").text, duty.get(f"/console/alarms/{key}").text
    for shown in (board, page):
        head = shown[shown.index('class="sosbox') :]
        assert 0 < head.index("我快晕过去了") < head.index("救命，我摔倒了起不来")
    assert "腿流血了，好多血" in page[page.index('class="sosbox') : page.index("</section>")]
    assert "中间还有" in board
    (listed,) = house.items("alarms")
    assert [one["words"] for one in listed["story"]][::3] == ["救命，我摔倒了起不来", "我快晕过去了"]
    assert listed["words"] == "救命，我摔倒了起不来"
    assert duty.post(f"/console/alarms/{key}/arrived").status_code == 204
    assert "已有人在身边：" in duty.get(f"/console/alarms/{key}").text
    false = duty.post(f"/console/alarms/{key}/close", outcome="false")
    assert (false.status_code, false.json()["pointer"]) == (422, "/text")
    assert "误报" in false.json()["detail"]
    assert duty.post(f"/console/alarms/{key}/close", outcome="helped").status_code == 204
    closed = duty.get(f"/console/alarms/{key}", **{"accept-language": "en"}).text
    assert "not called yet" not in closed, "it is over"
    assert "nobody wrote down that 120 was called" in closed


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
