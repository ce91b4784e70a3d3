"""Loads the demo community of `estate.yml` into an empty database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, func, insert, select, update

from backend.demo import desk, fees, housekeepers, passes
from backend.models.people import building, contact, duty, household, resident
from backend.services import duty as watch
from backend.services import health, keys, pins, proxies
from backend.services.communities import register
from bot.contract.conversation import Community

FILE = Path(__file__).resolve().parent / "estate.yml"


def _estate() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return data


def load(connection: Connection, settings: Community, now: datetime, real: datetime) -> int:
    """Load what is not there yet; returns the verified resident that a sender of the demo counts as.

    The answered drills are renewed at each start, so that alarms are armed in the demo.
    """
    estate = _estate()
    if register(connection, settings, demo=True):
        _homes(connection, settings.id, estate)
        _people(connection, settings.id, estate, real)
        _duty(connection, settings.id, estate, real)
        fees.load(connection, settings.id)
        keys.put(connection, settings.id, "demo", keys.ALL_SCOPES, keys.DEMO_KEY, real)
        passes.load(connection, settings.id, now, real)
        desk.load(connection, settings.id, now)
    desk.put_up(connection, settings.id, now)
    desk.man(connection, settings.id, real)
    housekeepers.load(connection, settings.id)
    connection.execute(update(duty).where(duty.c.community_id == settings.id).values(drill_answered_at=real))
    _promise(connection, settings.id)
    first = estate["people"][0]["phone"]
    rows = select(resident.c.id).where(resident.c.community_id == settings.id, resident.c.phone == first)
    return int(connection.execute(rows).scalar_one())


def _promise(connection: Connection, key: str) -> None:
    """In the demo it is switched on from the first; whoever switches it off is heeded."""
    if watch.promise(connection, key) is None:
        last = connection.execute(select(func.max(duty.c.id)).where(duty.c.community_id == key)).scalar_one()
        watch.put(connection, key, watch.Promise(True, str(last), ""))


def _homes(connection: Connection, key: str, estate: dict[str, Any]) -> None:
    shape = {name: estate[name] for name in ("units", "floors", "rooms_per_floor")}
    numbers = [str(n) for n in range(1, estate["buildings"] + 1)]
    connection.execute(insert(building), [{"community_id": key, "number": n, **shape} for n in numbers])
    made = connection.execute(select(building.c.id, building.c.number).where(building.c.community_id == key)).all()
    homes = [
        {"community_id": key, "building_id": row.id, "unit": str(unit), "room": f"{floor}{room:02d}"}
        | {"label": estate["label"].format(building=row.number, unit=unit, room=f"{floor}{room:02d}")}
        for row in made
        for unit in range(1, estate["units"] + 1)
        for floor in range(1, estate["floors"] + 1)
        for room in range(1, estate["rooms_per_floor"] + 1)
    ]
    connection.execute(insert(household), homes)


def _people(connection: Connection, key: str, estate: dict[str, Any], real: datetime) -> None:
    rows = connection.execute(select(household.c.id, household.c.label).where(household.c.community_id == key))
    homes = {row.label: row.id for row in rows}
    people = [
        {
            "community_id": key,
            "household_id": homes[person["home"]],
            "name": person["name"],
            "phone": person["phone"],
            "role": person["role"],
            "birth_year": person["birth_year"],
            "lives_alone": person.get("lives_alone", False),
            "slow": False,
        }
        for person in estate["people"]
    ]
    connection.execute(insert(resident), people)
    made = connection.execute(select(resident.c.id, resident.c.phone).where(resident.c.community_id == key))
    ids = {row.phone: row.id for row in made}
    for one in estate["proxies"]:
        proxies.grant(connection, key, ids[one["whose"]], ids[one["agent"]], one["may"], one["kin"], real)
    contacts = [
        {
            "community_id": key,
            "resident_id": ids[one["whose"]],
            "name": one["name"],
            "relation": one["relation"],
            "phone": one["phone"],
            "rank": rank,
        }
        for rank, one in enumerate(estate["contacts"], 1)
    ]
    connection.execute(insert(contact), contacts)
    for one in estate["pins"]:
        pins.put(connection, key, ids[one["whose"]], one["pin"], real)
    for one in estate["health"]:
        health.put(connection, key, ids[one["whose"]], one["words"], real)


def _duty(connection: Connection, key: str, estate: dict[str, Any], real: datetime) -> None:
    rows = [
        {"community_id": key, "name": one["name"], "phone": one["phone"], "rank": rank, "drill_answered_at": real}
        for rank, one in enumerate(estate["duty"], 1)
    ]
    connection.execute(insert(duty), rows)
