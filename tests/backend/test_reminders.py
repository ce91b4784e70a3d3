"""Reminders: the evening before, of what still stands, once a day, never at night."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.services import reminders
from tests.conftest import MakeResident
from tests.resident import Resident

ZONE = ZoneInfo("Asia/Shanghai")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "now", "expected"),
    [
        ("2026-11-22 15:00", "2026-11-20 09:30", "2026-11-21 18:00"),
        ("2026-11-22 15:00", "2026-11-21 19:00", "2026-11-22 13:00"),
        ("2026-11-22 09:00", "2026-11-21 19:00", None),
        ("2026-11-22 15:00", "2026-11-22 14:00", None),
        ("2026-11-22 15:00", "2026-11-21 18:00", "2026-11-22 13:00"),
    ],
)
def test_when(start: str, now: str, expected: str | None) -> None:
    assert reminders.when(_at(start), _at(now)) == (None if expected is None else _at(expected))


def _booked(resident: MakeResident) -> Resident:
    one = resident(now="2026-11-20T09:30")
    one.say("I need a cleaner tomorrow at 3 pm for 2 hours")
    assert "Booked." in one.say("yes").text
    return one


def _stories(one: Resident, story: str) -> list[tuple[int, dict[str, Any]]]:
    from sqlalchemy import select

    from backend.models.talk import outbox

    rows = one.app.state.desk.db.read_now(lambda c: c.execute(select(outbox).where(outbox.c.kind == "story")).all())
    return [(row.id, row.body) for row in rows if row.body.get("story") == story]


def _remind(one: Resident, at: str) -> bool:
    desk = one.app.state.desk
    key, body = _stories(one, "reminder")[-1]
    done: bool = desk.db.submit(lambda c: reminders.remind(c, key, body["data"], _at(at), desk.clock.real())).result()
    return done


def _pushes(one: Resident) -> list[str]:
    from sqlalchemy import select

    from backend.models.talk import outbox

    rows = one.app.state.desk.db.read_now(lambda c: c.execute(select(outbox).where(outbox.c.kind == "push")).all())
    return [row.body["say"][0]["text"]["id"] for row in rows]


def test_a_booking_is_reminded_of_once_the_evening_before(resident: MakeResident) -> None:
    one = _booked(resident)
    ((_, body),) = _stories(one, "reminder")
    real = one.app.state.desk.clock.real()
    wait = datetime.fromisoformat(str(body["until"])) - real
    assert 8.4 * 3600 < wait.total_seconds() <= 8.5 * 3600
    assert _remind(one, "2026-11-20T18:00")
    _remind(one, "2026-11-20T18:01")
    assert _pushes(one) == [reminders.ONE.msgid]


def test_nobody_is_reminded_at_night(resident: MakeResident) -> None:
    one = _booked(resident)
    for late in ("2026-11-20T23:10", "2026-11-21T03:00", "2026-11-21T08:59"):
        assert not _remind(one, late)
    assert _pushes(one) == []


def test_what_was_cancelled_is_not_reminded_of(resident: MakeResident) -> None:
    one = _booked(resident)
    one.say("cancel my booking")
    one.say("yes")
    (booking,) = one.items("bookings")
    assert booking["state"] == "cancelled"
    assert not _remind(one, "2026-11-20T18:00")
    assert _pushes(one) == []


def test_what_was_moved_is_reminded_of_at_its_new_time_only(resident: MakeResident) -> None:
    one = _booked(resident)
    one.say("move it to Monday at 4 pm")
    one.say("yes")
    (booking,) = one.items("bookings")
    assert booking["at"] == "2026-11-23T16:00:00+08:00"
    old, new = _stories(one, "reminder")
    desk = one.app.state.desk
    real = desk.clock.real()

    def at(body: dict[str, Any], moment: str) -> bool:
        done: bool = desk.db.submit(lambda c: reminders.remind(c, 1, body["data"], _at(moment), real)).result()
        return done

    assert not at(old[1], "2026-11-20T18:00")
    assert at(new[1], "2026-11-22T18:00")
    assert _pushes(one) == [reminders.ONE.msgid]


def test_several_visits_on_one_day_are_one_reminder(resident: MakeResident) -> None:
    one = _booked(resident)
    one.say("I need a cook tomorrow at 6 pm for 2 hours")
    assert "Booked." in one.say("yes").text
    for key, body in _stories(one, "reminder"):
        desk = one.app.state.desk
        real = desk.clock.real()
        desk.db.submit(
            lambda c, key=key, body=body: reminders.remind(c, key, body["data"], _at("2026-11-20T18:00"), real)  # noqa: B023 - awaited at once
        ).result()
    assert _pushes(one) == [reminders.MANY.msgid]
