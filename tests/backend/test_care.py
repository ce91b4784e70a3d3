"""A word for duress, and being asked each day: what residents agreed for an emergency, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.models.ladder import care as care_table
from backend.models.people import resident
from backend.models.ringing import ring
from backend.models.staff import staff
from backend.models.talk import conversation, message, outbox
from backend.models.work import alarm, alarm_event
from backend.services import alarm_desk, care, daily
from backend.services.ladder import reach, steps, told
from backend.services.ringing import rows
from bot.contract.errors import Refused
from tests.backend.climbing import FALL, ONE, do, events_of, key_of, pass_time, pushes, states_of
from tests.bot.work.station import COMMUNITY
from tests.clerk import Clerk, Hands
from tests.resident import Resident

WORD = "橘子买好了"


def put(house: Resident, hands: Hands, values: Mapping[str, object], name: str = "李娜") -> Any:
    def work(connection: Any) -> Any:
        who = connection.execute(select(resident.c.id).where(resident.c.name == name)).scalar_one()
        row = care.put(connection, COMMUNITY, who, values, "desk", hands.real())
        daily.plan(connection, row, hands.now(), hands.real())
        return row

    return do(house, work)


@ONE
@pytest.mark.parametrize("said", [WORD, "没事了，橘子买好了", "橘子 买好了！"])
def test_their_word_raises_a_quiet_alarm_behind_a_polite_goodbye(said: str, house: Resident, hands: Hands) -> None:
    put(house, hands, {"duress": WORD})
    answer = house.say(said)
    assert answer.text == "再见，祝您一切都好。"
    assert not answer.titles
    (found,) = house.items("alarms")
    assert (found["kind"], found["quiet"], found["state"]) == ("violence", True, "open")
    pass_time(house, hands, 400)
    assert {name for name, *_ in states_of(house).items()} == {"console", "值班一号", "值班二号"}
    assert pushes(house) == [], "nothing lights up on their screen"
    page = Clerk(house, "duty").get(f"/console/alarms/{key_of(house)}", **{"accept-language": "en"}).text
    assert "their word for duress" in page


@ONE
def test_in_an_alarm_it_looks_called_off_and_is_not(house: Resident, hands: Hands) -> None:
    put(house, hands, {"duress": WORD})
    Clerk(house, "duty").post("/console/live/sound", on="yes")
    house.say(FALL)
    pass_time(house, hands)
    house.say("误报，我没事了，不用来")
    assert house.say(f"不用来了，{WORD}").text == "再见，祝您一切都好。"
    (found,) = house.items("alarms")
    assert (found["kind"], found["quiet"], found["state"]) == ("violence", True, "open")
    assert "duress" in events_of(house)
    assert states_of(house)["李娜"] == (steps.STOPPED, "quiet")
    pass_time(house, hands, 130)
    assert told.COMING.msgid not in pushes(house)


@ONE
def test_what_anybody_says_is_no_word_for_duress(house: Resident, hands: Hands) -> None:
    for words in ("没事了", "ok", "好", "1", "I'm fine", "好了，橘子", "字" * 40):
        with pytest.raises(Refused):
            put(house, hands, {"duress": words})
    put(house, hands, {"duress": WORD})
    assert house.say("我去买橘子，买好了再说").text != "再见，祝您一切都好。"
    assert house.items("alarms") == []


@ONE
def test_two_digits_are_their_word_on_our_calls_and_while_an_alarm_is_open(house: Resident, hands: Hands) -> None:
    """In a chat a number is a floor or an amount."""
    put(house, hands, {"duress": "47"})
    for said in ("47", "我家水表读数，47"):
        assert house.say(said).text != "再见，祝您一切都好。"
    assert house.items("alarms") == []
    house.say(FALL)
    assert house.say("47").text == "再见，祝您一切都好。"
    (found,) = house.items("alarms")
    assert (found["kind"], found["quiet"]) == ("violence", True)


@ONE
@pytest.mark.parametrize("said", [(WORD,), (FALL, f"没事了，{WORD}"), (f"{FALL}，{WORD}",)])
def test_their_word_stands_nowhere_in_plain_text(said: tuple[str, ...], house: Resident, hands: Hands) -> None:
    put(house, hands, {"duress": WORD})
    for one in said:
        house.say(one)
    (found,) = house.items("alarms")
    assert (found["kind"], found["quiet"]) == ("violence", True)

    def written(connection: Any) -> list[str]:
        tables = (alarm, alarm_event, message, conversation, outbox)
        return [str(row) for table in tables for row in connection.execute(select(table))]

    assert not [row for row in do(house, written) if WORD in row]


def _to_telegram(house: Resident) -> None:
    """Their chat is one into which we can write."""

    def move(connection: Any) -> None:
        connection.exec_driver_sql("UPDATE address SET channel = 'telegram' WHERE \"user\" = 'li-na'")

    do(house, move)


def _rings(house: Resident) -> list[str]:
    mine = select(ring.c.phone).where(ring.c.purpose == rows.DAILY)
    return do(house, lambda c: list(c.execute(mine).scalars()))  # type: ignore[no-any-return]  # numbers


def _kinds(house: Resident) -> list[str]:
    return do(house, lambda c: list(c.execute(select(alarm.c.kind)).scalars()))  # type: ignore[no-any-return]  # names


@ONE
def test_whoever_wants_it_is_asked_each_day_then_rung_then_looked_after(house: Resident, hands: Hands) -> None:
    """It is 9:30 of a Friday; the hour is ten."""
    do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}))
    house.say("你好")
    _to_telegram(house)
    put(house, hands, {"daily": "10:00", "knocks": "赵敏", "knocks_phone": "13800081201"})
    pass_time(house, hands, 1700)
    assert pushes(house) == []
    pass_time(house, hands, 200)
    assert pushes(house) == [daily.QUESTION.msgid]
    assert _rings(house) == []
    pass_time(house, hands, 1800)
    assert pushes(house) == [daily.QUESTION.msgid, daily.ONCE_MORE.msgid]
    assert _rings(house) == ["13800000501"]
    pass_time(house, hands, 1800)
    assert pushes(house)[-1] == daily.LOOKING.msgid
    assert _kinds(house) == ["check"]
    key = do(house, lambda c: c.execute(select(alarm.c.id)).scalar_one())
    planned = house.app.state.desk.db.read_now(lambda c: steps.of(c, key))
    assert [row.name for row in planned if row.kind != steps.CONSOLE] == ["赵敏", "值班一号"], (
        "and nobody of the family"
    )


@ONE
@pytest.mark.parametrize("answer", ["1", "我很好", "下水道有点堵"])
def test_any_word_of_theirs_is_a_sign_of_life(answer: str, house: Resident, hands: Hands) -> None:
    house.say("你好")
    put(house, hands, {"daily": "10:00"})
    pass_time(house, hands, 1900)
    said = house.say(answer).text
    assert ("听到您好" in said) is (answer != "下水道有点堵")
    pass_time(house, hands, 7200)
    assert _kinds(house) == []
    pass_time(house, hands, 86400)
    assert _kinds(house) == ["check"], "and the next day it is asked anew"


@ONE
def test_nobody_is_asked_while_away_asleep_or_after_taking_it_back(house: Resident, hands: Hands) -> None:
    do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}))
    put(house, hands, {"daily": "10:00", "away_until": date(2026, 11, 20), "naps": "09:50-11:00"})
    pass_time(house, hands, 7200)
    assert _rings(house) == []
    pass_time(house, hands, 79200 + 1800)
    assert _rings(house) == [], "half past nine"
    pass_time(house, hands, 3500)
    assert _rings(house) == [], "asleep"
    pass_time(house, hands, 200)
    assert _rings(house) == ["13800000501"], "asked by telephone, where there is no chat"
    put(house, hands, {"daily": None})
    pass_time(house, hands, 86400 * 2)
    assert _kinds(house) == []


@ONE
def test_nobody_is_rung_at_night_about_a_morning_that_the_program_slept_through(house: Resident, hands: Hands) -> None:
    do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}))
    put(house, hands, {"daily": "10:00"})
    desk = house.app.state.desk
    (row,) = do(house, lambda c: list(c.execute(select(care_table))))
    ten = desk.clock.now().replace(hour=10, minute=0)
    data = {"resident": row.resident_id, "version": row.version, "stage": daily.ASK, "day": ten.isoformat()}
    late = timedelta(hours=13)
    assert do(house, lambda c: daily.due(c, 0, data, ten + late, desk.clock.real() + late))
    assert (_rings(house), pushes(house)) == ([], [])


@ONE
def test_a_word_changed_by_the_desk_forgets_no_question_of_today(house: Resident, hands: Hands) -> None:
    put(house, hands, {"daily": "10:00"})
    pass_time(house, hands, 1900)
    put(house, hands, {"knocks": "赵敏"})
    pass_time(house, hands, 4000)
    assert _kinds(house) == ["check"]


@ONE
def test_who_cannot_hear_is_never_rung(house: Resident, hands: Hands) -> None:
    do(house, lambda c: reach.rule(c, COMMUNITY, "demo", {"ambulance": "120"}))
    put(house, hands, {"deaf": True})
    house.say(FALL)
    pass_time(house, hands, 70)
    assert states_of(house)["李娜"] == (steps.STOPPED, "deaf")


@ONE
def test_how_to_get_in_is_shown_to_who_goes_alone_and_two_go_in(house: Resident, hands: Hands) -> None:
    """Practice 17; without consent the board says who opens the door."""
    house.say(FALL)
    key = key_of(house)
    duty, english = Clerk(house, "duty"), {"accept-language": "en"}
    assert "No consent to go in" in duty.get(f"/console/alarms/{key}", **english).text
    put(house, hands, {"entry": "门垫下，密码 4711", "entry_consent": "written"})
    page = duty.get(f"/console/alarms/{key}", **english).text
    assert "two people go in together" in page
    assert "4711" not in page
    assert duty.post(f"/console/alarms/{key}/entry").status_code == 403, "nobody is going yet"
    duty.post(f"/console/alarms/{key}/take")
    assert duty.post(f"/console/alarms/{key}/entry").json()["notes"] == [["李娜", "门垫下，密码 4711"]]
    other = Clerk(house, "supervisor")
    assert other.post(f"/console/alarms/{key}/entry").status_code == 403
    assert duty.post(f"/console/alarms/{key}/entered", second="").status_code in (400, 422), "nobody goes in alone"
    assert duty.post(f"/console/alarms/{key}/entered", second="保安小李").status_code == 204
    assert events_of(house)[-2:] == ["entry", "entered"]
    assert "4711" not in duty.get(f"/console/alarms/{key}/report").text


@ONE
def test_how_to_get_in_is_of_one_account_not_of_one_name_and_needs_no_home(house: Resident, hands: Hands) -> None:
    put(house, hands, {"entry": "门垫下，密码 4711", "entry_consent": "written"})
    house.say(FALL)
    key, duty, other = key_of(house), Clerk(house, "duty"), Clerk(house, "supervisor")
    do(house, lambda c: c.execute(update(alarm).values(household_id=None, location="地库")))
    do(house, lambda c: c.execute(update(staff).values(name="张强")))
    duty.post(f"/console/alarms/{key}/take")
    assert other.post(f"/console/alarms/{key}/take").status_code == 409, "of two of one name one goes"
    assert other.post(f"/console/alarms/{key}/entry").status_code == 403
    assert duty.post(f"/console/alarms/{key}/entry").json()["notes"] == [["李娜", "门垫下，密码 4711"]]
    pass_time(house, hands, alarm_desk.GOING * 60 + 60)
    assert duty.post(f"/console/alarms/{key}/entry").status_code == 403, "their time is over, they go no more"


@ONE
def test_the_desk_takes_it_down_with_consent_and_sees_nothing_sealed(house: Resident, hands: Hands) -> None:
    duty = Clerk(house, "duty")
    who = do(
        house, lambda c: c.execute(select(resident.c.id, resident.c.household_id).where(resident.c.name == "李娜"))
    )
    key, home = who.one()
    path = f"/console/residents/{key}/care"
    assert duty.post(path, entry="门垫下").status_code in (400, 422), "nobody goes in without consent"
    form = {"daily": "09:00", "duress": WORD, "entry": "门垫下", "entry_consent": "said", "away_until": "2026-12-01"}
    assert duty.post(path, **form).status_code == 204
    page = duty.get(f"/console/homes/{home}", **{"accept-language": "en"}).text
    assert "asked each day at 09:00" in page
    assert "has a word for duress" in page
    assert WORD not in page
    assert "门垫下" not in page
    assert Clerk(house, "auditor").post(path, **form).status_code == 403


@ONE
def test_an_hour_changed_after_the_check_is_looked_after_once_more_that_day(house: Resident, hands: Hands) -> None:
    put(house, hands, {"daily": "10:00"})
    pass_time(house, hands, 1800 + 3700)
    key = do(house, lambda c: c.execute(select(alarm.c.id)).scalar_one())
    assert Clerk(house, "duty").post(f"/console/alarms/{key}/close", outcome="helped").status_code == 204
    put(house, hands, {"daily": "12:00"})
    pass_time(house, hands, 3 * 3600)
    assert sorted(do(house, lambda c: list(c.execute(select(alarm.c.state)).scalars()))) == ["closed", "open"]
