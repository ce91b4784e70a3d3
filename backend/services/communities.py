"""The communities' own rows: several live in one database, apart from the start."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from backend.models.people import community
from bot.contract.conversation import Community


def register(connection: Connection, settings: Community, *, demo: bool) -> bool:
    """Write the community down if it is new; True when it was."""
    known = connection.execute(select(community.c.id).where(community.c.id == settings.id)).one_or_none()
    if known is not None:
        return False
    connection.execute(
        insert(community).values(id=settings.id, names=dict(settings.names), timezone=settings.timezone, demo=demo)
    )
    return True


def zone(connection: Connection, key: str) -> str:
    found: str = connection.execute(select(community.c.timezone).where(community.c.id == key)).scalar_one()
    return found


def here(connection: Connection, key: str, now: datetime) -> datetime:
    """The same moment on the community's own clock."""
    return now.astimezone(ZoneInfo(zone(connection, key)))


def names(connection: Connection, key: str) -> dict[str, str]:
    """What a community is called, by language."""
    found: dict[str, str] = connection.execute(select(community.c.names).where(community.c.id == key)).scalar_one()
    return found


def name(connection: Connection, key: str) -> str:
    """For whom no language is known: in the first that it has one in."""
    return next(iter(names(connection, key).values()), "")
