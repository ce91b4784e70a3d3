"""Who says an answer that belonged into a vendor's response: that response while it is in time, hop 8 otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, or_, select, update

from backend import wake
from backend.models.people import address
from backend.models.talk import conversation, outbox
from backend.services import outbox as rows
from bot.contract.messages import Address, Part
from bot.contract.stored import part_to

# What nobody claimed by then is older than any repetition of a vendor's request, and not yet old news.
NEWS = timedelta(hours=1)
# What does not go into the response follows it, and must not be there before it.
BEHIND = timedelta(seconds=1)


def _talk(who: Address) -> Select[tuple[int, str]]:
    mine = (address.c.channel == who.channel, address.c.account == who.account, address.c.user == who.user)
    joined = conversation.join(address, conversation.c.address_id == address.c.id)
    return select(conversation.c.id, conversation.c.community_id).select_from(joined).where(*mine)


def _said_in_a_response() -> ColumnElement[bool]:
    """As opposed to what hop 8 has said, which counts its tries."""
    return and_(outbox.c.state == "sent", outbox.c.attempts == 0)


def claim(connection: Connection, who: Address, asked: str, by: str, rest: Sequence[Part], real: datetime) -> bool:
    """True as well for an answer that no row stands behind: nobody else would say it."""
    talk = connection.execute(_talk(who)).one_or_none()
    if talk is None:
        return True
    mine = (outbox.c.conversation_id == talk.id, outbox.c.in_reply_to == asked, outbox.c.kind == "reply")
    open_ = or_(outbox.c.state == "inline", and_(_said_in_a_response(), outbox.c.held_by <= by))
    values: Mapping[str, object] = {"state": "sent", "sent_at": real, "held_by": by, "lease_until": None}
    if connection.execute(update(outbox).where(*mine, open_).values(**values)).rowcount:
        if rest:
            parts, once = [part_to(part) for part in rest], _rest(talk.id, asked)
            rows.later(connection, talk.community_id, talk.id, who, parts, once, real + BEHIND)
        return True
    return connection.execute(select(outbox.c.id).where(*mine).limit(1)).first() is None


def leave(connection: Connection, who: Address, asked: str, by: str, real: datetime) -> bool:
    """False where no row stands behind the answer."""
    talk = connection.execute(_talk(who)).one_or_none()
    if talk is None:
        return False
    mine = (outbox.c.conversation_id == talk.id, outbox.c.in_reply_to == asked, outbox.c.kind == "reply")
    unsaid = or_(outbox.c.state == "inline", and_(_said_in_a_response(), outbox.c.held_by == by))
    if _to_hop_8(connection, and_(*mine, unsaid), real):
        # The whole of it goes out: not its rest a second time.
        rest = (outbox.c.once == _rest(talk.id, asked), outbox.c.state == "due")
        connection.execute(delete(outbox).where(*rest))
    return connection.execute(select(outbox.c.id).where(*mine).limit(1)).first() is not None


def _rest(conversation_id: int, asked: str) -> str:
    return f"rest:{conversation_id}:{asked}"[:120]


def overdue(connection: Connection, channel: str, real: datetime) -> None:
    """A process ended between the answer and the response, and the vendor has stopped asking."""
    waits = (outbox.c.state == "inline", outbox.c.due_at > real - NEWS, outbox.c.due_at < real)
    _to_hop_8(connection, and_(*waits, outbox.c.channel == channel, outbox.c.lease_until < real), real)


def _to_hop_8(connection: Connection, which: ColumnElement[bool], real: datetime) -> int:
    columns = (outbox.c.id, outbox.c.account, outbox.c.user, outbox.c.channel, outbox.c.conversation_id)
    found = connection.execute(select(*columns).where(which).with_for_update()).all()
    for row in found:
        way = rows.line_of(Address(row.channel, row.user, row.account), row.conversation_id)
        values: Mapping[str, object] = {**way, "state": "due", "due_at": real, "held_by": None, "lease_until": None}
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(**values))
        wake.after_commit(connection, wake.OUTBOX)
    return len(found)
