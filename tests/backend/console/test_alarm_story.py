"""What of an alarm's history is told at the desk, and what is only for whoever answers next."""

from __future__ import annotations

from sqlalchemy import Connection, select

from backend.models.work import alarm_event
from tests.clerk import Clerk
from tests.resident import Resident


def test_how_an_alarm_is_answered_is_no_event_at_the_desk(house: Resident) -> None:
    house.say("My daughter texted me at work: a man is picking the lock of our flat, she hides in the wardrobe")
    key = str(house.items("alarms")[0]["id"])

    def told(connection: Connection) -> set[str]:
        return set(connection.scalars(select(alarm_event.c.name).where(alarm_event.c.alarm_id == key)))

    assert "openly" in house.app.state.desk.db.read_now(told)
    page = Clerk(house, "duty").get(f"/console/alarms/{key}", **{"accept-language": "en"}).text
    assert "<b>openly</b>" not in page
