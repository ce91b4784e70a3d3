"""Sentences that were not understood, kept without what points to a person, in groups of what is nearly the same."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from backend.db import Record
from backend.models.talk import message
from backend.models.teach import unclear
from bot.contract.errors import Refused

WHY = ("unknown", "clarified", "doubted", "handed_over", "alarmed")
LONGEST = 300
# Of what is not settled, so much is looked at; what is older shows up as the newer is settled.
NEWEST = 400
KEPT = timedelta(days=180)
# Whoever is asked whether there is danger answers within this, or it is another matter.
ANSWERED = timedelta(minutes=15)
# Shared three-character pieces over those of the shorter one.
NEAR = 0.5

Mark = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence as it may be kept; marks: its stand-ins; guesses: intents with their confidence, best first."""

    community: str
    conversation: int
    channel: str
    language: str
    text: str
    marks: tuple[Mark, ...]
    why: str
    flow: str | None
    guesses: tuple[tuple[str, float], ...]


@dataclass(slots=True)
class Group:
    """Sentences that are nearly the same; first: the one said most often."""

    first: Record
    times: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    others: list[str] = field(default_factory=list)
    why: Counter[str] = field(default_factory=Counter)
    ids: list[int] = field(default_factory=list)
    newest: datetime | None = None


def keep(connection: Connection, said: Said, real: datetime) -> None:
    connection.execute(
        insert(unclear).values(
            community_id=said.community,
            conversation_id=said.conversation,
            channel=said.channel,
            language=said.language,
            text=said.text,
            marks=[list(mark) for mark in said.marks],
            key=key_of(said.text),
            why=said.why,
            flow=said.flow,
            guesses=[[intent, round(sure, 4)] for intent, sure in said.guesses],
            at=real,
        )
    )


def alarmed(connection: Connection, conversation: int, real: datetime) -> None:
    """The doubt about what was said last was an alarm: whoever teaches it is told."""
    doubted = (unclear.c.conversation_id == conversation, unclear.c.why == "doubted", unclear.c.at > real - ANSWERED)
    last = select(func.max(unclear.c.id)).where(*doubted).scalar_subquery()
    connection.execute(update(unclear).where(unclear.c.id == last).values(why="alarmed"))


def before(connection: Connection, conversation: int, external_id: str) -> str | None:
    """What was said in this conversation right before that message."""
    this = (
        select(message.c.seq)
        .where(message.c.conversation_id == conversation, message.c.external_id == external_id)
        .scalar_subquery()
    )
    rows = select(message.c.text).where(message.c.conversation_id == conversation, message.c.seq < this)
    return connection.execute(rows.order_by(message.c.seq.desc()).limit(1)).scalar_one_or_none()


def bare(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def key_of(text: str) -> str:
    return hashlib.sha256(bare(text).encode("utf-8", "surrogatepass")).hexdigest()


def groups(connection: Connection, community: str, why: str = "", channel: str = "", language: str = "") -> list[Group]:
    """What is not settled, most often said first."""
    wanted = [unclear.c.community_id == community, unclear.c.settled_at.is_(None)]
    for column, value in ((unclear.c.why, why), (unclear.c.channel, channel), (unclear.c.language, language)):
        if value:
            wanted.append(column == value)
    rows = list(connection.execute(select(unclear).where(*wanted).order_by(unclear.c.id.desc()).limit(NEWEST)))
    return sorted(_gathered(rows), key=lambda group: (-group.times, -group.first.id))


def _gathered(rows: Iterable[Record]) -> list[Group]:
    """Each sentence joins the first group whose first sentence it resembles."""
    same: dict[str, list[Record]] = {}
    for row in rows:
        same.setdefault(row.key, []).append(row)
    found: list[tuple[frozenset[str], Group]] = []
    for alike in sorted(same.values(), key=lambda each: -len(each)):
        first, own = alike[0], _pieces(alike[0].text)
        group = next((g for pieces, g in found if g.first.language == first.language and _near(own, pieces)), None)
        if group is None:
            group = Group(first)
            found.append((own, group))
        elif first.text not in group.others:
            group.others.append(first.text)
        _add(group, alike)
    return [group for _, group in found]


def _add(group: Group, rows: Sequence[Record]) -> None:
    group.times += len(rows)
    group.channels.update(row.channel for row in rows)
    group.why.update(row.why for row in rows)
    group.ids.extend(row.id for row in rows)
    group.newest = max(row.at for row in rows) if group.newest is None else max(group.newest, *(r.at for r in rows))


def _pieces(text: str) -> frozenset[str]:
    plain = bare(text)
    return frozenset(plain[i : i + 3] for i in range(max(1, len(plain) - 2)))


def _near(own: frozenset[str], other: frozenset[str]) -> bool:
    return len(own & other) >= NEAR * max(1, min(len(own), len(other)))


def one(connection: Connection, community: str, key: int) -> Record:
    rows = select(unclear).where(unclear.c.id == key, unclear.c.community_id == community)
    found = connection.execute(rows).one_or_none()
    if found is None:
        raise Refused("no such sentence", status=404)
    return found


def settle(connection: Connection, community: str, ids: Iterable[int], real: datetime) -> list[Record]:
    """Taught or set aside: gone from the list. Returns those that were still open."""
    mine = (unclear.c.community_id == community, unclear.c.id.in_(list(ids)), unclear.c.settled_at.is_(None))
    open_ = list(connection.execute(select(unclear).where(*mine)))
    connection.execute(update(unclear).where(*mine).values(settled_at=real))
    return open_


def waiting(connection: Connection, community: str) -> int:
    mine = (unclear.c.community_id == community, unclear.c.settled_at.is_(None))
    return int(connection.execute(select(func.count()).select_from(unclear).where(*mine)).scalar_one())


def sweep(connection: Connection, real: datetime) -> None:
    """What nobody taught in half a year goes, and what was settled long ago."""
    connection.execute(unclear.delete().where(unclear.c.at < real - KEPT))
