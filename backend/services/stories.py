"""Rows that make the work engine wait for something: the engine decides when, our rows decide whether."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from backend import wake
from backend.db import Record, insert_or
from backend.models.talk import outbox
from backend.models.webhooks import delivery_try
from bot.contract import trail

CHANNEL = "story"
ENDED = "ended"
KEPT = timedelta(days=30)
AT_ONCE = 1000
BY_ROW = ":now"
# A wait as short as this needs no engine: its row is due when it is over, for whichever process is alive then.
SHORT = timedelta(minutes=15)
_PUT = insert_or(outbox).on_conflict_do_nothing(index_elements=["once"])


def begin(
    connection: Connection,
    community: str,
    story: str,
    data: Mapping[str, object],
    until: datetime,
    once: str,
    real: datetime,
    *,
    conversation: int | None = None,
    heeds: bool = False,
) -> None:
    """Wait until then and do what the story is for. heeds: an answer may end it before.

    once: its cause; the same cause begins one story. until is on the real clock.
    """
    body = {"story": story, "until": until.isoformat(), "data": dict(data), "heeds": heeds}
    by_row = not heeds and until - real <= SHORT
    _put(connection, community, body, once, real, conversation, due=until if by_row else None)


def answer(connection: Connection, story: Record, real: datetime) -> bool:
    """What the story waited for has come; False when it had already."""
    if is_answered(connection, story.id):
        return False
    _put(connection, story.community_id, {"answers": story.id}, _once(story.id), real, story.conversation_id)
    return True


def end(connection: Connection, key: int) -> None:
    """Its time came and it was decided: written down in the transaction of its effect, so that a backup knows it."""
    over = {"state": ENDED, "queue": None, "lane": None, "held_by": None}
    connection.execute(update(outbox).where(outbox.c.id == key).values(**over))


def revive(connection: Connection, since: datetime, real: datetime) -> int:
    """After a restore: what the engine of the old machine waited for is begun here. Returns how many.

    since: what was due before that and never ended is too old to be told.
    """
    waited = (outbox.c.kind == CHANNEL, outbox.c.state.in_(("sent", "sending")))
    again = 0
    for row in connection.execute(select(outbox).where(*waited).order_by(outbox.c.id)).all():
        until = row.body.get("until")
        if until is None or datetime.fromisoformat(until) < since or is_answered(connection, row.id):
            continue
        columns = _waiting(row.community_id, row.conversation_id)
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(**columns, due_at=real, held_by=None))
        again += 1
    return again


def _waiting(community: str, conversation: int | None) -> dict[str, str | None]:
    """An answer must not overtake what it answers."""
    lane = None if conversation is None else f"s{conversation}"
    return {"state": "due", "queue": f"{CHANNEL}:{community}", "lane": lane}


def is_due(body: Mapping[str, object], real: datetime) -> bool:
    """There is nothing to wait for any more: the engine is not needed, and what it has to do first delays nothing."""
    until = body.get("until")
    return isinstance(until, str) and datetime.fromisoformat(until) <= real


def is_answered(connection: Connection, key: int) -> bool:
    return connection.execute(select(outbox.c.id).where(outbox.c.once == _once(key))).first() is not None


def _once(key: int) -> str:
    return f"answer:{key}"


def of_conversation(connection: Connection, conversation: int, story: str, since: datetime) -> list[Record]:
    """Stories of this kind begun since then in a conversation, newest first."""
    mine = (outbox.c.conversation_id == conversation, outbox.c.kind == CHANNEL, outbox.c.created_at >= since)
    rows = connection.execute(select(outbox).where(*mine).order_by(outbox.c.id.desc()).limit(50))
    return [row for row in rows if row.body.get("story") == story]


def _put(
    connection: Connection,
    community: str,
    body: Mapping[str, object],
    once: str,
    real: datetime,
    conversation: int | None,
    *,
    due: datetime | None = None,
) -> None:
    """due: the row itself waits until then, in a queue behind nothing else; None for what the engine waits for."""
    way = _waiting(community, conversation)
    if due is not None:
        way["queue"] = f"{way['queue']}{BY_ROW}"
        wake.after_commit(connection, wake.ALARMS)
    connection.execute(
        _PUT,
        {
            "community_id": community,
            "conversation_id": conversation,
            "kind": CHANNEL,
            "channel": CHANNEL,
            "account": community,
            "user": "work",
            "body": body,
            **way,
            "due_at": due or real,
            "attempts": 0,
            "created_at": real,
            "trail": trail.current_id(),
            "once": once,
        },
    )
    wake.after_commit(connection, wake.OUTBOX)


def forget(connection: Connection, real: datetime) -> None:
    """Settled stories and webhooks of long ago; the newest row stays, so that no number is given twice."""
    old = (
        outbox.c.kind.in_((CHANNEL, "webhook")),
        outbox.c.state.in_(("sent", ENDED)),
        outbox.c.sent_at < real - KEPT,
        outbox.c.id < select(func.max(outbox.c.id)).scalar_subquery(),
    )
    keys = connection.execute(select(outbox.c.id).where(*old).limit(AT_ONCE)).scalars().all()
    connection.execute(delete(delivery_try).where(delivery_try.c.delivery_id.in_(keys)))
    connection.execute(delete(outbox).where(outbox.c.id.in_(keys)))
