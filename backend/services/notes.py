"""What staff keep beside a conversation: private notes with mentions, labels, and texts that are written once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from backend import wake
from backend.db import Record, insert_or
from backend.models.notes import canned, label, note
from backend.models.staff import staff
from backend.models.talk import conversation
from backend.services import changes, mentions
from backend.services.acting import Actor
from bot.contract.errors import Refused
from bot.contract.text import t

LONGEST = 4000
_MENTION = re.compile(r"@([a-z0-9][a-z0-9._-]{1,59})")
_SHORTCUT = re.compile(r"[\w-]{1,30}")
_OF = (
    select(note, staff.c.name)
    .select_from(note.join(staff, note.c.staff_id == staff.c.id))
    .where(note.c.conversation_id == bindparam("number"))
    .order_by(note.c.id)
)
_TEXTS = select(canned).where(canned.c.community_id == bindparam("community")).order_by(canned.c.shortcut)


def add(connection: Connection, community: str, number: int, by: int, words: str, real: datetime) -> None:
    """A note that residents never see; who is named in it with @ finds it under their name."""
    if not words or len(words) > LONGEST:
        raise Refused("a note has 1 to 4000 characters", t("Please write something."), pointer="/text")
    named = set(_MENTION.findall(words))
    rows = select(staff.c.id).where(staff.c.community_id == community, staff.c.login.in_(named), staff.c.active)
    found = list(connection.execute(rows).scalars()) if named else []
    row = {"community_id": community, "conversation_id": number, "staff_id": by, "text": words, "at": real}
    made = connection.execute(note.insert().values(**row, mentions=found).returning(note.c.id)).scalar_one()
    mentions.add(connection, community, number, made, found)
    _touched(connection, community, number, real)


def _touched(connection: Connection, community: str, number: int, real: datetime) -> None:
    mine = update(conversation).where(conversation.c.id == number, conversation.c.community_id == community)
    connection.execute(mine.values(updated_at=real))
    wake.after_commit(connection, wake.desk(community))


def of(connection: Connection, number: int) -> list[Record]:
    return list(connection.execute(_OF, {"number": number}))


def put_label(connection: Connection, community: str, number: int, name: str, on: bool, real: datetime) -> None:
    name = " ".join(name.split())
    if not name or len(name) > 30:
        raise Refused("a label has 1 to 30 characters", t("A label has 1 to 30 characters."), pointer="/name")
    if on:
        row = {"community_id": community, "conversation_id": number, "name": name}
        connection.execute(insert_or(label).on_conflict_do_nothing(index_elements=["conversation_id", "name"]), row)
    else:
        mine = (label.c.community_id == community, label.c.conversation_id == number, label.c.name == name)
        connection.execute(delete(label).where(*mine))
    _touched(connection, community, number, real)


def texts(connection: Connection, community: str, flow: str | None = None, state: str | None = None) -> list[Record]:
    """Ready texts; first those of this flow, and of them those for this state of the case."""

    def fits(row: Record) -> tuple[bool, bool, bool, str]:
        """What is for another flow or another state comes last, what is for every one in between."""
        elsewhere = row.flow not in (None, flow) or row.state not in (None, state)
        return elsewhere, row.state is None, row.flow is None, row.shortcut

    return sorted(connection.execute(_TEXTS, {"community": community}), key=fits)


def put_text(
    connection: Connection,
    who: Actor,
    shortcut: str,
    flow: str | None,
    state: str | None,
    words: Mapping[str, str],
) -> None:
    """A new one, or another wording of the one that has this shortcut."""
    written = {language: text.strip()[:2000] for language, text in words.items() if text.strip()}
    if not _SHORTCUT.fullmatch(shortcut) or not written:
        raise Refused(
            "a canned text has a shortcut and words",
            t("A shortcut has 1 to 30 letters or digits, and there is a text in at least one language."),
            pointer="/shortcut",
        )
    mine = (canned.c.community_id == who.community, canned.c.shortcut == shortcut)
    key = connection.execute(select(canned.c.id).where(*mine)).scalar_one_or_none()
    values = {"shortcut": shortcut, "flow": flow, "state": state, "texts": written}
    changes.save(connection, who, "text", key, values)


def offer_text(
    connection: Connection,
    community: str,
    shortcut: str,
    texts: Mapping[str, str],
    flow: str | None = None,
    state: str | None = None,
) -> None:
    """One to begin with; what the desk made of it stays."""
    row = {"community_id": community, "shortcut": shortcut, "flow": flow, "texts": dict(texts)}
    row["state"] = state
    put = insert_or(canned).on_conflict_do_nothing(index_elements=["community_id", "shortcut"])
    connection.execute(put, row)
