"""The call to whoever's button was pressed: asked, heard, and called off by nothing but the number spoken in it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from backend.models.people import resident
from backend.models.ringing import ring_event
from backend.models.work import alarm
from backend.services import alarm_desk, alarms, care, devices
from backend.services.devices import Report
from backend.services.ladder import steps
from tests.channels.phone.rung import COMMUNITY, FAMILY, FIRST, Outgoing
from tests.channels.phone.rung import at as at
from tests.channels.phone.rung import bench as bench
from tests.clerk import Clerk

WANG = "+8613800000602"


def _pressed(at: Outgoing, kind: str = "pull_cord") -> str:
    clock = at.one.app.state.desk.clock
    told = Report("hub/1", "e-1", kind, "3-2-602")
    key: str = at.do(lambda c: devices.report(c, COMMUNITY, told, clock.now(), clock.real())).id
    at.deliver()
    return key


def _of(at: Outgoing, key: str) -> Any:
    return at.do(lambda c: c.execute(select(alarm).where(alarm.c.id == key)).one())


def _step(at: Outgoing, key: str) -> tuple[str, str | None]:
    rows = at.do(lambda c: steps.of(c, key))
    return next((row.state, row.reason) for row in rows if row.kind == steps.WEARER)


def _answer(at: Outgoing) -> str:
    return at.pick_up(WANG)


def test_only_the_spoken_number_says_that_all_is_well_and_a_person_still_makes_sure(at: Outgoing) -> None:
    key = _pressed(at)
    asked = _answer(at)
    code = next(row.code for row in at.rows() if row.purpose == "wearer")
    assert " ".join(code) in asked
    at.press("11" if code != "11" else "13")
    assert _of(at, key).state == "open"
    assert "通个话确认" in at.press(code)
    assert _of(at, key).state == "cancel_requested", "and closed by nobody but a person"
    assert _step(at, key) == (steps.ANSWERED, "well")


@pytest.mark.parametrize("way", ["key", "words"])
def test_nine_or_any_words_are_a_cry(way: str, at: Outgoing) -> None:
    key = _pressed(at)
    _answer(at)
    heard = at.press("9") if way == "key" else at.tell("我摔了")
    assert "1 2 0" in heard
    assert _of(at, key).state == "open"
    assert _step(at, key) == (steps.ANSWERED, "danger")


def test_smoke_is_told_as_smoke(at: Outgoing) -> None:
    key = _pressed(at, "smoke")
    assert "别坐电梯" in _answer(at)
    at.hang_up()
    assert _step(at, key) == (steps.SILENT, "silent")
    assert _of(at, key).state == "open"


def _agree(at: Outgoing, word: str) -> None:
    real = at.one.app.state.desk.clock.real()
    who = at.do(lambda c: c.execute(select(resident.c.id).where(resident.c.name == "王建国")).scalar_one())
    at.do(lambda c: care.put(c, COMMUNITY, who, {"duress": word}, "desk", real))


def test_their_word_for_duress_sounds_as_if_all_were_well(at: Outgoing) -> None:
    """Practice 8: keyed or spoken in the call; what follows makes no sound."""
    _agree(at, "橘子买好了")
    key = _pressed(at)
    _answer(at)
    assert "通个话确认" in at.tell("没事，橘子买好了")
    found = _of(at, key)
    assert (found.state, found.kind, found.quiet) == ("open", "violence", True)
    assert _step(at, key) == (steps.ANSWERED, "duress")


def test_whoever_called_for_help_is_called_back_with_care(at: Outgoing) -> None:
    """Practice 12: on the third rung, while nobody goes; not in their ear while they talk, not after 120 was called."""
    at.one.say("救命，我摔倒了起不来")
    at.deliver()
    at.climb()
    at.climb()
    me = "+8613800000501"
    assert at.rung().count(me) == 1
    heard = at.pick_up(me)
    assert "还没有人" in heard
    assert "马上到" not in heard


def test_whoever_has_an_ambulance_on_its_way_is_not_called_back(at: Outgoing) -> None:
    """Practice 12: their line stays free for 120, whoever of them it was that called."""
    at.one.say("救命，我摔倒了起不来")
    key = str(at.one.items("alarms")[0]["id"])
    now = at.one.app.state.desk.clock.now()
    at.do(lambda c: alarm_desk.dial(c, COMMUNITY, key, "周强", "120", now))
    for _ in range(3):
        at.climb()
    assert "+8613800000501" not in at.rung()
    assert _step(at, key) == (steps.STOPPED, "dialled")


@pytest.mark.parametrize("words", ["我是聋人，发短信给我就行", "别打电话给我", "please don't call me, I am deaf"])
def test_whoever_asks_not_to_be_rung_is_not(words: str, at: Outgoing) -> None:
    """Practice 12, also where nothing of it is on file; the board shows why."""
    at.one.say("救命，我摔倒了起不来")
    at.one.say(words)
    for _ in range(3):
        at.climb()
    assert "+8613800000501" not in at.rung()
    key = str(at.one.items("alarms")[0]["id"])
    assert _step(at, key) == (steps.STOPPED, "mute")
    board = Clerk(at.one, "duty").get(f"/console/alarms/{key}", **{"accept-language": "en"}).text
    assert "Do not ring them" in board


def test_nobody_is_called_back_for_fire(at: Outgoing) -> None:
    at.one.say("着火了！厨房着火了")
    for _ in range(4):
        at.climb()
    assert "+8613800000501" not in at.rung()


def test_the_end_is_told_by_a_short_call_where_nothing_is_read(at: Outgoing) -> None:
    at.one.say("救命，我摔倒了起不来")
    at.deliver()
    at.pick_up(FAMILY)
    at.press("1")
    at.press("2")
    at.hang_up()
    key = str(at.one.items("alarms")[0]["id"])
    clock = at.one.app.state.desk.clock
    at.do(lambda c: alarm_desk.close(c, COMMUNITY, key, "周强", "helped", clock.now(), clock.real()))
    at.deliver()
    assert at.rung().count(FAMILY) == 2
    told = at.pick_up(FAMILY)
    assert "李娜" in told, "they had pressed a key and knew of it"
    assert at.over
    at.hang_up()
    assert "李娜" not in at.pick_up(FIRST)


def test_the_pendant_pressed_after_all_was_well_begins_anew(at: Outgoing) -> None:
    key = _pressed(at)
    _answer(at)
    code = next(row.code for row in at.rows() if row.purpose == "wearer")
    at.press(code)
    assert _of(at, key).state == "cancel_requested"
    clock = at.one.app.state.desk.clock
    told = Report("hub/1", "e-2", "pull_cord", "3-2-602")
    assert at.do(lambda c: devices.report(c, COMMUNITY, told, clock.now(), clock.real())).id == key
    assert _of(at, key).state == "open"
    at.climb()
    rounds = {row.round for row in at.do(lambda c: steps.of(c, key))}
    assert rounds == {1, 2}


def test_nine_after_a_word_that_it_was_nothing_begins_anew_and_does_not_ring_them_again(at: Outgoing) -> None:
    key = _pressed(at)
    _answer(at)
    clock = at.one.app.state.desk.clock
    at.do(lambda c: alarms.request_cancel(c, key, "desk", "", clock.now(), clock.real()))
    at.press("9")
    assert _of(at, key).state == "open"
    at.climb()
    assert _step(at, key) == (steps.ANSWERED, "danger")
    last = [row for row in at.do(lambda c: steps.of(c, key)) if row.kind == steps.WEARER][-1]
    assert (last.round, last.state, last.reason) == (2, steps.STOPPED, "just_called")


def test_their_word_in_digits_stands_in_no_ledger(at: Outgoing) -> None:
    _agree(at, "20")
    key = _pressed(at)
    _answer(at)
    at.press("20")
    assert _of(at, key).quiet
    assert "20" not in at.do(lambda c: [row.note for row in c.execute(select(ring_event))])
