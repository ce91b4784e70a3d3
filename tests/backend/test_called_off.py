"""An alarm that is called off by a word: those who were rung hear it, a person verifies it, and in the end all hear."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from backend.models.ringing import ring
from backend.models.talk import outbox
from backend.models.work import case
from backend.services.ladder import aftercare, reach, standdown, verify
from backend.services.ringing import rows
from tests.backend.climbing import FALL, ONE, do, events_of, key_of, pass_time, states_of
from tests.bot.work.station import COMMUNITY
from tests.clerk import Clerk, Hands
from tests.resident import Resident

OFF = "误报，我没事了，不用来"
ONE_DUTY, FAMILY, GUARD = "13700000001", "13900000004", "13700000009"
GUARD_ROOM = {"name": "门岗", "phone": GUARD}


def _rule(house: Resident, text: str = "demo", voice: str = "demo") -> None:
    do(house, lambda c: reach.rule(c, COMMUNITY, voice, {"ambulance": "120"}, GUARD_ROOM, text))


def _written(house: Resident, msgid: str = "") -> list[tuple[str, Any]]:
    def read(connection: Any) -> list[tuple[str, Any]]:
        found = connection.execute(select(outbox).where(outbox.c.kind == "alert").order_by(outbox.c.id)).all()
        said = [(row.user, row.body["say"][0]["text"]) for row in found]
        return [(user, text) for user, text in said if not msgid or text["id"] == msgid]

    return do(house, read)  # type: ignore[no-any-return]  # as read


@ONE
def test_whoever_was_rung_hears_that_it_is_being_verified_and_how_it_ended(house: Resident, hands: Hands) -> None:
    """Practice 4 and 19; the guard room reads nothing, so it is told by a short call."""
    _rule(house)
    house.say(FALL)
    pass_time(house, hands)
    house.say(OFF)
    house.say("真的没事")
    assert sorted(user for user, _ in _written(house, standdown.CALLED_OFF.msgid)) == [ONE_DUTY, FAMILY]
    duty, key = Clerk(house, "duty"), key_of(house)
    refused = duty.post(f"/console/alarms/{key}/close", outcome="helped")
    assert refused.status_code in (400, 422), "nobody has spoken with them"
    assert duty.post(f"/console/alarms/{key}/close", outcome="false", text="通过电话，孩子按的").status_code == 204
    assert sorted(user for user, _ in _written(house, standdown.OVER.msgid)) == [ONE_DUTY, FAMILY]
    for _, text in _written(house):
        assert "李娜" not in str(text), "whoever pressed nothing learns nothing of whom it was about"

    def news(connection: Any) -> list[tuple[str, str]]:
        mine = select(ring.c.phone, ring.c.purpose).where(ring.c.purpose == rows.NEWS)
        return [tuple(row) for row in connection.execute(mine)]

    assert do(house, news) == [(GUARD, rows.NEWS)] * 2


@ONE
def test_a_cancel_that_nobody_verifies_within_five_minutes_is_red(house: Resident, hands: Hands) -> None:
    house.say(FALL)
    pass_time(house, hands)
    house.say(OFF)
    pass_time(house, hands, 290)
    assert "unverified" not in events_of(house)
    pass_time(house, hands, 15)
    assert events_of(house).count("unverified") == 1
    assert house.items("alarms")[0]["state"] == "cancel_requested", "no machine closes it"
    page = Clerk(house, "duty").get(f"/console/alarms/{key_of(house)}", **{"accept-language": "en"}).text
    assert "Nobody has spoken with them" in page


@ONE
def test_three_cancels_in_a_month_are_a_visit_and_no_fine(house: Resident, hands: Hands) -> None:

    def cases(connection: Any) -> list[Any]:
        return list(connection.execute(select(case).where(case.c.category == verify.CATEGORY)))

    for round_ in range(4):
        house.say(FALL)
        house.say(OFF)
        key = next(one["id"] for one in house.items("alarms") if one["state"] != "closed")
        assert len(do(house, cases)) == (1 if round_ >= 2 else 0)
        closed = Clerk(house, "duty").post(f"/console/alarms/{key}/close", outcome="false", text="当面看过，没事")
        assert closed.status_code == 204
        hands.pass_(days=1)
    (visit,) = do(house, cases)
    assert (visit.location, visit.state) == ("3栋2单元501", "received")


@ONE
def test_nobody_calls_off_the_alarm_of_somebody_else(house: Resident, hands: Hands) -> None:
    house.say(FALL)
    pass_time(house, hands)
    answer = house.say(OFF, sender="neighbour").text
    assert house.items("alarms")[0]["state"] == "open"
    assert "cancel_requested" not in events_of(house)
    assert "通知" not in answer


@ONE
@pytest.mark.parametrize(
    "words",
    [
        "他拿刀要砍我",
        "我不想活了",
        "我胸口疼得厉害，喘不上气",
        "我摔倒了起不来，头磕在地上",
        "I fell and hit my head, I cannot get up",
    ],
)
def test_some_alarms_take_no_cancel_by_word(words: str, house: Resident, hands: Hands) -> None:
    house.say(words)
    pass_time(house, hands)
    house.say(OFF)
    assert house.items("alarms")[0]["state"] == "open"


@ONE
def test_a_quiet_alarm_tells_its_end_to_the_people_on_duty_alone(house: Resident, hands: Hands) -> None:
    _rule(house)
    house.say(FALL)
    pass_time(house, hands)
    house.say("他拿刀要砍我")
    assert Clerk(house, "duty").post(f"/console/alarms/{key_of(house)}/close", outcome="police").status_code == 204
    assert [user for user, _ in _written(house, standdown.OVER.msgid)] == [ONE_DUTY]


@ONE
def test_whose_home_it_is_may_be_told_later(house: Resident, hands: Hands) -> None:
    """Practice 1: nobody of the caller's is rung for her; hers are, the moment it is known who she is."""
    house.say("我妈晕倒了")
    pass_time(house, hands, 40)
    assert "张伟" not in states_of(house)
    house.say("5栋1单元302")
    assert states_of(house)["周丽"][0] != "planned"
    assert "张伟" not in states_of(house)


