"""Fills the demo's desk: the board anew at each start, affairs and belongings once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, insert, select

from backend.demo.dates import moment, resolved
from backend.models.board import belonging
from backend.models.people import resident
from backend.models.work import case, counter
from backend.services import board, cases, notes, staff, teams
from backend.services.cases import NewCase
from backend.services.sign_in import accounts
from backend.services.staff import NewClerk

FOLDER = Path(__file__).resolve().parent
# Kind of board item → its file; each file holds one list named after the kind.
BOARD = {
    "notice": "notices.yml",
    "policy": "policies.yml",
    "answer": "answers.yml",
    "general": "general.yml",
    "service": "services.yml",
    "venue": "venues.yml",
    "activity": "venues.yml",
    "clinic": "clinic.yml",
    "meal": "meals.yml",
    "parking": "parking.yml",
    "motion": "motions.yml",
    "office": "office.yml",
    "lift": "lifts.yml",
}


def _file(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - safe
    return data


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def put_up(connection: Connection, community: str, now: datetime) -> None:
    """The board as of today; nothing of it is written by residents, so it is simply put up again."""
    files = {name: resolved(_file(name), now) for name in sorted(set(BOARD.values()))}
    for kind, name in BOARD.items():
        board.put(connection, community, kind, files[name].get(kind, ()))


def man(connection: Connection, community: str, real: datetime) -> None:
    """Staff of every role; also for a database that an older release has loaded."""
    for one in _file("staff.yml")["staff"]:
        staff.put(connection, community, NewClerk(**one), real)
    accounts.demo(connection, community, real)
    for one in _file("teams.yml")["teams"]:
        teams.offer(connection, community, **one)
    for text in _file("texts.yml")["texts"]:
        notes.offer_text(connection, community, **text)


def load(connection: Connection, community: str, now: datetime) -> None:
    """Affairs that are on their way, and what the homes own."""
    rows = connection.execute(select(resident).where(resident.c.community_id == community))
    people = {row.phone: row for row in rows}
    for affair in _file("affairs.yml")["affairs"]:
        _affair(connection, community, affair, people[affair["whose"]], now)
    owned = _file("belongings.yml")
    made = [
        {
            "community_id": community,
            "household_id": people[one["whose"]].household_id,
            "resident_id": people[one["whose"]].id,
            "kind": kind,
            "number": one["number"],
            "state": "active",
            "data": {k: v for k, v in resolved(one, now).items() if k not in ("whose", "number")},
            "changed_at": now,
        }
        for kind, name in (("card", "cards"), ("car", "cars"))
        for one in owned[name]
    ]
    connection.execute(insert(belonging), made)


def _affair(connection: Connection, community: str, affair: dict[str, Any], whose: Any, now: datetime) -> None:
    filed_at = moment(affair["filed"], now)
    new = NewCase(
        community=community,
        kind="affair",
        location="",
        details=affair["details"],
        category=affair["category"],
        household=whose.household_id,
        resident=whose.id,
        slots={"missing": affair["missing"]} if "missing" in affair else {},
        due_at=moment(affair["due"], now),
    )
    series = {"community_id": community, "name": f"{cases.PREFIX['affair']}-{filed_at:%Y%m%d}"}
    connection.execute(insert(counter), {**series, "value": affair["serial"] - 1})
    filed = cases.file(connection, new, filed_at)
    for step in affair["steps"]:
        found = connection.execute(select(case).where(case.c.id == filed.id)).one()
        at = moment(step["at"], now)
        cases.move(connection, found, step["state"], step["by"], None, at, at)
