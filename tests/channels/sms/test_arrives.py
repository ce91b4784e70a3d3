"""A text message calls for help; whether one may rely on it shows a test of ours that comes back (practice 14)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backend.models.drills import drill
from backend.services.drills import heartbeat, rows, rules
from tests.channels.drivers.sms import Vendor

COMMUNITY, MACHINE = "sunshine", "+8613900000000"
WANTED = rules.Rule(every=10, to={"sms": ("demo", MACHINE)})
LATE = "可能会晚到"


def _real(at: Vendor) -> Any:
    return at.one.app.state.desk.clock.real()


def _test(at: Vendor) -> str:
    """One that the vendor has taken; returns what the machine reads."""
    at.do(lambda c: rules.rule(c, COMMUNITY, WANTED, _real(at), _real(at)))
    at.do(lambda c: heartbeat.begin(c, COMMUNITY, WANTED, "1", _real(at)))
    mine = select(drill.c.id).where(drill.c.way == "sms")
    key = at.do(lambda c: c.execute(mine).scalar_one())
    at.do(lambda c: rows.begin(c, key, _real(at)))
    at.do(lambda c: heartbeat.stand(c, key, _real(at)))
    at.do(lambda c: heartbeat.rung(c, 1, {"drill": key}, _real(at), _real(at)))
    at.deliver()
    at.do(lambda c: heartbeat.settle(c, _real(at), _real(at)))
    return str(at.fake.texts()[-1])


def _back(at: Vendor, text: str) -> int:
    sent = len(at.fake.sent)
    at.message(Body=text, From=MACHINE)
    at.deliver()
    return len(at.fake.sent) - sent


def test_where_nothing_shows_that_they_arrive_whoever_cries_is_told_to_call_as_well(at: Vendor) -> None:
    at.say("救命，我摔倒了起不来")
    assert LATE in " ".join(at.fake.texts())
    assert at.one.request("GET", "/api/v1/alarms", headers={"Authorization": "Bearer linli-demo-key"}).json()["items"]


def test_a_test_that_a_machine_sends_back_in_time_shows_it(at: Vendor) -> None:
    text = _test(at)
    assert _back(at, f"转发：{text}") == 0, "nothing is answered, or two machines would talk for ever"
    at.do(lambda c: _aged(c, timedelta(minutes=1)))
    assert at.do(lambda c: heartbeat.arrives(c, COMMUNITY, "sms", _real(at)))
    at.say("救命，我摔倒了起不来")
    assert LATE not in " ".join(at.fake.texts())


def test_one_that_came_back_late_or_never_or_was_written_by_somebody_shows_nothing(at: Vendor) -> None:
    text = _test(at)
    at.do(lambda c: _aged(c, timedelta(minutes=1)))
    assert not at.do(lambda c: heartbeat.arrives(c, COMMUNITY, "sms", _real(at))), "never"
    assert not at.do(lambda c: heartbeat.came_back(c, COMMUNITY, "sms", "LT-00000000", _real(at)))
    _back(at, text)
    assert not at.do(lambda c: heartbeat.arrives(c, COMMUNITY, "sms", _real(at))), "a minute later"


def _aged(connection: Any, span: timedelta) -> None:
    """As if it had all been so long ago."""
    for row in connection.execute(select(drill)).all():
        times = ("due_at", "handed_at", "answered_at")
        moved = {name: getattr(row, name) - span for name in times if getattr(row, name) is not None}
        connection.execute(drill.update().where(drill.c.id == row.id).values(**moved))
