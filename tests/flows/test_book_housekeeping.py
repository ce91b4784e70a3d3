"""Bookings in talk that need more than one resident, one conversation or one helper."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select, update

from backend.models.housekeeping import provider
from tests.conftest import MakeResident
from tests.resident import DEMO_KEY, Resident

NOW = "2026-11-20T09:30"
WISH = "I need a cleaner tomorrow at 3 pm for 2 hours"


def _alone(connection: Connection) -> None:
    """One helper for all."""
    first = select(provider.c.id).order_by(provider.c.rank).limit(1).scalar_subquery()
    connection.execute(update(provider).where(provider.c.id != first).values(active=False))


def _one_helper(resident: Resident) -> None:
    resident.app.state.desk.db.submit(_alone).result()


def test_a_taken_wish_gets_three_real_free_times(resident: MakeResident) -> None:
    one = resident(now=NOW)
    _one_helper(one)
    one.say(WISH)
    one.say("yes")
    taken = one.say(WISH, sender="late")
    assert "that time is taken" in taken.text
    assert [payload[4:20] for payload in taken.payloads] == ["2026-11-21T12:00", "2026-11-21T13:00", "2026-11-21T17:00"]
    assert "at 5:00\u202fPM" in one.say(taken.payloads[2], sender="late").text
    assert "Booked." in one.say("yes", sender="late").text
    (item,) = one.items("bookings", conversation="late")
    assert (item["when"], item["at"]) == ("2026-11-21T15:00:00+08:00", "2026-11-21T17:00:00+08:00")


def test_somebody_quicker_at_the_read_back(resident: MakeResident) -> None:
    """Both were read the same helper: the second is read another one before anything is booked."""
    one = resident(now=NOW)
    first, second = one.say(WISH), one.say(WISH, sender="late")
    assert "Wang Xiulan" in first.text
    assert "Wang Xiulan" in second.text
    assert "Booked." in one.say("yes").text
    again = one.say("yes", sender="late")
    assert "quicker" in again.text
    assert "Helper: Wang Xiulan" not in again.text
    assert "Booked." in one.say("yes", sender="late").text


def test_a_new_conversation_finds_the_booking_by_its_day(resident: MakeResident) -> None:
    one = resident(now=NOW)
    for wish in (WISH, "I need a cook on Sunday at 5 pm for 2 hours"):
        one.say(wish)
        one.say("yes")
    asked = one.say("cancel my booking on Saturday", sender="new")
    assert "Cleaning" in asked.text
    assert "Cancelling is free" in asked.text
    assert "cancelled" in one.say("yes", sender="new").text
    states = {item["service"]: item["state"] for item in one.items("bookings")}
    assert states == {"cleaning": "cancelled", "cooking": "booked"}
    moved = one.say("move my booking to Monday 10 am", sender="newer")
    assert "Mon 23 Nov at 10:00\u202fAM" in moved.text
    assert "Changed" in one.say("yes", sender="newer").text


def test_several_bookings_are_asked_which(resident: MakeResident) -> None:
    one = resident(now=NOW)
    for wish in (WISH, "I need a cook on Sunday at 5 pm for 2 hours"):
        one.say(wish)
        one.say("yes")
    asked = one.say("cancel my booking", sender="new")
    assert len(asked.titles) == 3
    assert "leave it" in one.say(asked.payloads[-1], sender="new").text
    asked = one.say("cancel my booking", sender="new")
    assert "Cooking" in one.say(asked.payloads[1], sender="new").text
    assert "cancelled" in one.say("yes", sender="new").text


def test_the_same_yes_twice_books_once(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say(WISH)
    first, again = one.say("yes", message_id="m-2"), one.say("yes", message_id="m-2")
    assert first.text == again.text
    assert len(one.items("bookings")) == 1


@pytest.mark.parametrize("wish", ["tomorrow at 3am", "2026-11-19 at 10:00", "tomorrow at 23:30"])
def test_what_cannot_be_is_refused_with_times_that_can(resident: MakeResident, wish: str) -> None:
    one = resident(now=NOW)
    refused = one.say(f"book a cleaner {wish}")
    assert len(refused.payloads) == 3
    assert one.items("bookings") == []
    for at in refused.payloads:
        one.say("start over")
        one.say(f"book a cleaner {wish}")
        assert "Nobody works" not in one.say(at).text


def test_a_late_cancel_names_its_fee_first(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("I need a cleaner today at 3 pm for 2 hours")
    one.say("yes")
    late = resident(sender="later", now="2026-11-20T12:30")
    asked = late.say("cancel my booking")
    assert "30.00" in asked.text
    assert "The fee is" in late.say("yes").text


def test_the_api_shows_wish_and_booked_time_apart(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("book a cleaner for Saturday afternoon, 2 hours")
    one.say("yes")
    (item,) = one.items("bookings", kind="housekeeping", state="booked")
    assert (item["when"], item["at"]) == ("2026-11-21", "2026-11-21T14:00:00+08:00")
    assert item["slots"]["service"] == "cleaning"
    head = {"Authorization": f"Bearer {DEMO_KEY}"}
    assert one.request("GET", f"/api/v1/bookings/{item['number']}", headers=head).json()["id"] == item["id"]
    assert one.request("GET", "/api/v1/bookings/nothing", headers=head).status_code == 404
    assert one.request("GET", "/api/v1/bookings").status_code == 401
    moved = one.request("POST", f"/api/v1/bookings/{item['id']}/state", json={"state": "done"}, headers=head)
    assert moved.status_code == 409
    moved = one.request("POST", f"/api/v1/bookings/{item['id']}/state", json={"state": "arrived"}, headers=head)
    assert moved.json()["state"] == "arrived"
