"""Whatever we rang for: 9 and the words of a cry are an alarm, a test passes only by what was asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.models.drills import drill
from backend.models.people import resident
from backend.models.work import alarm
from backend.services.drills import people, rows
from backend.services.ringing import notice
from bot.contract.messages import Address
from bot.contract.text import t
from tests.channels.phone.rung import COMMUNITY, Outgoing
from tests.channels.phone.rung import at as at
from tests.channels.phone.rung import bench as bench

WANG = "13800000602"


def _alarms(at: Outgoing) -> list[Any]:
    return list(at.do(lambda c: c.execute(select(alarm).order_by(alarm.c.id)).all()))


def _test_call(at: Outgoing) -> None:
    desk = at.one.app.state.desk
    at.do(lambda c: people.begin(c, COMMUNITY, rows.TEST, "1", desk.clock.real()))
    at.later(timedelta(minutes=5))
    at.deliver()
    at.pick_up(at.rung()[0])


def _states(at: Outgoing) -> list[tuple[str, str | None]]:
    mine = select(drill).where(drill.c.kind == rows.TEST, drill.c.ended_at.is_not(None))
    return [(one.state, one.reason) for one in at.do(lambda c: c.execute(mine).all())]


@pytest.mark.parametrize(
    ("said", "kind"),
    [("救命，我摔倒了起不来", "fall"), ("help, I have fallen and I cannot get up", "fall"), ("救命啊着火了", "fire")],
)
def test_whoever_is_in_danger_during_a_test_passed_none(said: str, kind: str, at: Outgoing) -> None:
    _test_call(at)
    assert "正在找人" in at.tell(said)
    at.hang_up()
    (raised,) = _alarms(at)
    assert (raised.kind, raised.state) == (kind, "open")
    assert raised.location, "it was their own number: their home is told as a guess"
    assert not raised.location_confirmed
    assert (rows.FAILED, "danger") in _states(at)
    assert rows.PASSED not in [state for state, _ in _states(at)]


@pytest.mark.parametrize("said", ["救命！", "救命啊，救命", "Help!", "help me, please"])
def test_the_word_alone_is_the_test(said: str, at: Outgoing) -> None:
    _test_call(at)
    assert "测试成功" in at.tell(said)
    assert _alarms(at) == []


@pytest.mark.parametrize("said", ["我真的摔倒了，起不来", "救命"])
def test_a_cry_after_the_word_that_it_worked_is_no_passed_test(said: str, at: Outgoing) -> None:
    _test_call(at)
    at.press("9")
    assert "正在找人" in at.tell(said)
    assert len(_alarms(at)) == 1
    assert (rows.PASSED, None) not in _states(at)


@pytest.mark.parametrize("way", ["9", "救命，我老伴晕倒了"])
def test_on_a_call_that_reads_a_notice(way: str, at: Outgoing) -> None:
    desk = at.one.app.state.desk
    by_day = datetime(2026, 11, 20, 10, 30, tzinfo=desk.clock.now().tzinfo)
    to = Address("phone", WANG, "demo")
    at.do(lambda c: notice.place(c, COMMUNITY, to, [t("Goodbye.")], "w", by_day, desk.clock.real()))
    at.deliver()
    if not at.calls:
        at.later(timedelta(hours=10))
        at.deliver()
    at.pick_up()
    said = at.press("9") if way == "9" else at.tell(way)
    assert "正在找人" in said
    at.hang_up()
    (raised,) = _alarms(at)
    whose = at.do(lambda c: c.execute(select(resident.c.id).where(resident.c.phone == WANG)).scalar_one())
    assert raised.reporter_id == whose
    assert not [one for one in at.rows() if one.state == "waiting" and one.purpose == "notice"], "it is read no more"


@pytest.mark.parametrize("said", ["试一下我的报警", "test my alarm"])
def test_a_resident_asks_for_the_test_on_their_chat_and_their_phone_rings(said: str, at: Outgoing) -> None:
    """Once a day, whatever the hour; the key on the telephone is the test, and nobody is alarmed."""
    answer = at.one.say(said).text
    assert "0 5 0 1" in answer
    assert _alarms(at) == []
    at.deliver()
    assert at.rung() == ["+8613800000501"]
    at.pick_up()
    at.press("9")
    at.hang_up()
    assert (rows.PASSED, None) in _states(at)
    again = at.one.say(said).text
    assert again != answer
    at.deliver()
    assert len(at.calls) == 1
    at.one.say("救命，我摔倒了起不来")
    assert len(_alarms(at)) == 1, "a cry is one, tested or not"


def test_nobody_is_rung_for_a_stranger_or_while_an_alarm_needs_the_line(at: Outgoing) -> None:
    at.begin()
    told = " ".join(one.text for one in at.speak("试一下我的报警"))
    assert "物业" in told or "登记" in told or "值班" in told
    at.one.say("救命，我摔倒了起不来")
    at.one.say("在家")
    calls = len(at.calls)
    at.one.say("试一下我的报警")
    at.deliver()
    assert "13800000501" not in "".join(at.rung()[calls:])
