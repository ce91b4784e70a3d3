"""Buildings and homes as the desk keeps them: a block with all its homes at once, one more, what one is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, func, insert, select, update

from backend.db import Record
from backend.models.people import building, household
from backend.models.schema import metadata
from backend.services import changes
from backend.services.acting import Actor
from bot.contract.errors import Refused
from bot.contract.text import t

# No block has more; a slip of the finger must not make a million homes.
MOST = 3_000
_SHORT = re.compile(r"[0-9A-Za-z]{1,10}")
_NUMBER = re.compile(r"\d{1,3}")
BLANKS = ("{building}", "{unit}", "{room}")


def buildings(connection: Connection, community: str) -> list[Record]:
    """In the order of their numbers, each with how many homes it has."""
    homes = select(func.count()).where(household.c.building_id == building.c.id).scalar_subquery()
    rows = connection.execute(select(building, homes.label("homes")).where(building.c.community_id == community))
    return sorted(rows, key=lambda row: (int(row.number) if row.number.isdecimal() else 10**6, row.number))


def put_building(connection: Connection, who: Actor, form: Mapping[str, str], warranty: date | None) -> int:
    """number, units, floors, rooms; label: what its homes are called, with {building}, {unit} and {room} in it."""
    number = _short(form["number"], "/number").upper()
    mine = (building.c.community_id == who.community, building.c.number == number)
    if connection.execute(select(building.c.id).where(*mine)).first() is not None:
        raise Refused("there already", t("There is a building of this number."), status=409, pointer="/number")
    units, floors, rooms = (_count(form[name], f"/{name}") for name in ("units", "floors", "rooms"))
    if units * floors * rooms > MOST:
        text = t("That would be {n} homes: please look at the numbers again.", n=units * floors * rooms)
        raise Refused("too many homes", text, pointer="/floors")
    label = _pattern(form["label"])
    values = {"number": number, "units": units, "floors": floors, "rooms_per_floor": rooms, "warranty_until": warranty}
    made = changes.save(connection, who, "building", None, values)
    homes = [
        {"community_id": who.community, "building_id": made, "unit": str(unit), "room": room}
        | {"label": _label(label, number, str(unit), room)}
        for unit in range(1, units + 1)
        for floor in range(1, floors + 1)
        for room in (f"{floor}{place:02d}" for place in range(1, rooms + 1))
    ]
    _free(connection, who.community, (str(one["label"]) for one in homes))
    connection.execute(insert(household), homes)
    return made


def set_warranty(connection: Connection, who: Actor, key: int, until: date | None) -> None:
    changes.save(connection, who, "building", key, {"warranty_until": until})


def put_home(connection: Connection, who: Actor, form: Mapping[str, str]) -> int:
    """One more, which no row of rooms has: a shop, a house, a flat that was divided."""
    number, unit = form["building"].strip().upper(), form.get("unit", "").strip()
    mine = (building.c.community_id == who.community, building.c.number == number)
    block = connection.execute(select(building).where(*mine)).one_or_none()
    if block is None:
        raise Refused("no building", t("There is no building of this number."), status=404, pointer="/building")
    room = _short(form["room"], "/room")
    unit = _short(unit, "/unit") if unit else ""
    same = (household.c.building_id == block.id, household.c.room == room)
    other = household.c.unit == unit if unit else household.c.unit.is_(None)
    if connection.execute(select(household.c.id).where(*same, other)).first() is not None:
        raise Refused("there already", t("There is a home of this room already."), status=409, pointer="/room")
    if unit.isdecimal() and int(unit) > block.units:
        # Residents who name it must not hear that there is no such unit.
        connection.execute(update(building).where(building.c.id == block.id).values(units=int(unit)))
    label = form.get("label", "").strip() or "-".join(part for part in (number, unit, room) if part)
    _free(connection, who.community, [label])
    values = {"building_id": block.id, "unit": unit or None, "room": room, "label": label[:80]}
    return changes.save(connection, who, "household", None, values)


def name_home(connection: Connection, who: Actor, key: int, label: str) -> None:
    """What it is called from now on, by residents and on every paper."""
    label = " ".join(label.split())[:80]
    if not label:
        raise Refused("a home has a name", t("Please write a name."), pointer="/label")
    if changes.find(connection, who.community, "household", key).label != label:
        _free(connection, who.community, [label])
    changes.save(connection, who, "household", key, {"label": label})


def drop_home(connection: Connection, who: Actor, key: int) -> None:
    """Only one of which nothing is known yet."""
    changes.find(connection, who.community, "household", key)
    for table in metadata.tables.values():
        for column in table.c:
            if any(one.column is household.c.id for one in column.foreign_keys):
                known = select(column).where(column == key).limit(1)
                if connection.execute(known).first() is not None:
                    text = t("People, bills or cases belong to this home: it cannot be taken away. Call it otherwise.")
                    raise Refused("something is known of it", text, status=409)
    changes.remove(connection, who, "household", key)


def _free(connection: Connection, community: str, labels: Iterable[str]) -> None:
    """Two homes of one name would be taken for each other by whoever speaks of one."""
    known = set(connection.execute(select(household.c.label).where(household.c.community_id == community)).scalars())
    double = next((one for one in labels if one in known), None)
    if double is not None:
        text = t("Another home is called {label} already.", label=double)
        raise Refused("called so already", text, status=409, pointer="/label")


def _pattern(text: str) -> str:
    text = " ".join(text.split())
    if "{building}" not in text or "{room}" not in text or len(text) > 60:
        raise Refused(
            "no pattern",
            t(
                "Please write how a home is called, with {building} and {room} in it.",
                building=BLANKS[0],
                room=BLANKS[2],
            ),
            pointer="/label",
        )
    return text


def _label(pattern: str, number: str, unit: str, room: str) -> str:
    for blank, value in zip(BLANKS, (number, unit, room), strict=True):
        pattern = pattern.replace(blank, value)
    return pattern


def _short(text: str, pointer: str) -> str:
    if not _SHORT.fullmatch(text.strip()):
        raise Refused("a short number", t("Please write 1 to 10 digits or letters."), pointer=pointer)
    return text.strip()


def _count(text: str, pointer: str) -> int:
    if not _NUMBER.fullmatch(text.strip()) or int(text) < 1:
        raise Refused("no number", t("Please write a whole number."), pointer=pointer)
    return int(text)
