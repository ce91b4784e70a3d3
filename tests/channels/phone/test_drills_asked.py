"""A test of the call for help passes by a call for help alone, and its later tries give way like any other call."""

from __future__ import annotations

import pytest

from backend.services.drills import people, rows
from backend.services.ringing import calls
from backend.services.ringing import rows as rings
from tests.channels.phone.rung import COMMUNITY, Outgoing
from tests.channels.phone.rung import at as at
from tests.channels.phone.rung import bench as bench
from tests.channels.phone.test_drills import _ask, _desk, _drills


@pytest.mark.parametrize("sigh", ["啊", "哪呀", "please"])
def test_a_sigh_is_no_call_for_help_that_arrived(sigh: str, at: Outgoing) -> None:
    _ask(at, rows.TEST)
    at.pick_up(at.rung()[0])
    assert "测试成功" not in at.tell(sigh)
    assert rows.PASSED not in [one.state for one in _drills(at, rows.TEST)]


def test_a_test_that_was_asked_for_is_tried_again_like_any_other_call(at: Outgoing) -> None:
    """At once, also while an alarm is open, because somebody wishes it; what is tried later gives way."""
    at.one.say("救命，我摔倒了起不来")
    desk = _desk(at)
    person = (1, "测试", "13900000077", None)
    real = desk.clock.real()
    at.do(lambda c: people.ring(c, COMMUNITY, rows.TEST, "asked", person, real, real, asked=True))
    call = next(one.id for one in at.rows() if one.phone == "13900000077")
    assert at.do(lambda c: calls.begin(c, call, "phone", desk.clock.now(), real)) == rings.DRILL
    assert at.do(lambda c: calls.begin(c, call, "phone", desk.clock.now(), real)) == "", "an alarm is open"
