"""Who has a case: given out, taken, or passed to a team, by the rule of the team that it lies with."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from backend.db import Record, insert_or
from backend.models.fieldwork import case_label
from backend.models.office import team
from backend.services import cases, dispatch, staff
from backend.services.acting import Actor
from backend.services.casework import record
from backend.services.staff import SPEAKS, Clerk
from bot.contract.errors import Refused
from bot.contract.text import t

GIVES = frozenset({"supervisor", "admin", "duty"})
ME, NOBODY, TEAM = "me", "nobody", "team:"


def assign(connection: Connection, who: Actor, number: str, to: str, seen: int | None = None) -> None:
    """to: a login, "me", "nobody", or "team:" and its key."""
    found = record.find(connection, who.community, number)
    if to.startswith(TEAM):
        _pass_on(connection, who, found, to.removeprefix(TEAM), seen)
        return
    if to == NOBODY:
        record.change(connection, found, seen, who.now, assignee_id=None)
        record.note(connection, found, "assigned", who.name, "–", who.now)
        return
    whom = _whom(connection, who, to)
    _may(connection, who, found, whom)
    if found.assignee_id == whom.id:
        record.fresh(connection, found, seen)
        return
    record.change(connection, found, seen, who.now, assignee_id=whom.id)
    record.note(connection, found, "assigned", who.name, whom.name, who.now)
    if found.state in ("received", "reopened"):
        now = record.find(connection, who.community, number)
        cases.move(connection, now, "assigned", who.name, None, who.now, who.real)


def _whom(connection: Connection, who: Actor, to: str) -> Clerk:
    login = who.login if to == ME else to
    found = staff.by_login(connection, login)
    if found is None or found.community != who.community or found.role not in SPEAKS:
        raise Refused("no such colleague", t("Nobody of this name works at this desk."), pointer="/to")
    return found


def _may(connection: Connection, who: Actor, found: Record, whom: Clerk) -> None:
    """assign: only those who give work out; grab: whoever is of the team, for themselves."""
    mode = dispatch.mode_of(connection, who.community, found.team)
    if who.role in GIVES or mode is None:
        return
    if mode == dispatch.ASSIGN:
        raise Refused(
            "this team's work is given out",
            t("In this team a supervisor gives the work out. Ask to have it given to you."),
            status=403,
        )
    if whom.id != who.staff or found.team not in whom.teams:
        raise Refused(
            "one takes for oneself",
            t("In this team everybody takes work for themselves, and only its own people do."),
            status=403,
        )


def _pass_on(connection: Connection, who: Actor, found: Record, key: str, seen: int | None) -> None:
    mine = (team.c.community_id == who.community, team.c.key == key, team.c.active.is_(True))
    row = connection.execute(select(team).where(*mine)).one_or_none()
    if row is None:
        raise Refused("no such team", t("There is no such team."), pointer="/to")
    record.change(connection, found, seen, who.now, team=key, assignee_id=None)
    record.note(connection, found, "team", who.name, key, who.now)


def label(connection: Connection, who: Actor, number: str, name: str, on: bool) -> None:
    found = record.find(connection, who.community, number)
    name = " ".join(name.split())
    if not name or len(name) > 30:
        raise Refused("a label has 1 to 30 characters", t("A label has 1 to 30 characters."), pointer="/name")
    if on:
        row = {"community_id": who.community, "case_id": found.id, "name": name}
        put = insert_or(case_label).on_conflict_do_nothing(index_elements=["case_id", "name"])
        changed = connection.execute(put, row).rowcount
    else:
        mine = delete(case_label).where(case_label.c.case_id == found.id, case_label.c.name == name)
        changed = connection.execute(mine).rowcount
    if changed:
        record.note(connection, found, "label" if on else "unlabel", who.name, name, who.now)


def labels_of(connection: Connection, key: str) -> list[str]:
    rows = select(case_label.c.name).where(case_label.c.case_id == key).order_by(case_label.c.name)
    return list(connection.execute(rows).scalars())


def labels(connection: Connection, community: str) -> list[str]:
    rows = select(case_label.c.name).where(case_label.c.community_id == community).distinct()
    return list(connection.execute(rows.order_by(case_label.c.name)).scalars())


def put_back(connection: Connection, found: Record, names: list[str]) -> None:
    """The labels as they were."""
    connection.execute(delete(case_label).where(case_label.c.case_id == found.id))
    rows = [{"community_id": found.community_id, "case_id": found.id, "name": name} for name in names]
    if rows:
        connection.execute(insert(case_label), rows)
