"""Places that are taken: a court for an hour, a seat in a course, ten minutes at the desk; never twice."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from backend.db import insert_or
from backend.models.board import hold

_TAKE = insert_or(hold).on_conflict_do_nothing(index_elements=["community_id", "resource", "at", "seat"])
_TAKEN = select(hold.c.at, hold.c.seat).where(
    hold.c.community_id == bindparam("community"),
    hold.c.resource == bindparam("resource"),
    hold.c.at >= bindparam("since"),
    hold.c.at < bindparam("until"),
    hold.c.case_id != bindparam("but"),
)
_RELEASE = delete(hold).where(hold.c.case_id == bindparam("case"))


def taken(
    connection: Connection, community: str, resource: str, since: datetime, until: datetime, but: str = ""
) -> Counter[datetime]:
    """How many seats are gone, by time; but: the case that is being moved, whose own count as free."""
    where = {"community": community, "resource": resource, "since": since, "until": until, "but": but}
    return Counter(row.at for row in connection.execute(_TAKEN, where))


def take(
    connection: Connection, community: str, resource: str, at: datetime, seats: int, capacity: int, case_id: str
) -> bool:
    """Take so many seats for a case, all or none; False when there are not enough left."""
    got = 0
    for seat in range(1, capacity + 1):
        row = {"community_id": community, "resource": resource, "at": at, "seat": seat, "case_id": case_id}
        got += connection.execute(_TAKE, row).rowcount
        if got == seats:
            return True
    release(connection, case_id)
    return False


def release(connection: Connection, case_id: str) -> None:
    connection.execute(_RELEASE, {"case": case_id})
