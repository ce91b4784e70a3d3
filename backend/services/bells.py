"""Somebody at a gate without a pass: the home is rung, then its second contact, then what the house has written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from backend import wake
from backend.db import Record
from backend.ids import new_id
from backend.models.people import building, contact, household, resident
from backend.models.ringing import gate_bell
from backend.services import board, outbox, webhooks
from backend.services.ladder import reach
from backend.services.ringing import rows
from bot.contract.errors import Refused
from bot.contract.messages import Address

KIND = "bell"
DESK, WAIT, REFUSE = "desk", "wait", "refuse"
# More rings of one home than these are no visitor.
MOST, WITHIN = 3, timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class House:
    """What the house has written down. rings: how many numbers of a home are rung at most; hours: when, as hours of the
    day; unanswered: who decides where nobody answers, or at another hour."""

    rings: int = 2
    opens: int = 7
    closes: int = 23
    unanswered: str = DESK


def rule(connection: Connection, community: str, house: House) -> None:
    """What config.yml says of this community."""
    data = {"rings": house.rings, "opens": house.opens, "closes": house.closes, "unanswered": house.unanswered}
    board.put(connection, community, KIND, [{"key": KIND, **data}])


def house_of(connection: Connection, community: str) -> House:
    found = board.one(connection, community, KIND, KIND)
    if found is None:
        return House()
    data = found.data
    return House(int(data["rings"]), int(data["opens"]), int(data["closes"]), str(data["unanswered"]))


def rung(
    connection: Connection,
    community: str,
    cause: tuple[str, str],
    data: Mapping[str, str],
    now: datetime,
    real: datetime,
) -> Record:
    """A gate says that somebody rang. cause: source and id of its event, which counts once; data: gate, home, visitor.

    Raises `Refused` (422) for a home that there is not, (429) where it was rung too often.
    """
    key = hashlib.sha256("\n".join((community, *cause)).encode()).hexdigest()
    known = connection.execute(select(gate_bell.c.id).where(gate_bell.c.cause == key)).scalar_one_or_none()
    if known is not None:
        return standing(connection, known)
    home = _home(connection, community, data["home"])
    lately = (gate_bell.c.household_id == home.id, gate_bell.c.rang_at > real - WITHIN)
    if connection.execute(select(func.count()).select_from(gate_bell).where(*lately)).scalar_one() >= MOST:
        raise Refused("this home was rung too often; ask the desk", status=429)
    row = {
        "id": new_id(),
        "community_id": community,
        "gate": data["gate"],
        "household_id": home.id,
        "visitor": data.get("visitor", ""),
        "state": "ringing",
        "cause": key,
        "rang_at": real,
    }
    connection.execute(insert(gate_bell), row)
    about, house = standing(connection, str(row["id"])), house_of(connection, community)
    voice = reach.of(connection, community).voice
    if voice and house.opens <= now.hour < house.closes:
        ring_next(connection, about, voice, reach.VOICE, 0, real)
    else:
        _policy(connection, about, house, real)
    return standing(connection, about.id)


def _home(connection: Connection, community: str, home: str) -> Record:
    """`3-2-501`, or as people of the estate say it. Raises `Refused`."""
    parts = home.split("-")
    rows_ = select(household).join(building, building.c.id == household.c.building_id)
    rows_ = rows_.where(household.c.community_id == community)
    if len(parts) in (2, 3):
        unit = household.c.unit.is_(None) if len(parts) == 2 else household.c.unit == parts[1]
        rows_ = rows_.where(building.c.number == parts[0], unit, household.c.room == parts[-1])
    else:
        rows_ = rows_.where(household.c.label == home)
    found = connection.execute(rows_).one_or_none()
    if found is None:
        raise Refused("there is no such home", pointer="/data/home")
    return found


def standing(connection: Connection, key: str) -> Record:
    """Raises `Refused` (404)."""
    found = connection.execute(select(gate_bell).where(gate_bell.c.id == key).with_for_update()).one_or_none()
    if found is None:
        raise Refused("no such bell", status=404)
    return found


def of_community(connection: Connection, community: str, key: str) -> Record:
    """Raises `Refused` (404), for another community's too."""
    mine = (gate_bell.c.community_id == community, gate_bell.c.id == key)
    found = connection.execute(select(gate_bell).where(*mine)).one_or_none()
    if found is None:
        raise Refused("no such bell", status=404)
    return found


def numbers(connection: Connection, about: Record) -> list[tuple[str, str, str | None]]:
    """Name, number and language: who lives there, then who is to be called for them; each number once."""
    lives = select(resident.c.id, resident.c.name, resident.c.phone, resident.c.language).where(
        resident.c.community_id == about.community_id,
        resident.c.household_id == about.household_id,
        resident.c.left_at.is_(None),
    )
    living = list(connection.execute(lives.order_by(resident.c.id)))
    called = select(contact.c.name, contact.c.phone).where(
        contact.c.community_id == about.community_id, contact.c.resident_id.in_([row.id for row in living])
    )
    found = {row.phone: (row.name, row.phone, row.language) for row in living if row.phone}
    for row in connection.execute(called.order_by(contact.c.rank)):
        found.setdefault(row.phone, (row.name, row.phone, None))
    return list(found.values())


def ring_next(connection: Connection, about: Record, account: str, channel: str, place: int, real: datetime) -> None:
    """The number at this place of the home's list; after the last the policy."""
    house = house_of(connection, about.community_id)
    known = numbers(connection, about)[: house.rings]
    if place >= len(known):
        _policy(connection, about, house, real)
        return
    name, phone, language = known[place]
    what = {"bell": about.id, "place": place, "name": name}
    to = Address(channel, phone, account)
    wanted = rows.Wanted(about.community_id, rows.BELL, to, f"bell:{about.id}:{place}", what, language)
    rows.place(connection, wanted, real, real, urgent=True)


def _policy(connection: Connection, about: Record, house: House, real: datetime) -> None:
    """What the house has written for when nobody answers."""
    if house.unanswered == REFUSE:
        decided(connection, about, "refused", KIND, real)
        return
    decided(connection, about, "unanswered", KIND, real)
    if house.unanswered == DESK:
        body = {"bell": about.id, "gate": about.gate, "visitor": about.visitor}
        outbox.call_staff(connection, about.community_id, body, f"bell:{about.id}:desk", real)


def decided(connection: Connection, about: Record, state: str, by: str, real: datetime) -> None:
    """The gate hears it by webhook; who is at home it does not hear."""
    mine = (gate_bell.c.id == about.id, gate_bell.c.state == "ringing")
    changed = connection.execute(update(gate_bell).where(*mine).values(state=state, by=by, ended_at=real))
    if changed.rowcount:
        data = {"id": about.id, "gate": about.gate, "state": state}
        webhooks.publish(connection, about.community_id, f"bell.{state}", data)
        wake.after_commit(connection, wake.desk(about.community_id))
