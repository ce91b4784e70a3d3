"""An outage that is told to us: it stands on the board, and those whom no app reaches are called (beyond C and J)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import Connection, or_, select

from backend.db import Record
from backend.models.ladder import care
from backend.models.people import address, building, household, resident
from backend.services import board, calls, communities
from backend.services.ladder import reach
from backend.services.ringing import notice
from bot.contract.errors import Refused
from bot.contract.messages import Address
from bot.contract.text import Clock, Param, Text, t

# What may be off; how the board shows it stands in the file.
_TITLES = {
    "water": t("Water off"),
    "power": t("Power off"),
    "gas": t("Gas off"),
    "heating": t("Heating off"),
    "lift": t("Lift out of service"),
    "network": t("Network off"),
}
_TOLD = t("{title}, buildings {where}, {begins} to {until}.")
# Nothing is an app that is a telephone itself.
_TELEPHONES = ("phone", "sms")


@lru_cache(1)
def _file() -> Mapping[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("outages.yml").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """source, id: of the event; a later one with the same id corrects it. over: it is not, or not any more."""

    source: str
    id: str
    what: str
    buildings: Sequence[str]
    begins: datetime
    until: datetime
    over: bool = False


def announce(connection: Connection, community: str, told: Told, now: datetime, real: datetime) -> tuple[str, int]:
    """Its key on the board, and how many telephones are rung. Raises `Refused` (422)."""
    here = now.astimezone(ZoneInfo(communities.zone(connection, community)))
    key = "outage-" + hashlib.sha256(f"{told.source}\n{told.id}".encode()).hexdigest()[:16]
    if told.over:
        board.take_down(connection, community, "notice", key)
        return key, 0
    if told.begins >= told.until or told.until <= now:
        raise Refused("it must end after it begins, and lie ahead", pointer="/data/until")
    known = select(building.c.number).where(building.c.community_id == community)
    unknown = set(told.buildings) - set(connection.execute(known).scalars())
    if unknown:
        raise Refused(f"no such building: {', '.join(sorted(unknown))}", pointer="/data/buildings")
    begins, until = told.begins.astimezone(here.tzinfo), told.until.astimezone(here.tzinfo)
    _put_up(connection, community, key, told, (begins, until, here))
    return key, _call(connection, community, key, told, (begins, until, here), real)


def _put_up(
    connection: Connection, community: str, key: str, told: Told, when: tuple[datetime, datetime, datetime]
) -> None:
    begins, until, here = when
    file = _file()
    title, where = file["kinds"][told.what]["title"], ", ".join(told.buildings)
    span = f"{begins:%m-%d %H:%M} – {until:%m-%d %H:%M}"
    said = {name: text.format(title=title[name], where=where, span=span) for name, text in file["body"].items()}
    data = {
        "title": title,
        "body": said,
        "buildings": list(told.buildings),
        "words": file["kinds"][told.what]["words"],
        "from": begins.isoformat(),
        "until": until.isoformat(),
        "put_up": here.isoformat(),
    }
    board.put_up(connection, community, "notice", key, data)


def _call(
    connection: Connection,
    community: str,
    key: str,
    told: Told,
    when: tuple[datetime, datetime, datetime],
    real: datetime,
) -> int:
    """By day, within each one's budget, and not once it is over (practice 29)."""
    voice = reach.of(connection, community).voice
    if not voice:
        return 0
    begins, until, here = when
    end = Clock(until, bare=until.date() == begins.date())
    params: dict[str, Param] = {
        "title": _TITLES[told.what],
        "where": ", ".join(told.buildings),
        "begins": Clock(begins),
        "until": end,
    }
    text = Text(_TOLD.msgid, params)
    # What was corrected is another piece of news; the same told twice is one.
    cause = hashlib.sha256(f"{key}|{begins}|{until}|{sorted(told.buildings)}".encode()).hexdigest()[:20]
    placed = 0
    for one in whom(connection, community, told.buildings, here):
        to = Address(reach.VOICE, one.phone, voice)
        once = f"outage:{cause}:{one.phone}"
        done = notice.place(connection, community, to, (text,), once, here, real, language=one.language, until=until)
        placed += done is not None
    return placed


def whom(connection: Connection, community: str, buildings: Sequence[str], now: datetime) -> list[Record]:
    """Who lives there, is old, alone or wishes to be spoken to slowly, and has no app that we write to; each number
    once, and nobody who would not hear it."""
    old = resident.c.birth_year <= now.year - calls.OLD
    apps = select(address.c.id).where(
        address.c.resident_id == resident.c.id,
        address.c.verified_at.is_not(None),
        address.c.unreachable_at.is_(None),
        address.c.channel.not_in(_TELEPHONES),
    )
    joined = (
        resident.join(household, household.c.id == resident.c.household_id)
        .join(building, building.c.id == household.c.building_id)
        .outerjoin(care, care.c.resident_id == resident.c.id)
    )
    rows = (
        select(resident.c.id, resident.c.phone, resident.c.language)
        .select_from(joined)
        .where(
            resident.c.community_id == community,
            building.c.number.in_(list(buildings)),
            resident.c.left_at.is_(None),
            resident.c.phone.is_not(None),
            or_(old, resident.c.lives_alone, resident.c.slow),
            or_(care.c.deaf.is_(None), care.c.deaf.is_(False)),
            ~apps.exists(),
        )
        .order_by(resident.c.id)
    )
    return list({row.phone: row for row in connection.execute(rows)}.values())