@ONE
def test_whoever_did_not_want_to_live_is_asked_a_day_and_a_week_later(house: Resident, hands: Hands) -> None:
    """Practice 9: a case for a person, which says nothing of why."""
    house.say("我不想活了")
    pass_time(house, hands)
    assert "林老师" in states_of(house), "who is trained for it is rung first"
    assert "有人在" not in house.say("有人吗").text, "nobody has said yet that they are there"
    key = key_of(house)
    assert Clerk(house, "duty").post(f"/console/alarms/{key}/close", outcome="helped").status_code == 204

    def found(connection: Any) -> list[str]:
        return list(connection.execute(select(case.c.details).where(case.c.category == aftercare.CATEGORY)).scalars())

    for days, count in ((0.9, 0), (0.2, 1), (5, 1), (1, 2)):
        pass_time(house, hands, days * 86400)
        assert len(do(house, found)) == count
    assert "自杀" not in str(do(house, found))
    assert "活" not in str(do(house, found))


@ONE
def test_a_cry_after_a_cancel_begins_anew(house: Resident, hands: Hands) -> None:
    """Who was going was told that it is nothing: nobody is going any more, and the family is rung too."""
    _rule(house)
    house.say(FALL)
    pass_time(house, hands)
    assert Clerk(house, "duty").post(f"/console/alarms/{key_of(house)}/take").status_code == 204
    house.say(OFF)
    assert house.items("alarms")[0]["state"] == "cancel_requested"
    house.say(FALL)
    found = house.items("alarms")[0]
    assert (found["state"], found["accepted_by"]) == ("open", None)
    assert sorted(user for user, _ in _written(house, standdown.TAKEN_BACK.msgid)) == [ONE_DUTY, FAMILY]
    calls = events_of(house).count("calling")
    pass_time(house, hands)
    assert events_of(house).count("calling") > calls
    assert states_of(house)["张伟"] == ("calling", None)
    house.say(OFF)
    pass_time(house, hands, 290)
    assert "unverified" not in events_of(house), "the clock of the second cancel is its own"
    pass_time(house, hands, 15)
    assert events_of(house).count("unverified") == 1


@ONE
def test_a_cry_while_nobody_called_it_off_begins_no_second_round(house: Resident, hands: Hands) -> None:
    house.say(FALL)
    pass_time(house, hands)
    house.say(FALL)
    assert "again" not in events_of(house)


@ONE
def test_nobody_else_calls_it_off(house: Resident, hands: Hands) -> None:
    """Who writes on the same channel has no part in another's alarm: neither their "never mind" nor their own cry."""
    house.say(FALL)
    (mine,) = house.items("alarms")
    house.say(OFF, sender="neighbour")
    assert [(one["id"], one["state"]) for one in house.items("alarms")] == [(mine["id"], "open")]
    assert house.tracker("neighbour")["sos"] is None
    house.say("厨房着火了", sender="neighbour")
    (theirs,) = house.items("alarms", conversation="neighbour")
    assert (theirs["kind"], theirs["id"] != mine["id"]) == ("fire", True)
    assert [one["kind"] for one in house.items("alarms")] == ["fall"]
