"""What happened in a conversation, oldest first, from the rows that every message wrote."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from backend.db import Record
from backend.models.talk import event, message, outbox
from backend.models.work import case, case_report

_MINE: BindParameter[int] = bindparam("conversation")
_MESSAGES = select(message).where(message.c.conversation_id == _MINE).order_by(message.c.seq)
_EVENTS = select(event).where(event.c.conversation_id == _MINE).order_by(event.c.seq)
_OF_NAMES = (
    select(event)
    .where(event.c.conversation_id == _MINE, event.c.name.in_(bindparam("names", expanding=True)))
    .order_by(event.c.seq.desc())
    .limit(bindparam("most"))
)
_REPLIES = select(outbox).where(outbox.c.conversation_id == _MINE, outbox.c.seq.is_not(None)).order_by(outbox.c.seq)
_SAID = select(message).where(message.c.conversation_id == _MINE).order_by(message.c.id.desc()).limit(bindparam("most"))
_TOLD = select(outbox).where(outbox.c.conversation_id == _MINE).order_by(outbox.c.id.desc()).limit(bindparam("most"))
_FATES = (
    select(outbox.c.id, outbox.c.state, outbox.c.last_error, outbox.c.delivered_at, outbox.c.read_at)
    .where(outbox.c.conversation_id == _MINE)
    .order_by(outbox.c.id.desc())
    .limit(bindparam("most"))
)


def messages(connection: Connection, conversation_id: int) -> list[Record]:
    return list(connection.execute(_MESSAGES, {"conversation": conversation_id}))


def events(connection: Connection, conversation_id: int) -> list[Record]:
    return list(connection.execute(_EVENTS, {"conversation": conversation_id}))


def events_named(connection: Connection, conversation_id: int, names: Collection[str], most: int) -> list[Record]:
    """The newest of these names, oldest first."""
    known = {"conversation": conversation_id, "names": list(names), "most": most}
    return list(connection.execute(_OF_NAMES, known))[::-1]


def replies(connection: Connection, conversation_id: int) -> list[Record]:
    """What was said to the resident in this conversation; pushes have no place in the order of turns yet."""
    return [row for row in connection.execute(_REPLIES, {"conversation": conversation_id}) if _is_new(row)]


def latest(connection: Connection, conversation_id: int, limit: int) -> tuple[list[Record], list[Record]]:
    """The newest messages of the resident, and the newest replies and pushes, each oldest first."""
    known = {"conversation": conversation_id, "most": limit}
    messages, replies = (list(connection.execute(rows, known)) for rows in (_SAID, _TOLD))
    return messages[::-1], [row for row in replies[::-1] if _is_new(row)]


def _is_new(row: Record) -> bool:
    return not row.body.get("again")


def fates(connection: Connection, conversation_id: int, limit: int) -> list[Record]:
    """How it stands with the newest replies and pushes on their way."""
    return list(connection.execute(_FATES, {"conversation": conversation_id, "most": limit}))


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
