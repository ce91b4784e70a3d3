"""Who works at a community's desk, how residents see them, and when each was last seen doing something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from backend.db import Record, insert_or
from backend.models.staff import staff
from backend.services.communities import names
from bot.contract.errors import Refused

ROLES = ("duty", "agent", "supervisor", "admin", "auditor", "sysadmin")
# Those who may speak to residents; an auditor reads, a system admin keeps the machine.
SPEAKS = frozenset({"duty", "agent", "supervisor", "admin"})
# Presence is the last action (practice 25).
PRESENT = timedelta(minutes=15)

_PUT = insert_or(staff).on_conflict_do_nothing(index_elements=["login"])
_ONE = select(staff).where(staff.c.community_id == bindparam("community"), staff.c.id == bindparam("key"))
_EVERYBODY = (
    select(staff).where(staff.c.community_id == bindparam("community"), staff.c.active.is_(True)).order_by(staff.c.id)
)
_ACTED = update(staff).where(staff.c.id == bindparam("key")).values(last_action_at=bindparam("at"))


@dataclass(frozen=True, slots=True)
class Clerk:
    """One of the staff. name: for colleagues; shown_as: by language, what residents see (a surname or a number)."""

    id: int
    community: str
    login: str
    name: str
    shown_as: Mapping[str, str]
    role: str
    teams: tuple[str, ...] = ()
    active: bool = True

    def shown(self, language: str | None) -> str:
        return self.shown_as.get(language or "") or next(iter(self.shown_as.values()), self.login)


@dataclass(frozen=True, slots=True)
class NewClerk:
    """What is written down of somebody new at the desk."""

    login: str
    name: str
    shown_as: Mapping[str, str]
    role: str
    teams: tuple[str, ...] = ()


def put(connection: Connection, community: str, new: NewClerk, real: datetime) -> None:
    """Write somebody down; a login that is there already is left as it is."""
    if new.role not in ROLES:
        raise Refused(f"unknown role {new.role}", pointer="/role")
    known = {"login": new.login, "name": new.name, "shown_as": dict(new.shown_as), "role": new.role}
    row = {**known, "community_id": community, "teams": list(new.teams), "active": True, "created_at": real}
    connection.execute(_PUT, row)


def program(connection: Connection, community: str, name: str, real: datetime) -> Clerk:
    """Whoever speaks for the desk by a program: residents see the community's own name."""
    login = f"key:{community}:{name}"[:60]
    if (known := by_login(connection, login)) is None:
        put(connection, community, NewClerk(login, name, names(connection, community), "agent"), real)
        known = by_login(connection, login)
    if known is None:
        raise Refused("this program speaks for the desk no longer", status=403)
    return known


def by_login(connection: Connection, login: str) -> Clerk | None:
    """For signing in, where the community is not known before; None for nobody or somebody who has left."""
    row = connection.execute(select(staff).where(staff.c.login == login, staff.c.active.is_(True))).one_or_none()
    return None if row is None else _clerk(row)


def one(connection: Connection, community: str, key: int) -> Clerk:
    """Somebody of this community's desk, also one who has left; raises `Refused` (404)."""
    row = connection.execute(_ONE, {"community": community, "key": key}).one_or_none()
    if row is None:
        raise Refused("nobody of this number works at this desk", status=404)
    return _clerk(row)


def everybody(connection: Connection, community: str) -> list[Clerk]:
    """Those who work there today, by their numbers."""
    return [_clerk(row) for row in connection.execute(_EVERYBODY, {"community": community})]


def speakers(connection: Connection, community: str) -> list[Clerk]:
    """Those of them who may speak to residents."""
    return [one for one in everybody(connection, community) if one.role in SPEAKS]


def present(connection: Connection, community: str, real: datetime) -> list[Clerk]:
    """Those who did something lately and may speak to residents."""
    here = (staff.c.community_id == community, staff.c.active.is_(True), staff.c.last_action_at >= real - PRESENT)
    rows = connection.execute(select(staff).where(*here, staff.c.role.in_(SPEAKS)).order_by(staff.c.id))
    return [_clerk(row) for row in rows]


def acted(connection: Connection, key: int, real: datetime) -> None:
    """They did something just now: they are there."""
    connection.execute(_ACTED, {"key": key, "at": real})


def _clerk(row: Record) -> Clerk:
    return Clerk(row.id, row.community_id, row.login, row.name, row.shown_as, row.role, tuple(row.teams), row.active)
