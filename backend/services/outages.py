"""What is off just now or soon, for whom: told before anybody asks (most calls of such a day are this one question)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from backend.models.people import building, household, resident
from backend.services import bindings, board

# Further ahead it is no news of today.
AHEAD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Outage:
    """item: of the board, with `buildings`; until: its end."""

    item: board.Item
    begins: datetime
    until: datetime


def news(connection: Connection, community: str, phone: str, now: datetime) -> list[Outage]:
    """What concerns the home of whoever calls from here; of a number that we do not know everything. What is told names
    buildings and no home: a number that somebody shows proves nothing."""
    coming = _coming(connection, community, now)
    if not coming:
        return []
    mine = _buildings(connection, community, phone)
    return [one for one in coming if not mine or mine & set(one.item.data["buildings"])]


def _coming(connection: Connection, community: str, now: datetime) -> list[Outage]:
    found = []
    for item in board.items(connection, community, "notice"):
        begins, until = item.data.get("from"), item.data.get("until")
        if not item.data.get("buildings") or not begins or not until:
            continue
        first, last = datetime.fromisoformat(begins), datetime.fromisoformat(until)
        if first <= now + AHEAD and last > now:
            found.append(Outage(item, first, last))
    return sorted(found, key=lambda one: one.begins)


def _buildings(connection: Connection, community: str, phone: str) -> set[str]:
    people = bindings.by_phone(connection, community, phone)
    if not people:
        return set()
    homes = resident.join(household, household.c.id == resident.c.household_id)
    rows = select(building.c.number).select_from(homes.join(building, building.c.id == household.c.building_id))
    return set(connection.execute(rows.where(resident.c.id.in_(people))).scalars())
