"""An outage that is told to us stands on the board, and old people whom no app reaches hear of it by telephone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from backend.models.ladder import care
from backend.models.people import address
from backend.services import announce, bindings
from tests.channels.drivers.phone import PATH, new_call
from tests.channels.phone.rung import COMMUNITY, Outgoing
from tests.channels.phone.rung import at as at
from tests.channels.phone.rung import bench as bench
from tests.channels.phone.test_bell import KEY
from tests.channels.phone.test_phone import said

OLD = "13800005302"


@pytest.fixture
def quiet(at: Outgoing) -> Outgoing:
    """Nobody old is reached by an app."""
    at.do(lambda c: c.execute(update(address).values(verified_at=None)))
    return at


def _told(at: Outgoing, key: str = "o-1", **changed: Any) -> Any:
    now = at.one.app.state.desk.clock.now()
    begins = now + timedelta(hours=20)
    data: dict[str, Any] = {"title": {"zh_Hans": "停电", "en": "Power off"}}
    data |= {"body": {"zh_Hans": "检修。", "en": "Repairs."}}
    data |= {"buildings": ["5"], "begins": begins.isoformat(), "key": "power"}
    data |= {"until": (begins + timedelta(hours=3)).isoformat(), **changed}
    event = {"specversion": "1.0", "id": key, "source": "pumps", "type": "linli.outage", "data": data}
    answer = at.one.request("POST", "/api/v1/events", json=event, headers=KEY)
    at.climb(announce.STORY)
    return answer


def test_who_has_no_app_is_called_and_callers_hear_of_it(quiet: Outgoing) -> None:
    at = quiet
    assert _told(at).status_code == 202
    (call,) = at.calls
    assert call["To"].endswith(OLD)
    assert "停电" in at.pick_up(AnsweredBy="human")
    at.press("1")
    at.hang_up()
    assert [row.state for row in at.rows()] == ["accepted"]
    assert "停电" in said(at.hear(at.send(PATH, From=f"+86{OLD}", CallSid=new_call())))


def test_told_twice_rings_once_and_a_correction_is_news(quiet: Outgoing) -> None:
    first = _told(quiet)
    assert _told(quiet).json()["notice"] == first.json()["notice"]
    assert len(quiet.rows()) == 1
    later = quiet.one.app.state.desk.clock.now() + timedelta(hours=22)
    assert _told(quiet, "o-2", begins=later.isoformat()).json()["notice"] == first.json()["notice"]
    assert len(quiet.rows()) == 2
    assert len(quiet.calls) == 1, "one call a day; the next one waits"


def test_what_is_over_is_not_told_any_more(quiet: Outgoing) -> None:
    _told(quiet)
    _told(quiet, "o-2", state="over")
    assert len(quiet.rows()) == 1
    assert "停电" not in said(quiet.hear(quiet.send(PATH, From=f"+86{OLD}", CallSid=new_call())))


def test_a_call_that_would_come_after_it_is_over_is_not_made(quiet: Outgoing) -> None:
    now = quiet.one.app.state.desk.clock.now()
    soon = {"begins": (now + timedelta(minutes=15)).isoformat(), "until": (now + timedelta(hours=2)).isoformat()}
    _told(quiet, **soon)
    for tries in (1, 2, 2):
        assert len(quiet.calls) == tries
        quiet.pick_up(AnsweredBy="machine_start")
        quiet.hang_up()
        quiet.later(timedelta(hours=tries * 4))
        quiet.deliver()


def test_who_does_not_hear_is_not_rung(quiet: Outgoing) -> None:
    (mine,) = quiet.do(lambda c: bindings.by_phone(c, COMMUNITY, OLD))
    real = quiet.one.app.state.desk.clock.real()
    row = {"resident_id": mine, "community_id": COMMUNITY, "deaf": True, "updated_at": real, "by": "x"}
    quiet.do(lambda c: c.execute(care.delete().where(care.c.resident_id == mine)))
    quiet.do(lambda c: c.execute(care.insert().values(row)))
    _told(quiet)
    assert quiet.rows() == []
