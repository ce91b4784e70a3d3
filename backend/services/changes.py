"""Every change to the desk's own data, with before and after: seen by whoever comes second, undone where that helps.

Before and after stand in a table of their own and can be erased; the audit log, which cannot be edited, holds their
digest and the names of what changed, never a resident's data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, Table, delete, insert, or_, select, update

from backend import wake
from backend.db import Record, insert_or
from backend.models.housekeeping import provider
from backend.models.notes import canned
from backend.models.office import change, shift, special_day, team
from backend.models.people import building, contact, duty, household, resident
from backend.models.schema import Instant
from backend.services import audit
from backend.services.acting import Actor
from backend.services.amounts import yuan
from backend.services.hours import WEEKDAYS
from bot.contract.errors import Refused
from bot.contract.text import Text, t


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record. loose: may be taken away again."""

    table: Table
    loose: bool = False

    @property
    def versioned(self) -> bool:
        return "version" in self.table.c


KINDS: dict[str, Kind] = {
    "resident": Kind(resident),
    "contact": Kind(contact, loose=True),
    "team": Kind(team),
    "day": Kind(special_day, loose=True),
    "shift": Kind(shift, loose=True),
    "provider": Kind(provider),
    "text": Kind(canned, loose=True),
    "duty": Kind(duty, loose=True),
    "building": Kind(building),
    "household": Kind(household),
}
FIELDS: dict[str, Text] = {
    "name": t("Name"),
    "phone": t("Phone"),
    "role": t("Role"),
    "language": t("Language"),
    "slow": t("Slowly, please"),
    "person": t("A person first"),
    "birth_year": t("Year of birth"),
    "lives_alone": t("Lives alone"),
    "relation": t("Relation"),
    "names": t("Name"),
    "mode": t("How work is shared"),
    "takes": t("Takes"),
    "active": t("Active"),
    "cancel_hours": t("Cancel until (hours)"),
    "cancel_fee": t("Fee"),
    "areas": t("Buildings"),
    "shortcut": t("Shortcut"),
    "flow": t("Belongs to"),
    "state": t("State"),
    "texts": t("Words"),
    "members": t("Who is in it"),
    "order": t("In this order"),
    "offers": t("Prices"),
    "number": t("Building"),
    "units": t("Units"),
    "floors": t("Floors"),
    "rooms_per_floor": t("Rooms on a floor"),
    "warranty_until": t("Warranty until"),
    "label": t("Called"),
    "room": t("Room", context="home"),
    "may": t("May", context="proxy"),
    "kin": t("Relation"),
    "day": t("Day"),
    "note": t("Why"),
    "opens": t("From", context="hours"),
    "closes": t("To", context="hours"),
    **{str(number): day for number, day in enumerate(WEEKDAYS)},
}
_CLOCK = frozenset({"opens", "closes"})
_SECRET = frozenset({"phone"})
_MONEY = frozenset({"cancel_fee"})


def save(
    connection: Connection, who: Actor, what: str, key: int | None, values: Mapping[str, Any], seen: int | None = None
) -> int:
    """Write a record anew (key None) or change it if it is still as it was seen; returns its key."""
    kind = KINDS[what]
    if key is None:
        new_row = insert(kind.table).values(community_id=who.community, **values)
        made = connection.execute(new_row.returning(kind.table.c.id)).scalar_one()
        write(connection, who, what, str(made), None, values)
        return int(made)
    row = find(connection, who.community, what, key)
    if kind.versioned and seen is not None and seen != row.version:
        raise stale(connection, who.community, what, str(key))
    new = {name: value for name, value in values.items() if getattr(row, name) != value}
    if new:
        mine = update(kind.table).where(kind.table.c.id == key)
        if kind.versioned:
            mine = mine.where(kind.table.c.version == row.version).values(version=row.version + 1)
        if connection.execute(mine.values(**new)).rowcount == 0:
            raise stale(connection, who.community, what, str(key))
        write(connection, who, what, str(key), {name: getattr(row, name) for name in new}, new)
    return key


def remove(connection: Connection, who: Actor, what: str, key: int) -> None:
    """Take a loose record away; it is kept with the change."""
    kind, row = KINDS[what], find(connection, who.community, what, key)
    connection.execute(delete(kind.table).where(kind.table.c.id == key))
    write(connection, who, what, str(key), dict(row._mapping), None)


def find(connection: Connection, community: str, what: str, key: int) -> Record:
    """Of this community; raises `Refused` (404)."""
    kind = KINDS[what]
    rows = select(kind.table).where(kind.table.c.id == key, kind.table.c.community_id == community)
    row = connection.execute(rows).one_or_none()
    if row is None:
        raise Refused("there is no such record", status=404)
    return row


