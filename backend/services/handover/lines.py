"""What staff say to a resident, under their own name and never the bot's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, update

from backend.models.staff import handover
from backend.services import outbox, staff
from backend.services.handover.held import BRIDGES_AFTER, lock, note
from backend.services.handover.queue import HELD, entry
from backend.services.staff import Clerk
from bot.contract.conversation import Held
from bot.contract.errors import Refused
from bot.contract.messages import Address, Part, Words
from bot.contract.plain import clean
from bot.contract.stored import part_to

LONGEST = 2000


def say(
    connection: Connection, community: str, key: int, clerk: Clerk, said: str | Sequence[Part], real: datetime
) -> int:
    """A line of the one who holds the conversation; returns its number in it. Raises `Refused` for anybody else.

    said: words, or parts where a picture or a link goes along.
    """
    found = entry(connection, community, key)
    if found is None:
        raise Refused("no such handover", status=404)
    talk = lock(connection, community, found.conversation_id)
    parts = _parts(said)
    mine = update(handover).where(handover.c.id == key, handover.c.state == HELD, handover.c.owner_id == clerk.id)
    spoken = mine.values(last_human_at=real, snoozed_until=None, version=handover.c.version + 1)
    if connection.execute(spoken).rowcount == 0:
        raise Refused("take the conversation over before you answer", status=409)
    seq: int = talk.seq + 1
    to = Address(talk.channel, talk.user, talk.account)
    body = {"parts": [part_to(part) for part in parts], "by": clerk.shown(talk.language)}
    outbox.line(connection, community, talk.id, seq, to, body, real)
    note(connection, talk, real, with_staff=True, held=Held(clerk.shown_as, real + BRIDGES_AFTER), lines=1)
    staff.acted(connection, clerk.id, real)
    return seq


def _parts(said: str | Sequence[Part]) -> Sequence[Part]:
    if not isinstance(said, str):
        return said
    words = "\n".join(clean(row) for row in said.splitlines()).strip()
    if not words or len(words) > LONGEST:
        raise Refused(f"a line has 1 to {LONGEST} characters", pointer="/text")
    return (Words(words),)
