"""Drills on the telephone: what works is written down with its seconds, what does not rings duty, none is an alarm."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from backend.models.drills import drill
from backend.models.people import contact, duty, resident
from backend.models.ringing import ring
from backend.models.talk import outbox
from backend.models.work import alarm
from backend.services import alarm_figures, alarms, care, stories
from backend.services import duty as watch
from backend.services.drills import heartbeat, people, rows, rules, run
from bot import drilling
from bot.commands.drills import _begin, _told
from bot.work.effects import EFFECTS
from tests.channels.phone.rung import COMMUNITY, Outgoing
from tests.channels.phone.rung import at as at
from tests.channels.phone.rung import bench as bench
from tests.clerk import Clerk

MACHINE = "+8613900000000"
WANTED = rules.Rule(every=10, to={"phone": ("demo", MACHINE)})
BY_DAY = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


def _desk(at: Outgoing) -> Any:
    return at.one.app.state.desk


def _drills(at: Outgoing, kind: str) -> list[Any]:
    rows_ = select(drill).where(drill.c.kind == kind).order_by(drill.c.id)
    return list(at.do(lambda c: c.execute(rows_).all()))


def _decide(at: Outgoing) -> None:
    """What the engine would wake, and what bot/drilling.py does in between; then what is due is carried."""
    desk = _desk(at)
    at.one.loop.run_until_complete(asyncio.wait_for(_looked(desk), 30))

    def due(connection: Connection) -> None:
        waiting = select(outbox).where(outbox.c.kind == "story", outbox.c.state == "due").order_by(outbox.c.id)
        for row in connection.execute(waiting).all():
            if row.body.get("story") == heartbeat.STORY:
                EFFECTS[heartbeat.STORY](connection, row.id, row.body["data"], desk.clock.now(), desk.clock.real())
                stories.end(connection, row.id)

    at.do(due)
    at.deliver()
    at.one.loop.run_until_complete(asyncio.wait_for(_looked(desk), 30))
    at.deliver()


async def _looked(desk: Any) -> None:
    await drilling._look(desk)  # one turn of a loop that waits between two


def _beat(at: Outgoing, slot: str = "1") -> None:
    desk = _desk(at)
    at.do(lambda c: rules.rule(c, COMMUNITY, WANTED, desk.clock.now(), desk.clock.real()))
    at.do(lambda c: heartbeat.begin(c, COMMUNITY, WANTED, slot, desk.clock.real()))
    _decide(at)


def _ask(at: Outgoing, kind: str) -> None:
    at.do(lambda c: people.begin(c, COMMUNITY, kind, "1", _desk(at).clock.real()))
    at.later(timedelta(minutes=5))
    at.deliver()


def _call_to(at: Outgoing, number: str) -> str:
    assert at.rung().count(number) == 1
    return number


def test_a_cry_that_nobody_uttered_goes_the_whole_way_and_is_no_alarm(at: Outgoing) -> None:
    _beat(at)
    (form,) = at.calls
    assert form["To"] == MACHINE
    inside, phone = _drills(at, rows.HEARTBEAT)
    assert (inside.way, inside.state) == (rows.INSIDE, rows.PASSED)
    assert (phone.way, phone.state) == (rows.PHONE, rows.RUNNING)
    assert "不是真的报警" in at.pick_up()
    assert at.over
    at.hang_up()
    phone = _drills(at, rows.HEARTBEAT)[1]
    assert phone.state == rows.PASSED
    assert None not in (phone.began_at, phone.stored_at, phone.handed_at, phone.answered_at, rows.took(phone))
    assert at.one.items("alarms") == []
    desk = _desk(at)
    live = at.do(lambda c: alarm_figures.live(c, desk.clock.now(), COMMUNITY))[COMMUNITY]
    assert live.within == ((0, 0), (0, 0))
    text = at.one.request("GET", "/metrics").text
    assert 'linli_drill_passed{community="sunshine",kind="heartbeat",way="phone"} 1.0' in text
    assert at.do(lambda c: rows.failing(c, COMMUNITY, desk.clock.real())) == []


def test_a_line_that_is_dead_rings_the_duty_phones_until_one_has_heard_and_not_again_each_time(at: Outgoing) -> None:
    at.fake.blocked = {MACHINE}
    _beat(at)
    assert _drills(at, rows.HEARTBEAT)[1].state == rows.FAILED
    assert [one["To"] for one in at.calls] == ["+8613700000001"]
    assert "报警台" in at.pick_up()
    at.hang_up()
    assert [one["To"] for one in at.calls][1:] == ["+8613700000002"]
    at.pick_up()
    at.press("1")
    assert at.over
    at.hang_up()
    assert [one.state for one in _drills(at, rows.TOLD)] == [rows.FAILED, rows.PASSED]
    _beat(at, "2")
    assert len(at.calls) == 2, "what goes on failing is told again after hours, not each time"
    staff = at.do(lambda c: c.execute(select(outbox).where(outbox.c.kind == "staff")).all())
    assert [one.body["way"] for one in staff if "drill" in one.body] == ["phone", "phone"]
    assert at.one.items("alarms") == []
    failing = at.do(lambda c: rows.failing(c, COMMUNITY, _desk(at).clock.real()))
    assert [(one.kind, one.way) for one in failing] == [(rows.HEARTBEAT, rows.PHONE)]
    desk = Clerk(at.one, "duty")
    assert "报警线路自检" in desk.get("/console/alarms").text
    figures = desk.get("/console/alarms/figures").text
    assert "没有成功" in figures
    assert "没有在运行" not in figures


def test_what_is_tried_by_hand_is_told_with_how_soon_alarms_are_answered(at: Outgoing) -> None:
    at.one.say("救命，我摔倒了起不来")
    desk = _desk(at)
    at.do(lambda c: _begin(c, COMMUNITY, rows.HEARTBEAT, desk.clock.real()))
    _decide(at)
    later = desk.clock.now() + timedelta(minutes=2)
    lines, failing = at.do(lambda c: _told(c, 9, later, desk.clock.real()))
    assert not failing
    assert "sunshine: 0 of 1 alarms answered within 60 s (too few for a share; goal 97.5 %), 30 days" in lines
    assert [line.split()[2:5:2] for line in lines if "heartbeat" in line] == [["heartbeat", "-"]]


def test_what_does_not_arrive_in_two_minutes_has_failed(at: Outgoing) -> None:
    _beat(at)
    real = _desk(at).clock.real()
    at.do(lambda c: heartbeat.settle(c, BY_DAY, real + timedelta(minutes=1)))
    assert _drills(at, rows.HEARTBEAT)[1].state == rows.RUNNING
    at.do(lambda c: heartbeat.settle(c, BY_DAY, real + timedelta(minutes=2)))
    at.later(timedelta(minutes=2))
    at.deliver()
    assert [(one.way, one.state, one.reason) for one in _drills(at, rows.HEARTBEAT)][1:] == [
        (rows.PHONE, rows.FAILED, heartbeat.LATE)
    ]
    assert at.calls[-1]["To"] == "+8613700000001"


def test_words_that_are_not_heard_any_more_fail_the_drill(at: Outgoing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drilling, "cries", lambda: ("今天天气怎么样",))
    _beat(at)
    assert {one.reason for one in _drills(at, rows.HEARTBEAT)} == {heartbeat.NOT_HEARD}
    assert {one["To"] for one in at.calls} == {"+8613700000001"}


def test_a_drill_whose_time_passed_while_nobody_ran_is_a_failure(at: Outgoing) -> None:
    desk = _desk(at)
    real, now = desk.clock.real(), desk.clock.now()
    at.do(lambda c: rules.rule(c, COMMUNITY, WANTED, now, real))
    data = {"community": COMMUNITY, "kind": rows.HEARTBEAT, "every": 10, "slot": "x"}
    late = {**data, "at": (real - timedelta(minutes=3)).isoformat()}
    assert at.do(lambda c: run.due(c, 1, late, now, real))
    at.do(lambda c: run.due(c, 1, late, now, real))
    (one,) = _drills(at, rows.HEARTBEAT)
    assert (one.state, one.reason) == (rows.FAILED, heartbeat.NOT_RUN)
    # Whoever switched it off, or to other minutes, is heeded.
    assert not at.do(lambda c: run.due(c, 1, {**late, "every": 5, "slot": "y"}, now, real))


def test_those_on_duty_count_as_watching_only_when_they_pressed(at: Outgoing) -> None:
    at.do(lambda c: c.execute(update(duty).values(drill_answered_at=None)))
    real = _desk(at).clock.real()
    _ask(at, rows.DUTY)
    first, second = _call_to(at, "+8613700000001"), _call_to(at, "+8613700000002")
    assert "演练" in at.pick_up(first)
    assert "1" in at.press("7"), "another key means nothing"
    at.press("1")
    at.hang_up()
    assert not at.do(lambda c: watch.watched(c, COMMUNITY, real))
    at.pick_up(second, AnsweredBy="machine_start")
    at.press("1")
    assert not at.do(lambda c: watch.watched(c, COMMUNITY, real)), "a machine has pressed nothing"
    at.press(next(one.code for one in at.rows() if one.phone == "13700000002"))
    assert at.do(lambda c: watch.watched(c, COMMUNITY, real))
    assert at.one.items("alarms") == []


def test_nobody_is_drilled_while_an_alarm_is_open(at: Outgoing) -> None:
    at.one.say("救命，我摔倒了起不来")
    at.deliver()
    calls = len(at.calls)
    _ask(at, rows.DUTY)
    assert len(at.calls) == calls


def test_a_number_that_is_not_theirs_is_told_by_day_and_stands_on_the_board(at: Outgoing) -> None:
    _ask(at, rows.NUMBER)
    number = at.do(lambda c: c.execute(select(contact.c.phone).order_by(contact.c.id)).scalars().first())
    asked = at.pick_up(_call_to(at, f"+86{number}"))
    assert "紧急联系人" in asked
    assert "李娜" not in asked, "whose contact they are is said to nobody who may be a stranger"
    at.press("2")
    assert at.over
    at.hang_up()
    failed = [one for one in _drills(at, rows.NUMBER) if one.state == rows.FAILED]
    assert [one.reason for one in failed] == ["wrong_number"]
    assert len(_drills(at, rows.TOLD)) == 1


@pytest.mark.parametrize("way", ["9", "救命"])
def test_a_resident_tries_their_call_for_help_by_key_and_by_word(way: str, at: Outgoing) -> None:
    _ask(at, rows.TEST)
    assert "不是真的报警" in at.pick_up(at.rung()[0])
    thanks = at.press(way) if way == "9" else at.tell(way)
    assert "测试成功" in thanks
    assert at.one.items("alarms") == []
    passed = [one for one in _drills(at, rows.TEST) if one.state == rows.PASSED]
    assert len(passed) == 1
    at.press("9")
    alarms = at.one.request("GET", "/api/v1/alarms", headers={"Authorization": "Bearer linli-demo-key"}).json()["items"]
    assert [one["state"] for one in alarms] == ["open"]
    assert rows.PASSED not in [one.state for one in _drills(at, rows.TEST)]
    whose = at.do(lambda c: c.execute(select(resident.c.name).where(resident.c.id == passed[0].ref)).scalar_one())
    assert whose == passed[0].name


def test_who_must_not_be_rung_is_not_rung_for_a_test(at: Outgoing) -> None:
    _ask(at, rows.TEST)
    real, asked = _desk(at).clock.real(), _drills(at, rows.TEST)
    at.do(lambda c: [care.put(c, COMMUNITY, one.ref, {"deaf": True}, "desk", real) for one in asked])
    assert (len(asked) > 0, at.do(lambda c: people.begin(c, COMMUNITY, rows.TEST, "another", real))) == (True, 0)


def test_a_mailbox_passes_no_test(at: Outgoing) -> None:
    _ask(at, rows.TEST)
    at.pick_up(at.rung()[0], AnsweredBy="machine_start")
    at.tell("您好，请在提示音后留言")
    at.hang_up()
    assert rows.PASSED not in [one.state for one in _drills(at, rows.TEST)]


def test_the_next_one_is_due_by_the_clock_on_the_wall_and_waited_for_once(at: Outgoing) -> None:
    assert rules.following(rows.HEARTBEAT, 10, datetime(2026, 11, 20, 9, 30)) == datetime(2026, 11, 20, 9, 40)
    assert rules.following(rows.HEARTBEAT, 60, datetime(2026, 11, 20, 23, 59)) == datetime(2026, 11, 21, 0, 0)
    assert rules.following(rows.DUTY, 0, datetime(2026, 11, 24, 10, 30)) == datetime(2026, 12, 1, 10, 30)
    assert rules.following(rows.TEST, 0, datetime(2026, 11, 20, 9, 30)) == datetime(2026, 12, 5, 10, 30)
    assert rules.following(rows.NUMBER, 0, datetime(2026, 11, 20, 9, 30)) == datetime(2027, 1, 12, 10, 30)
    whole = rules.Rule(10, WANTED.to, duty=True, test=True, numbers=True)
    for _ in range(2):
        at.do(lambda c: rules.rule(c, COMMUNITY, whole, BY_DAY, BY_DAY))
    rows_ = select(outbox.c.body).where(outbox.c.kind == "story")
    kinds = [body["data"]["kind"] for body in at.do(lambda c: c.execute(rows_).scalars().all())]
    assert sorted(kinds) == sorted((rows.HEARTBEAT, rows.DUTY, rows.TEST, rows.NUMBER))


def _close_all(at: Outgoing) -> None:
    clock = _desk(at).clock
    for key in at.do(lambda c: list(c.execute(select(alarm.c.id)).scalars())):
        at.do(lambda c, key=key: alarms.close(c, key, "周强", "helped", clock.now(), clock.real()))


def _states(at: Outgoing) -> list[str]:
    found: list[str] = at.do(lambda c: list(c.execute(select(alarm.c.state).order_by(alarm.c.state)).scalars()))
    return found


def test_a_nine_in_a_drill_is_a_cry_and_the_drill_asks_no_second_time(at: Outgoing) -> None:
    _ask(at, rows.NUMBER)
    number = at.rung()[0]
    at.pick_up(number)
    at.press("9")
    assert at.over
    at.hang_up()
    assert _states(at) == ["open"]
    cried = [one for one in _drills(at, rows.NUMBER) if one.reason == "danger"]
    assert len(cried) == 1
    _close_all(at)
    at.later(timedelta(hours=3))
    at.deliver()
    assert at.rung().count(number) == 1


def test_a_nine_of_another_try_is_another_alarm(at: Outgoing) -> None:
    _ask(at, rows.TEST)
    number = at.rung()[0]
    at.pick_up(number)
    at.press("9")
    at.press("9")
    _close_all(at)
    at.do(lambda c: c.execute(update(ring).where(ring.c.id == at.form["Url"].partition("call=")[2]).values(tries=2)))
    at.press("9")
    assert _states(at) == ["closed", "open"]
