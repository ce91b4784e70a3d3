"""The call to whoever's button was pressed: asked, heard, and called off by nothing but the number spoken in it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from backend.models.work import alarm
from backend.services import devices
from backend.services.devices import Report
from backend.services.ladder import steps
from tests.channels.phone.rung import COMMUNITY, Outgoing
from tests.channels.phone.rung import at as at
from tests.channels.phone.rung import bench as bench

WANG = "+8613800000602"


def _pressed(at: Outgoing, kind: str = "pull_cord") -> str:
    clock = at.one.app.state.desk.clock
    told = Report("hub/1", "e-1", kind, "3-2-602")
    key: str = at.do(lambda c: devices.report(c, COMMUNITY, told, clock.now(), clock.real())).id
    at.climb()
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
