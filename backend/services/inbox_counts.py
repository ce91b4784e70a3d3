"""What stands around the inbox's list: how much there is in each view, and by what it can be narrowed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, ScalarSelect, bindparam, func, select

from backend.models.notes import label
from backend.models.staff import handover, staff
from backend.services.handover import HELD, WAITING


def _count(*where: Any) -> ScalarSelect[Any]:
    mine = (handover.c.community_id == bindparam("community"), *where)
    return select(func.count()).select_from(handover).where(*mine).scalar_subquery()


# Each is read off an index of its own.
_COUNTS = select(
    _count(handover.c.state == WAITING).label("waiting"),
    _count(handover.c.state == HELD).label("held"),
    _count(handover.c.state == HELD, handover.c.owner_id == bindparam("me")).label("mine"),
)
_WAITING = select(_count(handover.c.state == WAITING))
_QUEUE = select(
    _count(handover.c.state == WAITING).label("waiting"),
    _count(handover.c.state == HELD).label("held"),
)
_NAMES = (
    select(label.c.name)
    .where(label.c.community_id == bindparam("community"))
    .distinct()
    .order_by(label.c.name)
    .limit(50)
)
_MEMBERS = select(staff.c.teams).where(staff.c.community_id == bindparam("community"), staff.c.active.is_(True))
_PASSED = (
    select(handover.c.team)
    .where(
        handover.c.community_id == bindparam("community"),
        # Both by name: the index of states is used, and who has long been answered is not looked through.
        handover.c.state.in_((WAITING, HELD)),
        handover.c.team.is_not(None),
    )
    .distinct()
)
_LABELS = select(label.c.name).where(label.c.conversation_id == bindparam("number")).order_by(label.c.id)


def counts(connection: Connection, community: str, me: int, named: int) -> dict[str, int]:
    """How many wait, are held by me, and are open at all; named: in how many I am named."""
    row = connection.execute(_COUNTS, {"community": community, "me": me}).one()
    return {"open": row.waiting + row.held, "mine": row.mine, "waiting": row.waiting, "named": named}


def waiting(connection: Connection, community: str) -> int:
    """How many wait for a person: what stands before the page's name."""
    return int(connection.execute(_WAITING, {"community": community}).scalar_one())


def queue(connection: Connection, community: str) -> tuple[int, int]:
    """How many wait, and how many are held."""
    row = connection.execute(_QUEUE, {"community": community}).one()
    return row.waiting, row.held


def teams(connection: Connection, community: str) -> list[str]:
    """Teams that somebody is in, and those that something was passed on to."""
    known = {"community": community}
    found = {team for row in connection.execute(_MEMBERS, known).scalars() for team in row}
    return sorted(found | set(connection.execute(_PASSED, known).scalars()))


def labels(connection: Connection, community: str) -> list[str]:
    return list(connection.execute(_NAMES, {"community": community}).scalars())


def labels_of(connection: Connection, number: int) -> list[str]:
    return list(connection.execute(_LABELS, {"number": number}).scalars())
