"""The bell for people without a smartphone: who is at the gate is admitted with two digits spoken in the call."""

from __future__ import annotations

from typing import Any

import pytest

from backend.models.talk import outbox
from backend.services import bells
from tests.channels.phone.rung import COMMUNITY, Outgoing
from tests.channels.phone.rung import at as at
from tests.channels.phone.rung import bench as bench

KEY = {"authorization": "Bearer linli-demo-key", "content-type": "application/json"}


def _event(key: str = "e-1", **data: str) -> dict[str, Any]:
    data = {"gate": "东门", "home": "3-2-501", "visitor": "送药的", **data}
    return {"specversion": "1.0", "id": key, "source": "gate/east", "type": "linli.gate.bell", "data": data}


def _ring(at: Outgoing, event: dict[str, Any] | None = None) -> Any:
    answer = at.one.request("POST", "/api/v1/events", json=event or _event(), headers=KEY)
    at.deliver()
    return answer


def _state(at: Outgoing, answer: Any) -> str:
    found = at.one.request("GET", f"/api/v1/bells/{answer.json()['id']}", headers=KEY).json()
    assert found.keys() == {"id", "gate", "state", "rang_at", "ended_at"}, "who is at home stays unsaid"
    return str(found["state"])


def test_the_home_is_called_and_admits_by_the_digits_it_heard(at: Outgoing) -> None:
    answer = _ring(at)
    assert answer.status_code == 202
    said = at.pick_up()
    code = at.rows()[0].code
    assert "送药的在东门" in said
    assert " ".join(code) in said
    # Other digits than the code's, and none of them a 9: that is danger on every call, and rings others at once.
    at.press("".join("1" if one != "1" else "2" for one in code))
    assert _state(at, answer) == "ringing", "other digits open nothing"
    assert "门口放行" in at.press(code)
    assert at.over
    at.hang_up()
    assert _state(at, answer) == "admitted"
    assert len(at.calls) == 1


def test_the_digits_may_be_said(at: Outgoing) -> None:
    answer = _ring(at)
    at.pick_up()
    code = at.rows()[0].code
    at.tell("请让他进来，" + "".join("零一二三四五六七八九"[int(one)] for one in code))
    assert _state(at, answer) == "admitted"


@pytest.mark.parametrize("way", ["2", "不认识，别让他进来"])
def test_refused_is_refused_and_nobody_else_is_asked(way: str, at: Outgoing) -> None:
    answer = _ring(at)
    at.pick_up()
    assert "不放行" in (at.press(way) if way == "2" else at.tell(way))
    at.hang_up()
    assert _state(at, answer) == "refused"
    assert len(at.calls) == 1


def test_where_nobody_answers_the_second_contact_is_rung_and_then_the_policy_decides(at: Outgoing) -> None:
    answer = _ring(at)
    at.form = at.calls[0]
    at.hang_up("no-answer")
    assert len(at.calls) == 2
    assert at.calls[1]["To"] != at.calls[0]["To"]
    at.pick_up()
    at.machine()
    at.tell("请留言 4 7")
    assert _state(at, answer) == "ringing", "a mailbox lets nobody in"
    at.hang_up()
    assert _state(at, answer) == "unanswered"
    staff = at.do(lambda c: [row.body for row in c.execute(outbox.select().where(outbox.c.kind == "staff")).all()])
    assert [one["gate"] for one in staff if "bell" in one] == ["东门"]


@pytest.mark.parametrize(("unanswered", "state"), [("wait", "unanswered"), ("refuse", "refused")])
def test_at_night_what_the_house_has_written_holds(unanswered: str, state: str, at: Outgoing) -> None:
    at.do(lambda c: bells.rule(c, COMMUNITY, bells.House(opens=12, closes=13, unanswered=unanswered)))
    assert _state(at, _ring(at)) == state
    assert not at.calls


def test_the_same_event_rings_once_and_a_finger_on_the_bell_is_stopped(at: Outgoing) -> None:
    assert _ring(at).json()["id"] == _ring(at).json()["id"]
    assert len(at.calls) == 1
    assert [_ring(at, _event(f"e-{n}")).status_code for n in (2, 3, 4)] == [202, 202, 429]


@pytest.mark.parametrize(
    ("change", "status"),
    [({"home": "3-2-999"}, 422), ({"gate": ""}, 422), ({"code": "1"}, 422)],
)
def test_what_is_wrong_is_said(change: dict[str, str], status: int, at: Outgoing) -> None:
    assert _ring(at, _event(**change)).status_code == status


def test_without_a_key_nobody_rings(at: Outgoing) -> None:
    assert at.one.request("POST", "/api/v1/events", json=_event()).status_code == 401
