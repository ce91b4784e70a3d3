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
from backend.services import mentions
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


def texts(connection: Connection, community: str, flow: str | None = None) -> list[Record]:
    """Canned answers; those of this flow first."""
    found = list(connection.execute(_TEXTS, {"community": community}))
    return sorted(found, key=lambda row: (row.flow != flow, row.flow is not None, row.shortcut))


def put_text(connection: Connection, community: str, shortcut: str, flow: str | None, words: Mapping[str, str]) -> None:
    written = {language: text.strip()[:2000] for language, text in words.items() if text.strip()}
    if not _SHORTCUT.fullmatch(shortcut) or not written:
        raise Refused(
            "a canned text has a shortcut and words",
            t("A shortcut has 1 to 30 letters or digits, and there is a text in at least one language."),
            pointer="/shortcut",
        )
    row = {"community_id": community, "shortcut": shortcut, "flow": flow, "texts": written}
    again = {"flow": flow, "texts": written}
    put = insert_or(canned).on_conflict_do_update(index_elements=["community_id", "shortcut"], set_=again)
    connection.execute(put, row)


def offer_text(
    connection: Connection, community: str, shortcut: str, texts: Mapping[str, str], flow: str | None = None
) -> None:
    """One to begin with; what the desk made of it stays."""
    row = {"community_id": community, "shortcut": shortcut, "flow": flow, "texts": dict(texts)}
    put = insert_or(canned).on_conflict_do_nothing(index_elements=["community_id", "shortcut"])
    connection.execute(put, row)


def drop_text(connection: Connection, community: str, key: int) -> str:
    mine = (canned.c.community_id == community, canned.c.id == key)
    name = connection.execute(select(canned.c.shortcut).where(*mine)).scalar_one_or_none()
    if name is None:
        raise Refused("no such text", status=404)
    connection.execute(delete(canned).where(*mine))
    return str(name)
