"""Bookings as progress tells them: who comes when, and until when it can be cancelled freely."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from backend.models.housekeeping import booking, provider
from backend.models.talk import conversation
from backend.services.housekeeping.words import SERVICES, STATES, called
from backend.services.progress import Line, Whose
from bot.contract.text import Clock, Text, t

OPEN = frozenset({"booked", "arrived", "no_show", "substitute_offered"})
SHOWN = 50


def lines(connection: Connection, whose: Whose, now: datetime) -> list[Line]:
    """The speaker's bookings, newest first: those of this conversation and of the bound resident."""
    mine = booking.c.conversation_id == whose.conversation
    if whose.resident is not None:
        mine = mine | (booking.c.resident_id == whose.resident)
    rows = (
        select(booking, provider.c.names)
        .select_from(booking.join(provider, booking.c.provider_id == provider.c.id))
        .where(booking.c.community_id == whose.community, mine)
        .order_by(booking.c.id.desc())
        .limit(SHOWN)
    )
    speaks = select(conversation.c.language).where(conversation.c.id == whose.conversation)
    language = connection.execute(speaks).scalar_one_or_none()
    found = []
    for row in connection.execute(rows):
        start = row.starts_at.astimezone(now.tzinfo)
        what = t(
            "{service}, {provider}, {start}",
            service=SERVICES[row.service],
            provider=called(row.names, language),
            start=Clock(start),
        )
        after = _next(row.state, start, row.cancel_until.astimezone(now.tzinfo), now)
        found.append(Line(row.number, what, STATES[row.state], after, row.state in OPEN, row.created_at))
    return found


def _next(state: str, start: datetime, until: datetime, now: datetime) -> Text | None:
    if state != "booked" or start < now:
        return None
    if now <= until:
        return t("Your helper comes at {start}. You can cancel free of charge until {until}.", start=start, until=until)
    return t("Your helper comes at {start}.", start=start)
