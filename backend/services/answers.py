"""Who says an answer that belongs into a vendor's response: that response while it is in time, hop 8 otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, or_, select, update

from backend import wake
from backend.models.people import address
from backend.models.talk import conversation, outbox
from backend.said import Noted
from backend.services import gathering
from backend.services import outbox as rows
from bot.contract.messages import Address, Listening, Part
from bot.contract.stored import part_to

# What does not go into the response follows it, and must not be there before it.
BEHIND = timedelta(seconds=1)
# An answer that is older than this is old news.
NEWS = timedelta(hours=1)


def _talk(who: Address) -> Select[tuple[int, str]]:
    mine = (address.c.channel == who.channel, address.c.account == who.account, address.c.user == who.user)
    joined = conversation.join(address, conversation.c.address_id == address.c.id)
    return select(conversation.c.id, conversation.c.community_id).select_from(joined).where(*mine)


def _answers(conversation_id: int, asked: str) -> tuple[ColumnElement[bool], ...]:
    return (outbox.c.conversation_id == conversation_id, outbox.c.in_reply_to == asked, outbox.c.kind == "reply")


def _in_a_response() -> ColumnElement[bool]:
    """As opposed to what hop 8 has said, which counts its tries."""
    return and_(outbox.c.state == "sent", outbox.c.attempts == 0)


def claim(connection: Connection, conversation_id: int, asked: str, listening: Listening, real: datetime) -> bool:
    """A vendor asks again: whether the response to that says the answer. The request before it has reached nobody, or
    the vendor would not ask; too late for this one as well, hop 8 says it."""
    if not listening.there():
        # It may have been asked before whoever holds the answer, and read only now: a process stood still, or another
        # one was quicker. Whoever holds it sees to it.
        return False
    mine, by = _answers(conversation_id, asked), listening.by
    open_ = and_(*mine, or_(outbox.c.state == "inline", and_(_in_a_response(), outbox.c.held_by.is_not(None))))
    if not listening.in_time():
        # A proxy may hold the line of one that was hung up on: what a later one has taken is not said a second time.
        before = and_(open_, or_(outbox.c.state == "inline", outbox.c.held_by <= by))
        _to_hop_8(connection, before, conversation_id, asked, real)
        return False
    values: Mapping[str, object] = {"state": "sent", "sent_at": real, "held_by": by, "lease_until": None}
    return connection.execute(update(outbox).where(open_).values(**values)).rowcount > 0


def follow(connection: Connection, who: Address, asked: str, by: str, rest: Sequence[Part], real: datetime) -> bool:
    """What does not fit into the response comes behind it; False where this request does not say the answer any more,
    true as well for an answer that no row stands behind."""
    talk = connection.execute(_talk(who)).one_or_none()
    if talk is None:
        return True
    found = connection.execute(select(outbox.c.state, outbox.c.held_by).where(*_answers(talk.id, asked))).all()
    if any(row.state != "sent" or row.held_by != by for row in found):
        return False
    parts = [part_to(part) for part in rest]
    rows.later(connection, talk.community_id, talk.id, who, parts, _rest(talk.id, asked), real + BEHIND)
    return True


def leave(connection: Connection, who: Address, asked: str, by: str, real: datetime) -> bool:
    """The response came too late after all: hop 8 says it, unless another request does. False where no row stands
    behind the answer."""
    talk = connection.execute(_talk(who)).one_or_none()
    if talk is None:
        return False
    mine = _answers(talk.id, asked)
    _to_hop_8(connection, and_(*mine, _in_a_response(), outbox.c.held_by == by), talk.id, asked, real)
    return connection.execute(select(outbox.c.id).where(*mine).limit(1)).first() is not None


def unsaid(connection: Connection, channel: str, noted: Noted, real: datetime) -> int:
    """The process before us ended between the commit and the response: hop 8 says what did not leave. A request that
    came to another process since has taken the answer over. Returns how many."""
    mine = (
        outbox.c.channel == channel,
        outbox.c.kind == "reply",
        outbox.c.held_by.is_not(None),
        outbox.c.due_at >= real - NEWS,
    )
    columns = (outbox.c.id, outbox.c.account, outbox.c.user, outbox.c.conversation_id, outbox.c.in_reply_to)
    count = 0
    for row in connection.execute(select(*columns).where(_in_a_response(), *mine)).all():
        by = noted.waiting(Address(channel, row.user, row.account), row.in_reply_to)
        if by:
            still = and_(outbox.c.id == row.id, _in_a_response(), outbox.c.held_by.in_(by))
            count += _to_hop_8(connection, still, row.conversation_id, row.in_reply_to, real)
    return count


def _rest(conversation_id: int, asked: str) -> str:
    return f"rest:{conversation_id}:{asked}"[:120]


def _to_hop_8(
    connection: Connection, which: ColumnElement[bool], conversation_id: int, asked: str, real: datetime
) -> int:
    columns = (outbox.c.id, outbox.c.account, outbox.c.user, outbox.c.channel)
    found = connection.execute(select(*columns).where(which).with_for_update()).all()
    for row in found:
        way = rows.line_of(Address(row.channel, row.user, row.account), conversation_id)
        fresh: Mapping[str, object] = {"state": "due", "due_at": real, "sent_at": None, "held_by": None}
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(**way, **fresh, lease_until=None))
        gathering.hurry(connection, str(way["lane"]), real)
        wake.after_commit(connection, wake.OUTBOX)
    if found:
        # The whole of it goes out: not its rest a second time.
        behind = (outbox.c.once == _rest(conversation_id, asked), outbox.c.state == "due")
        connection.execute(delete(outbox).where(*behind))
    return len(found)
