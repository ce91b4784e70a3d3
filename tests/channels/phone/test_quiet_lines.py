"""Whoever lives alone or is old and says nothing on a call, calls twice for nothing, or cannot be made out."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from backend.models.people import address, community
from backend.models.talk import outbox
from backend.models.work import alarm
from backend.services import lines, stories
from bot.work.effects import EFFECTS
from tests.channels.drivers.phone import Vendor

CALLER = "13800000501"


def _checks(at: Vendor) -> list[str]:
    return list(at.do(lambda c: c.execute(select(alarm.c.kind)).scalars().all()))


def _wait(at: Vendor) -> None:
    """What waits for the second call is decided, as the work engine would wake it."""
    desk = at.one.app.state.desk

    def due(connection: Any) -> None:
        rows = connection.execute(select(outbox).where(outbox.c.kind == "story", outbox.c.state == "due")).all()
        for row in rows:
            if row.body.get("story") == lines.STORY:
                EFFECTS[lines.STORY](connection, row.id, row.body["data"], desk.clock.now(), desk.clock.real())
                stories.end(connection, row.id)

    at.do(due)


def test_silence_of_somebody_who_lives_alone_is_a_check_and_no_ladder(at: Vendor) -> None:
    at.is_known(lives_alone=True)
    at.begin()
    at.silent()
    assert _checks(at) == []
    at.silent()
    at.silent()
    assert _checks(at) == ["check"]


@pytest.mark.parametrize("sound", ["哎哟……哎哟……", "啊啊啊", "呜呜……", "ohh... ugh", "aargh"])
def test_moans_of_somebody_who_lives_alone_are_a_check(sound: str, at: Vendor) -> None:
    at.is_known(lives_alone=True)
    at.begin()
    at.speak(sound)
    assert _checks(at)[:1] == ["check"]


@pytest.mark.parametrize("said", ["嗯", "哎哟，水管又漏了", "啊，不对", "oh, the tap drips", "好"])
def test_a_word_beside_a_sigh_is_no_moan(said: str, at: Vendor) -> None:
    at.is_known(lives_alone=True)
    at.begin()
    at.speak(said)
    assert _checks(at) == []


def test_moans_of_anybody_else_are_no_check(at: Vendor) -> None:
    at.is_known(lives_alone=False, birth_year=1986)
    at.begin()
    at.speak("哎哟……哎哟……")
    assert _checks(at) == []


def test_silence_of_anybody_else_is_a_call_back_as_before(at: Vendor) -> None:
    at.is_known(lives_alone=False, birth_year=1986)
    at.begin()
    for _ in range(3):
        at.silent()
    assert _checks(at) == []


def test_a_number_of_somebody_who_moved_out_is_nobodys(at: Vendor) -> None:
    at.is_known(lives_alone=True, household_id=None, left_at=at.one.app.state.desk.clock.real())
    at.begin()
    for _ in range(3):
        at.silent()
    assert _checks(at) == []


def test_a_call_to_another_estate_counts_for_nothing_here(at: Vendor) -> None:
    at.is_known(birth_year=1940)
    at.begin()
    at.begin()
    other = {"id": "elsewhere", "names": {"en": "Elsewhere"}, "timezone": "Asia/Shanghai", "demo": False}
    at.do(lambda c: c.execute(insert(community).values(other)))
    calls = update(address).where(address.c.user.contains(CALLER))
    assert at.do(lambda c: c.execute(calls.values(community_id="elsewhere")).rowcount)
    _wait(at)
    assert _checks(at) == []


def test_two_calls_that_drop_are_a_check_and_a_word_in_between_ends_it(at: Vendor) -> None:
    at.is_known(birth_year=1940)
    at.begin()
    at.begin()
    at.speak("厨房水龙头漏水")
    _wait(at)
    assert _checks(at) == [], "they speak"


def test_two_calls_that_drop_and_nothing_else(at: Vendor) -> None:
    at.is_known(birth_year=1940)
    at.begin()
    _wait(at)
    assert _checks(at) == [], "one call may drop"
    at.begin()
    _wait(at)
    assert _checks(at) == ["check"]


def test_somebody_old_whom_we_could_not_make_out_twice_gets_a_person(at: Vendor) -> None:
    for year, kinds in ((1986, []), (1940, ["callback"])):
        at.is_known(birth_year=year, lives_alone=False)
        at.begin()
        at.speak("嘟噜巴拉哇")
        at.speak("哇啦咕噜嘟")
        assert [case["kind"] for case in at.one.items("cases")] == kinds, year
