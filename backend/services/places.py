"""From a place as said to a household that exists; says which part of it does not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, bindparam, select

from backend.db import Record
from backend.models.people import building, household
from bot.contract.conversation import Community, Home
from bot.contract.errors import Refused
from bot.contract.text import t
from bot.contract.understanding import Place

# The building, and the home in it when unit and room name one: both by one look.
_BUILDING = (
    select(
        building.c.id.label("block"),
        building.c.number.label("building"),
        building.c.units,
        building.c.floors,
        building.c.rooms_per_floor,
        household,
    )
    .select_from(
        building.outerjoin(
            household,
            (household.c.building_id == building.c.id)
            & (household.c.unit == bindparam("unit"))
            & (household.c.room == bindparam("room")),
        )
    )
    .where(building.c.community_id == bindparam("community"), building.c.number == bindparam("number"))
)
_BUILDINGS = select(building.c.number).where(building.c.community_id == bindparam("community"))
_ROOM = select(household).where(household.c.building_id == bindparam("building"), household.c.room == bindparam("room"))


def _natural(number: str) -> tuple[int, str]:
    return (int(number), "") if number.isdigit() else (10**6, number)


def building_range(connection: Connection, community: str) -> tuple[str, str]:
    """The first and last building, for telling people which there are."""
    numbers = sorted((row.number for row in connection.execute(_BUILDINGS, {"community": community})), key=_natural)
    return (numbers[0], numbers[-1]) if numbers else ("", "")


def check(connection: Connection, community: Community, place: Place) -> Record | None:
    """The household that the place names, None when it names none or is no home.

    Raises `Refused` when the place names a building, unit or room that this community does not have.
    """
    if place.building is None:
        return None
    wanted = {"community": community.id, "number": place.building.upper(), "unit": place.unit, "room": place.room}
    found = connection.execute(_BUILDING, wanted).one_or_none()
    if found is None:
        first, last = building_range(connection, community.id)
        raise Refused(
            f"no building {place.building}",
            t(
                "There is no building {building} here; our buildings are {first} to {last}.",
                building=place.building,
                first=first,
                last=last,
            ),
        )
    if place.unit is not None and place.unit.isdigit() and int(place.unit) > found.units:
        raise Refused(
            f"no unit {place.unit}",
            tn_units(place.building, place.unit, found.units),
        )
    if place.room is None:
        return None
    return _room(connection, place, found)


def tn_units(number: str, unit: str, units: int) -> Any:
    return t(
        "Building {building} has no unit {unit}; its units are 1 to {units}.", building=number, unit=unit, units=units
    )


def _room(connection: Connection, place: Place, found: Record) -> Record | None:
    if found.id is not None:
        return found
    rooms = list(connection.execute(_ROOM, {"building": found.block, "room": place.room}))
    if not rooms:
        raise Refused(
            f"no room {place.room}",
            t(
                "Building {building} has no room {room}: it has floors 1 to {floors}, with rooms 01 to {last} on each.",
                building=found.building,
                room=str(place.room),
                floors=found.floors,
                last=f"{found.rooms_per_floor:02d}",
            ),
        )
    # Without a unit the room may stand in several: then no household is guessed.
    return rooms[0] if place.unit is None and len(rooms) == 1 else None


def home_of(row: Record, number: str) -> Home:
    return Home(id=row.id, label=row.label, building=number, unit=row.unit, room=row.room)


def by_label(connection: Connection, community: str, label: str) -> Record | None:
    """A household by its label."""
    query = select(household).where(and_(household.c.community_id == community, household.c.label == label))
    return connection.execute(query).one_or_none()
