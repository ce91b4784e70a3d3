"""Cases that are another authority's: what was handed on, what the other side calls it, and what it says of it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from backend.models.work import case, handed_case


def number_of(connection: Connection, community: str, external: str) -> str:
    """Our number of what they call so; empty where we handed on no such thing."""
    joined = handed_case.join(case, case.c.id == handed_case.c.case_id)
    mine = (handed_case.c.community_id == community, handed_case.c.number == external)
    found = connection.execute(select(case.c.number).select_from(joined).where(*mine)).scalars().first()
    return str(found or "")
