"""What happened in a conversation, oldest first, from the rows that every message wrote."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from backend.db import Record
from backend.models.talk import event, message, outbox
from backend.models.work import case, case_report


def messages(connection: Connection, conversation_id: int) -> list[Record]:
    return list(
        connection.execute(select(message).where(message.c.conversation_id == conversation_id).order_by(message.c.seq))
    )


def events(connection: Connection, conversation_id: int) -> list[Record]:
    return list(
        connection.execute(select(event).where(event.c.conversation_id == conversation_id).order_by(event.c.seq))
    )


def replies(connection: Connection, conversation_id: int) -> list[Record]:
    """What was said to the resident in this conversation; pushes have no place in the order of turns yet."""
    rows = select(outbox).where(outbox.c.conversation_id == conversation_id, outbox.c.seq.is_not(None))
    return [row for row in connection.execute(rows.order_by(outbox.c.seq)) if not row.body.get("again")]


def latest(connection: Connection, conversation_id: int, limit: int) -> tuple[list[Record], list[Record]]:
    """The newest messages of the resident, and the newest replies and pushes, each oldest first."""
    said = select(message).where(message.c.conversation_id == conversation_id).order_by(message.c.id.desc())
    told = select(outbox).where(outbox.c.conversation_id == conversation_id).order_by(outbox.c.id.desc())
    messages, replies = (list(connection.execute(rows.limit(limit))) for rows in (said, told))
    return messages[::-1], [row for row in replies[::-1] if not row.body.get("again")]


def newest(connection: Connection, conversation_id: int) -> tuple[int, int]:
    """The ids of the last line of each side: whether anything is new, without reading it."""
    found = (
        connection.execute(select(func.max(table.c.id)).where(table.c.conversation_id == conversation_id)).scalar_one()
        for table in (message, outbox)
    )
    said, told = found
    return said or 0, told or 0


def newest_case(connection: Connection, conversation_id: int) -> str | None:
    joined = select(case_report.c.case_id).where(
        case_report.c.conversation_id == conversation_id, case_report.c.split_at.is_(None)
    )
    mine = ((case.c.conversation_id == conversation_id) & (case.c.state != "merged")) | case.c.id.in_(joined)
    return connection.execute(
        select(case.c.number).where(mine).order_by(case.c.id.desc()).limit(1)
    ).scalar_one_or_none()
