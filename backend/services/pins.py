"""The number by which a resident shows on a telephone who they are; a caller's number alone proves nobody (X4)."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from backend import vault
from backend.db import Record
from backend.models.people import building, household, resident, resident_pin
from backend.services import audit, bindings
from bot.contract.errors import Refused

DIGITS = 6
TRIES, LOCKED = 5, timedelta(hours=1)
# So many residents shut out at once are no forgetful people.
MANY = 10
# The PIN; behind it, from a telephone that we do not know, building, unit and room.
_KEYED = re.compile(rf"\*?(\d{{{DIGITS}}})(?:\*([\d*]{{1,30}}))?#?")
MATCHED, WRONG, SHUT = "bound", "unknown", "locked"


@dataclass(frozen=True, slots=True)
class _Door:
    """Where wrong tries are counted: those of the resident's own number apart from those of every other telephone, so
    that a stranger who guesses does not shut a resident out of their own."""

    wrong: str
    until: str

    def shut(self, row: Record, real: datetime) -> bool:
        until = getattr(row, self.until)
        return until is not None and until > real


_OWN, _ELSEWHERE = _Door("wrong", "locked_until"), _Door("wrong_elsewhere", "elsewhere_until")


def put(connection: Connection, community: str, resident_id: int, pin: str, real: datetime) -> None:
    """From now on this is theirs, and no other; it is kept sealed."""
    connection.execute(delete(resident_pin).where(resident_pin.c.resident_id == resident_id))
    row = {"resident_id": resident_id, "community_id": community, "sealed": vault.seal(pin.encode(), _of(resident_id))}
    connection.execute(insert(resident_pin).values(**row, wrong=0, wrong_elsewhere=0, made_at=real))


def issue(connection: Connection, community: str, resident_id: int, by: str, real: datetime) -> str:
    """A new PIN, shown this once. Raises `Refused` (404) for a resident of another community or none."""
    where = (resident.c.id == resident_id, resident.c.community_id == community, resident.c.left_at.is_(None))
    if connection.execute(select(resident.c.id).where(*where)).first() is None:
        raise Refused("no such resident", status=404)
    pin = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    put(connection, community, resident_id, pin, real)
    audit.note(connection, community, by, "pin.issued", f"resident {resident_id}", real)
    return pin


def check(connection: Connection, community: str, phone: str, keyed: str, real: datetime) -> tuple[str, int | None]:
    """What came of it, and whose it is. phone: the number that the call shows; keyed: `123456`, or with a home behind
    it. A number or home without any PIN is answered like a wrong one."""
    found = _KEYED.fullmatch(keyed)
    rows = _candidates(connection, community, phone, found[2] or "", real) if found else []
    own = set(bindings.by_phone(connection, community, phone)) if rows else set()
    doors = {row.resident_id: _OWN if row.resident_id in own else _ELSEWHERE for row in rows}
    open_ = [row for row in rows if not doors[row.resident_id].shut(row, real)]
    if rows and not open_:
        return SHUT, None
    given = found[1] if found else ""
    # Every one is looked at, so that the time taken tells nothing.
    right = [
        row for row in open_ if hmac.compare_digest(vault.opened(row.sealed, _of(row.resident_id)), given.encode())
    ]
    if len(right) == 1:
        _settle(connection, right[0].resident_id, doors[right[0].resident_id], 0, None)
        return MATCHED, int(right[0].resident_id)
    for row in open_:
        _missed(connection, row, doors[row.resident_id], real)
    return WRONG, None


def _candidates(connection: Connection, community: str, phone: str, home: str, real: datetime) -> list[Record]:
    query = select(resident_pin).join(resident, resident.c.id == resident_pin.c.resident_id)
    query = query.where(resident_pin.c.community_id == community, resident.c.left_at.is_(None))
    if not home:
        people = bindings.by_phone(connection, community, phone)
        return list(
            connection.execute(query.where(resident_pin.c.resident_id.in_(people)).with_for_update(of=resident_pin))
        )
    parts = [part for part in home.split("*") if part]
    if len(parts) not in (2, 3) or _besieged(connection, community, real):
        return []
    unit = household.c.unit.is_(None) if len(parts) == 2 else household.c.unit == parts[1]
    query = query.join(household, household.c.id == resident.c.household_id)
    query = query.join(building, building.c.id == household.c.building_id)
    query = query.where(building.c.number == parts[0], unit, household.c.room == parts[-1])
    return list(connection.execute(query.with_for_update(of=resident_pin)))


def _besieged(connection: Connection, community: str, real: datetime) -> bool:
    """Somebody goes from door to door with guesses: no home is opened from an unknown telephone meanwhile."""
    shut = (resident_pin.c.community_id == community, resident_pin.c.elsewhere_until > real)
    return bool(connection.execute(select(func.count()).select_from(resident_pin).where(*shut)).scalar_one() >= MANY)


def reseal(connection: Connection) -> int:
    """With the newest key, all of them."""
    rows = list(connection.execute(select(resident_pin.c.resident_id, resident_pin.c.sealed)))
    for row in rows:
        sealed = vault.seal(vault.opened(row.sealed, _of(row.resident_id)), _of(row.resident_id))
        connection.execute(
            update(resident_pin).where(resident_pin.c.resident_id == row.resident_id).values(sealed=sealed)
        )
    return len(rows)


def _missed(connection: Connection, row: Record, door: _Door, real: datetime) -> None:
    wrong = getattr(row, door.wrong) + 1
    if wrong < TRIES:
        _settle(connection, row.resident_id, door, wrong, None)
        return
    _settle(connection, row.resident_id, door, 0, real + LOCKED)
    audit.note(connection, row.community_id, "phone", "pin.locked", f"resident {row.resident_id}", real)


def _settle(connection: Connection, resident_id: int, door: _Door, wrong: int, until: datetime | None) -> None:
    mine = update(resident_pin).where(resident_pin.c.resident_id == resident_id)
    connection.execute(mine.values({door.wrong: wrong, door.until: until}))


def _of(resident_id: int) -> str:
    return f"pin:{resident_id}"
