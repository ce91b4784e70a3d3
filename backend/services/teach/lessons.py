"""Lessons: a sentence and what it means, proposed by one person, accepted by another, then part of a model."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, func, insert, or_, select, update

from backend.db import Record
from backend.models.staff import staff
from backend.models.teach import lesson
from backend.services.teach.unclear import Mark, key_of
from bot.contract.errors import Refused
from bot.contract.text import t

PROPOSED, ACCEPTED, REFUSED, TAUGHT = "proposed", "accepted", "refused", "taught"
_MARK = re.compile(r"(\d{1,3})-(\d{1,3}):([a-z_]{1,40})")


@dataclass(frozen=True, slots=True)
class Proposal:
    """times, channels: how often and where it was said."""

    community: str
    language: str
    text: str
    marks: tuple[Mark, ...]
    intent: str
    times: int
    channels: tuple[str, ...]


def propose(connection: Connection, new: Proposal, by: int, real: datetime) -> None:
    """One lesson for one sentence: another label for what waits for review takes the place of the first."""
    key = key_of(new.text)
    mine = (lesson.c.community_id == new.community, lesson.c.key == key, lesson.c.state != REFUSED)
    known = connection.execute(select(lesson).where(*mine)).first()
    if known is not None and known.state != PROPOSED:
        raise Refused("taught already", t("This sentence has been taught already."), status=409)
    values = {
        "language": new.language,
        "text": new.text,
        "marks": [list(mark) for mark in new.marks],
        "key": key,
        "intent": new.intent,
        "state": PROPOSED,
        "times": new.times,
        "channels": list(new.channels),
        "by_id": by,
        "at": real,
    }
    if known is None:
        connection.execute(insert(lesson).values(community_id=new.community, **values))
    else:
        connection.execute(update(lesson).where(lesson.c.id == known.id).values(**values))


def marks_of(spelled: str, text: str, slots: Collection[str]) -> tuple[Mark, ...]:
    """`0-3:visitor_name,7-9:when` as marks; those that overlap or lie outside are refused."""
    found: list[Mark] = []
    for part in filter(None, spelled.split(",")):
        match = _MARK.fullmatch(part)
        start, end, slot = (int(match[1]), int(match[2]), match[3]) if match else (0, 0, "")
        if slot not in slots or not 0 <= start < end <= len(text) or not text[start:end].strip():
            raise Refused("this mark does not fit", t("This mark does not fit the sentence."), pointer="/marks")
        found.append((start, end, slot))
    found.sort()
    if any(one[1] > two[0] for one, two in pairwise(found)):
        raise Refused("marks overlap", t("Two marks overlap."), pointer="/marks")
    return tuple(found)


def review(connection: Connection, community: str, key: int, by: int, accept: bool, real: datetime) -> Record:
    """Whoever labelled a sentence does not accept it (two people for every lesson); they may take it back."""
    found = one(connection, community, key)
    if found.state not in (PROPOSED, ACCEPTED) or (accept and found.state == ACCEPTED):
        raise Refused("this lesson was reviewed", status=409)
    if accept and found.by_id == by:
        raise Refused(
            "one's own lesson",
            t("You labelled this one yourself: somebody else looks at it before it is taught."),
            status=403,
        )
    values = {"state": ACCEPTED if accept else REFUSED, "reviewed_by_id": by, "reviewed_at": real}
    connection.execute(update(lesson).where(lesson.c.id == key).values(**values))
    return found


def one(connection: Connection, community: str, key: int) -> Record:
    rows = select(lesson).where(lesson.c.id == key, lesson.c.community_id == community)
    found = connection.execute(rows).one_or_none()
    if found is None:
        raise Refused("no such lesson", status=404)
    return found


def listed(connection: Connection, community: str, states: Iterable[str], limit: int = 300) -> list[Record]:
    """With the name of who labelled each, newest first."""
    rows = (
        select(lesson, staff.c.name.label("by"))
        .select_from(lesson.join(staff, lesson.c.by_id == staff.c.id))
        .where(lesson.c.community_id == community, lesson.c.state.in_(list(states)))
        .order_by(lesson.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(rows))


def count(connection: Connection, community: str, state: str) -> int:
    rows = select(func.count()).select_from(lesson)
    rows = rows.where(lesson.c.community_id == community, lesson.c.state == state)
    return int(connection.execute(rows).scalar_one())


def taught(connection: Connection, community: str, run: int) -> list[Record]:
    """What is in the model, and what this run adds: the oldest first, so that files keep their order."""
    inside = or_(lesson.c.state == TAUGHT, lesson.c.run_id == run)
    rows = select(lesson).where(lesson.c.community_id == community, inside)
    return list(connection.execute(rows.order_by(lesson.c.id)))


def in_use(connection: Connection) -> list[Record]:
    """Everything that is taught, of every community."""
    return list(connection.execute(select(lesson).where(lesson.c.state == TAUGHT).order_by(lesson.c.id)))
