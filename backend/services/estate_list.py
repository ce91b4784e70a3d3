"""Homes and people as integrators read them: in the order of their ids, a page at a time, one community's only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Select, select

from backend.db import Record
from backend.models.people import building, household, resident
from backend.services.listing import Page, paged


def _homes(community: str) -> Select[Any]:
    joined = household.join(building, household.c.building_id == building.c.id)
    rows = select(household, building.c.number.label("building")).select_from(joined)
    return rows.where(household.c.community_id == community)


def households(connection: Connection, community: str, number: str | None, after: int | None, limit: int) -> Page:
    """number: of the building."""
    rows = _homes(community)
    if number is not None:
        rows = rows.where(building.c.number == number)
    return _page(connection, rows, household.c.id, after, limit)


def home(connection: Connection, community: str, key: int) -> Record | None:
    return connection.execute(_homes(community).where(household.c.id == key)).one_or_none()


def _people(community: str) -> Select[Any]:
    joined = resident.outerjoin(household, resident.c.household_id == household.c.id)
    rows = select(resident, household.c.label.label("home")).select_from(joined)
    return rows.where(resident.c.community_id == community, resident.c.left_at.is_(None))


def residents(connection: Connection, community: str, home_key: int | None, after: int | None, limit: int) -> Page:
    """Whoever lives here now."""
    rows = _people(community)
    if home_key is not None:
        rows = rows.where(resident.c.household_id == home_key)
    return _page(connection, rows, resident.c.id, after, limit)


def person(connection: Connection, community: str, key: int) -> Record | None:
    return connection.execute(_people(community).where(resident.c.id == key)).one_or_none()


def _page(connection: Connection, rows: Select[Any], key: Column[int], after: int | None, limit: int) -> Page:
    """after: the last id seen."""
    if after is not None:
        rows = rows.where(key > after)
    return paged(connection.execute(rows.order_by(key).limit(limit + 1)).all(), limit)