def write(
    connection: Connection,
    who: Actor,
    what: str,
    key: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> int:
    """Keep before and after, and tell the audit log which and by whom."""
    kept = {"before": plain(before), "after": plain(after)}
    row = {"community_id": who.community, "what": what, "key": key, "by": who.login, "name": who.name, "at": who.real}
    made = int(connection.execute(insert(change).values(**row, **kept).returning(change.c.id)).scalar_one())
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    told = {
        "change": made,
        "fields": sorted(after or before or {}),
        "digest": hashlib.sha256(text.encode()).hexdigest(),
    }
    verb = "added" if before is None else "removed" if after is None else "changed"
    audit.note(connection, who.community, who.login, f"{what}.{verb}", f"{what} {key}", who.real, told)
    wake.after_commit(connection, wake.desk(who.community))
    return made


def take(connection: Connection, who: Actor, key: int) -> Record:
    """A change that is to be undone, marked so; raises `Refused` (404, 409)."""
    mine = (change.c.community_id == who.community, change.c.id == key)
    first = update(change).where(*mine, change.c.undone_at.is_(None)).values(undone_at=who.real)
    is_first = connection.execute(first).rowcount == 1
    row = connection.execute(select(change).where(*mine)).first()
    if row is None:
        raise Refused("there is no such change", status=404)
    if not is_first:
        raise Refused("undone already", t("This was undone already."), status=409)
    return row


def put_back(connection: Connection, who: Actor, row: Record) -> None:
    """A record as it was before. Only while nobody has changed it since."""
    kind, record = KINDS[row.what], int(row.key)
    if row.before is None:
        _gone(connection, who, row, kind)
    elif row.after is None:
        # Its place may have been given to another.
        again = insert_or(kind.table).on_conflict_do_nothing()
        if connection.execute(again, typed(kind.table, row.before)).rowcount == 0:
            raise stale(connection, who.community, row.what, row.key)
        write(connection, who, row.what, row.key, None, row.before)
    else:
        now = find(connection, who.community, row.what, record)
        if plain({name: getattr(now, name) for name in row.after}) != row.after:
            raise stale(connection, who.community, row.what, row.key)
        save(connection, who, row.what, record, typed(kind.table, row.before))


def _gone(connection: Connection, who: Actor, row: Record, kind: Kind) -> None:
    if not kind.loose:
        raise Refused("others may refer to it", t("What was added cannot simply be taken away; change it instead."))
    remove(connection, who, row.what, int(row.key))


def newest(connection: Connection, community: str, of: Mapping[str, Iterable[object]], limit: int = 8) -> list[Record]:
    """The last changes of these records, by their kind, for whoever works on them."""
    these = [(change.c.what == what) & change.c.key.in_([str(key) for key in keys]) for what, keys in of.items()]
    rows = select(change).where(change.c.community_id == community, or_(*these)).order_by(change.c.id.desc())
    return list(connection.execute(rows.limit(limit)))


def latest(connection: Connection, community: str, whats: Iterable[str], limit: int = 8) -> list[Record]:
    """The last changes of these kinds, of whichever record."""
    rows = select(change).where(change.c.community_id == community, change.c.what.in_(list(whats)))
    return list(connection.execute(rows.order_by(change.c.id.desc()).limit(limit)))


def told(row: Record) -> list[tuple[Text | str, str, str]]:
    """Field, before, after: for eyes, telephone numbers in part."""
    before, after = row.before or {}, row.after or {}
    names = [name for name in {**before, **after} if name in FIELDS]
    return [(FIELDS[name], _shown(name, before.get(name)), _shown(name, after.get(name))) for name in names]


def _shown(name: str, value: object) -> str:
    text = "–" if value in (None, "") else str(value)
    if isinstance(value, dict):
        text = " / ".join(str(one) for one in value.values())
    elif isinstance(value, list):
        text = ", ".join(str(one) for one in value)
    elif name in _CLOCK and isinstance(value, int):
        text = f"{value // 60}:{value % 60:02d}"
    elif name in _MONEY and isinstance(value, int):
        text = f"¥{yuan(value)}"
    return f"****{text[-4:]}" if name in _SECRET and len(text) > 4 else text


def stale(connection: Connection, community: str, what: str, key: str) -> Refused:
    """Somebody else came first: who, and what they made of it."""
    last = next(iter(newest(connection, community, {what: [key]}, 1)), None)
    if last is None:
        return Refused("changed meanwhile", status=409)
    lines = [f"{before} → {after}" for _, before, after in told(last)]
    said = t(
        "{name} changed this meanwhile: {what}. You see it as it is now; what you wrote is still here.",
        name=last.name,
        what="; ".join(lines) or "–",
    )
    return Refused("changed meanwhile", said, status=409)


def plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """As JSON holds it."""
    if values is None:
        return None
    return {name: v.isoformat() if isinstance(v, (date, datetime)) else v for name, v in values.items()}


def typed(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """As the columns want it again."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        kind = table.c[name].type
        if isinstance(value, str) and isinstance(kind, Instant):
            value = datetime.fromisoformat(value)
        elif isinstance(value, str) and isinstance(kind, Date):
            value = date.fromisoformat(value)
        made[name] = value
    return made
