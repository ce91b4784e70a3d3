"""The numbers that people say and write: counted per community and series, each given once."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam

from backend.db import at_once, insert_or
from backend.models.work import counter

_FOLLOWING = (
    insert_or(counter)
    .values(community_id=bindparam("community"), name=bindparam("series"), value=1)
    .on_conflict_do_update(index_elements=["community_id", "name"], set_={"value": counter.c.value + 1})
    .returning(counter.c.value)
)


def following(connection: Connection, community: str, series: str) -> str:
    """`R-20261120-0007`: in the order of asking. A transaction that comes to nothing takes its number along."""
    value = at_once(connection, _FOLLOWING, {"community": community, "series": series})
    return f"{series}-{value:04d}"
