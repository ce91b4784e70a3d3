"""How often we may speak to a resident unasked: what is not urgent shares one budget (practice 29)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from backend.models.talk import outbox

# Nobody is told at night what can wait.
OPENS, CLOSES = 9, 20
A_WEEK, MOST_A_WEEK = timedelta(days=7), 2
# Less than a day, so that one evening and the next are two days.
A_DAY = timedelta(hours=20)
# How the causes of such pushes begin: a reminder, the end of a case that nobody answered about, bills.
CAUSES = ("reminder:", "closing:", "arrears:")


def is_day(now: datetime) -> bool:
    return OPENS <= now.hour < CLOSES


def is_spent(connection: Connection, conversation: int, real: datetime) -> bool:
    """One a day and two a week, whatever they are about."""
    told = (
        outbox.c.conversation_id == conversation,
        outbox.c.kind == "push",
        outbox.c.created_at >= real - A_WEEK,
        or_(*(outbox.c.once.like(f"{cause}%") for cause in CAUSES)),
    )
    row = connection.execute(select(func.count(), func.max(outbox.c.created_at)).where(*told)).one()
    return bool(row[0] >= MOST_A_WEEK or (row[1] is not None and row[1] > real - A_DAY))
