"""Takes a change of the desk's data back, whatever it was about, as long as nobody has gone on from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.office import team
from backend.models.people import proxy
from backend.services import callees, changes, estate, homes, hours, staff, teams
from backend.services.acting import Actor
from backend.services.housekeeping import register
from backend.services.sign_in.roles import allowed
from bot.contract.errors import Refused

# What is no record of a table; all else is the business of whoever runs the office.
HOURS, MEMBERS, HELPERS_HOURS, PROXY = "hours", "members", "provider_hours", "proxy"
_PEOPLE = ("resident", "contact", callees.CONTACT_ORDER, PROXY)
_RIGHTS = {**dict.fromkeys(_PEOPLE, "people.write"), "text": "texts.write"}
OFFICE = ("team", "day", "shift", HOURS, MEMBERS)
HELPERS = ("provider", HELPERS_HOURS, register.OFFERS)
PHONES = (callees.DUTY, callees.DUTY_ORDER)
ESTATE = ("building", "household")


def right(what: str) -> str:
    return _RIGHTS.get(what, "office.write")


def possible(row: Record, role: str) -> bool:
    """Whether this role may press “undo” there; what others may refer to is not simply taken away."""
    kind = changes.KINDS.get(row.what)
    known = row.what in _BACK or (kind is not None and (row.before is not None or kind.loose))
    return known and row.undone_at is None and allowed(role, right(row.what))


def undo(connection: Connection, who: Actor, key: int) -> None:
    row = changes.take(connection, who, key)
    if not allowed(who.role, right(row.what)):
        raise Refused("this role may not undo that", status=403)
    back = _BACK.get(row.what)
    if back is not None:
        back(connection, who, row)
    elif row.what in changes.KINDS:
        changes.put_back(connection, who, row)
    else:
        raise Refused("there is no such change", status=404)


def _same(connection: Connection, who: Actor, row: Record, now: object) -> None:
    if now != row.after:
        raise changes.stale(connection, who.community, row.what, row.key)


def _hours(connection: Connection, who: Actor, row: Record) -> None:
    now = teams.week_shown(hours.of(connection, who.community).week)
    _same(connection, who, row, teams.by_name(now))
    teams.set_week(connection, who, _week(row.before))


def _helpers_hours(connection: Connection, who: Actor, row: Record) -> None:
    key = int(row.key)
    changes.find(connection, who.community, "provider", key)
    now = teams.week_shown(register.weeks(connection, [key])[key])
    _same(connection, who, row, teams.by_name(now))
    register.set_week(connection, who, key, _week(row.before))


def _week(told: Mapping[str, str]) -> dict[int, tuple[hours.Span, ...]]:
    return {int(day): teams.span(text, f"/day_{day}") for day, text in told.items()}


def _members(connection: Connection, who: Actor, row: Record) -> None:
    now = [one.login for one in staff.everybody(connection, who.community) if row.key in one.teams]
    _same(connection, who, row, {"members": now})
    mine = (team.c.community_id == who.community, team.c.key == row.key)
    key = connection.execute(select(team.c.id).where(*mine)).scalar_one()
    teams.people(connection, who, key, row.before["members"])


def _proxy(connection: Connection, who: Actor, row: Record) -> None:
    """What was granted is taken back, what was taken back is granted again; the resident is told."""
    told = row.after or row.before
    between = (proxy.c.principal_id == told["principal"], proxy.c.agent_id == told["agent"])
    mine = (proxy.c.community_id == who.community, proxy.c.revoked_at.is_(None))
    standing = connection.execute(select(proxy).where(*mine, *between)).one_or_none()
    if row.before is None:
        if standing is None or list(standing.scopes["may"]) != told["may"]:
            raise changes.stale(connection, who.community, row.what, row.key)
        homes.revoke(connection, who, standing.id)
        return
    if standing is not None:
        raise changes.stale(connection, who.community, row.what, row.key)
    ends = datetime.fromisoformat(told["until"]).astimezone(who.now.tzinfo) if told.get("until") else None
    until = (ends - timedelta(days=1)).date() if ends else None
    homes.grant(connection, who, told["principal"], told["agent"], told["may"], told.get("kin") or "", until)


def _order(connection: Connection, who: Actor, row: Record) -> None:
    if row.what == callees.DUTY_ORDER:
        callees.alone(connection, who.community)
        rows = callees.phones(connection, who.community)
    else:
        rows = homes.contacts(connection, who.community, [int(row.key)])[int(row.key)]
    _same(connection, who, row, {"order": [one.name for one in rows], "ids": [one.id for one in rows]})
    callees.order(connection, who, row.what, row.key, rows, row.before["ids"])


def _phone(connection: Connection, who: Actor, row: Record) -> None:
    """Never so that nobody is rung any more."""
    if row.before is None:
        callees.drop(connection, who, int(row.key))
        return
    callees.alone(connection, who.community)
    # Its number may stand at another name by now.
    if callees.is_listed(connection, who.community, row.before.get("phone", ""), int(row.key)):
        raise changes.stale(connection, who.community, row.what, row.key)
    changes.put_back(connection, who, row)


def _home(connection: Connection, who: Actor, row: Record) -> None:
    if row.before is None:
        estate.drop_home(connection, who, int(row.key))
    else:
        changes.put_back(connection, who, row)


def _offers(connection: Connection, who: Actor, row: Record) -> None:
    key = int(row.key)
    changes.find(connection, who.community, "provider", key)
    now = register.offers(connection, key)
    _same(connection, who, row, register.offers_told(now))
    register.set_offers(connection, who, key, now, [register.offer_of(one) for one in row.before["offers"]])


_BACK: dict[str, Callable[[Connection, Actor, Record], None]] = {
    HOURS: _hours,
    MEMBERS: _members,
    HELPERS_HOURS: _helpers_hours,
    PROXY: _proxy,
    callees.DUTY: _phone,
    callees.DUTY_ORDER: _order,
    callees.CONTACT_ORDER: _order,
    "household": _home,
    register.OFFERS: _offers,
}
