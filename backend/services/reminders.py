"""Reminders of what was booked: the evening before, never at night, never twice, and not of what is off by then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from backend.ids import made_at, new_id
from backend.models.housekeeping import booking
from backend.services import contact, outbox, stories
from bot.contract.text import Clock, Text, t

STORY = "reminder"
EVENING = 18
SHORT_NOTICE = timedelta(hours=2)

ONE = t("A reminder: your booking {number} is tomorrow at {time}. To move or cancel it, just tell me.")
TODAY = t("A reminder: your booking {number} is today at {time}. If it does not suit you any more, tell me.")
MANY = t("A reminder: you have {n} bookings tomorrow, the first at {time}. To move or cancel one, just tell me.")


def when(start: datetime, now: datetime) -> datetime | None:
    """The evening before; on the day itself two hours before; None where only the night would be left."""
    evening = (start - timedelta(days=1)).replace(hour=EVENING, minute=0, second=0, microsecond=0)
    if evening > now:
        return evening
    near = start - SHORT_NOTICE
    return near if near > now and contact.is_day(near) and near.date() == start.date() else None


def plan(
    connection: Connection, community: str, key: str, start: datetime, conversation: int | None, now: datetime
) -> None:
    """Of a booking just made or moved; one of an earlier time finds nothing to say any more."""
    local = start.astimezone(now.tzinfo)
    at = when(local, now)
    if at is None or conversation is None:
        return
    real = made_at(new_id())
    data = {"booking": key, "start": local.isoformat()}
    once = f"{STORY}:{key}:{start.isoformat()}"
    stories.begin(connection, community, STORY, data, real + (at - now), once, real)


def remind(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """Our rows decide whether: still booked, still at that time, not told today, not too often, not at night."""
    start = datetime.fromisoformat(data["start"])
    found = connection.execute(select(booking).where(booking.c.id == data["booking"])).one_or_none()
    local = now.astimezone(start.tzinfo)
    if found is None or found.state != "booked" or found.starts_at != start or local >= start:
        return False
    if not contact.is_day(local) or contact.is_spent(connection, found.conversation_id, real):
        return False
    text = _text(connection, found, start, local)
    outbox.push(connection, found.conversation_id, text, f"{STORY}:{found.conversation_id}:{local:%Y%m%d}", real)
    return True


def _text(connection: Connection, found: Any, start: datetime, local: datetime) -> Text:
    """Several on one day are one reminder."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    mine = (booking.c.conversation_id == found.conversation_id, booking.c.state == "booked")
    day = (booking.c.starts_at >= midnight, booking.c.starts_at < midnight + timedelta(days=1))
    rows = connection.execute(select(booking.c.starts_at).where(*mine, *day).order_by(booking.c.starts_at)).all()
    if start.date() == local.date():
        return Text(TODAY.msgid, {"number": found.number, "time": Clock(start, bare=True)})
    if len(rows) > 1:
        first = rows[0].starts_at.astimezone(start.tzinfo)
        return Text(MANY.msgid, {"n": len(rows), "time": Clock(first, bare=True)})
    return Text(ONE.msgid, {"number": found.number, "time": Clock(start, bare=True)})
