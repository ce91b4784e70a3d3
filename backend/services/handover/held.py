"""What the conversation itself knows of a person who holds it, so that a message needs no further look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from backend import wake
from backend.db import Record
from backend.models.people import address
from backend.models.talk import conversation, event
from bot.contract.conversation import Held
from bot.contract.errors import Refused

# So long after a person's last line the bot keeps silent (practice 25).
BRIDGES_AFTER = timedelta(minutes=3)
KEY, UNHEARD = "held", "unheard"
# Callers of this channel hear nothing by themselves: what was said meanwhile comes along with their next answer.
ASKS_ONLY = frozenset({"rest"})

_LOCK = (
    select(conversation, address.c.channel, address.c.account, address.c.user)
    .select_from(conversation.join(address, conversation.c.address_id == address.c.id))
    .where(conversation.c.id == bindparam("key"), conversation.c.community_id == bindparam("community"))
    .with_for_update(key_share=True, of=conversation)
)
_EVENT = insert(event).inline()


def held_from(state: Mapping[str, Any]) -> Held | None:
    """Who holds a conversation of this state."""
    data = state.get(KEY)
    return None if data is None else Held(data["by"], datetime.fromisoformat(data["until"]))


def held_to(held: Held | None) -> dict[str, object] | None:
    return None if held is None else {"by": dict(held.by), "until": held.until.isoformat()}


def lock(connection: Connection, community: str, conversation_id: int) -> Record:
    """The conversation with its address, nobody else's until the transaction ends; raises `Refused` (404)."""
    row = connection.execute(_LOCK, {"key": conversation_id, "community": community}).one_or_none()
    if row is None:
        raise Refused("no such conversation", status=404)
    return row


def note(
    connection: Connection,
    talk: Record,
    real: datetime,
    *,
    with_staff: bool,
    held: Held | None,
    event: tuple[str, Mapping[str, str]] | None = None,
    lines: int = 0,
) -> int:
    """Write down who holds the conversation and what happened; returns the last number that was used in it.

    lines: how many numbers the caller needs for itself, before the event's.
    """
    seq: int = talk.seq + lines
    if event is not None:
        seq += 1
        row = {"conversation_id": talk.id, "seq": seq, "name": event[0], "data": dict(event[1]), "at": real}
        connection.execute(_EVENT, row)
    state = {name: value for name, value in talk.state.items() if name != KEY}
    if held is not None:
        state[KEY] = held_to(held)
    if lines and talk.channel in ASKS_ONLY:
        state[UNHEARD] = True
    changes = {"state": state, "seq": seq, "with_staff": with_staff, "updated_at": real}
    connection.execute(update(conversation).where(conversation.c.id == talk.id).values(**changes))
    wake.after_commit(connection, wake.desk(talk.community_id))
    wake.after_commit(connection, wake.talk(talk.id))
    return seq
