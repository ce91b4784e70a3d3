"""What somebody tells the desk by phone, at the counter or in a group chat, written down for them (practice 26)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.people import resident
from backend.services import cases, invitations, places, targets
from backend.services.case_lines import FAULTS
from backend.services.cases import NewCase
from bot.contract.conversation import Community
from bot.contract.errors import Refused
from bot.contract.text import t
from bot.contract.understanding import Place

KINDS = ("repair", "complaint", "request")
CATEGORIES = (*FAULTS, "other")
WAYS = ("phone", "chat", "counter", "api")
# What cannot wait, by the name of its target in the settings.
URGENT = ("gas", "burst", "sparks", "lift")
LONGEST = 2000
_HOME = re.compile(r"\s*(\d{1,3})\D+(?:(\d{1,2})\D+)?(\d{3,4})\D*")


@dataclass(frozen=True, slots=True)
class Report:
    """where: a home as people write it, `3-2-501`, or any other place; way: how it reached the desk; urgent: of URGENT,
    or empty; phone: of whoever told it, if they did."""

    words: str
    where: str
    kind: str = "repair"
    category: str = "other"
    way: str = "phone"
    urgent: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """token: for the link that puts the resident into the case, seen only now."""

    number: str
    token: str
    location: str
    known: str | None


def file(connection: Connection, community: Community, report: Report, by: str, now: datetime, real: datetime) -> Filed:
    """Raises `Refused` for what is no report, or for a home that does not exist."""
    _check(report)
    home = home_of(connection, community, report.where)
    known = resident_of(connection, community.id, home.id if home is not None else None, report.phone)
    scope = "inside" if home is not None else "unsure"
    matter = report.urgent or ("inside" if scope == "inside" else "public")
    new = NewCase(
        community=community.id,
        kind=report.kind,
        location=home.label if home is not None else report.where,
        details=report.words,
        category=report.category if report.kind == "repair" else None,
        priority="urgent" if report.urgent else "normal",
        scope=scope,
        household=home.id if home is not None else None,
        resident=known.id if known is not None else None,
        contact=report.phone or (known.phone if known is not None else None),
        slots={"details": report.words, "category": report.category, "reported": report.way},
        due_at=targets.due(connection, community, matter, now),
        by=by,
    )
    filed = cases.file(connection, new, now)
    token = invitations.make(connection, community.id, filed.id, real)
    return Filed(filed.number, token, new.location, known.name if known is not None else None)


def _check(report: Report) -> None:
    if not report.words or len(report.words) > LONGEST:
        raise Refused("what is it about?", t("Please write what it is about."), pointer="/words")
    if not report.where or len(report.where) > 80:
        raise Refused("where?", t("Please write where: a home such as 3-2-501, or a place."), pointer="/where")
    for name, value, of in (
        ("kind", report.kind, KINDS),
        ("category", report.category, CATEGORIES),
        ("way", report.way, WAYS),
        ("urgent", report.urgent, ("", *URGENT)),
    ):
        if value not in of:
            raise Refused(f"no such {name}", pointer=f"/{name}")


def home_of(connection: Connection, community: Community, where: str) -> Record | None:
    """The home that is written like one; raises `Refused` where there is none of its number."""
    place = place_of(where)
    return None if place is None else places.check(connection, community, place)


def place_of(where: str) -> Place | None:
    """Whatever keyboard its digits come from."""
    found = _HOME.fullmatch(unicodedata.normalize("NFKC", where))
    if found is None:
        return None
    building, unit, room = found.groups()
    return Place(where, building, unit, room, "inside")


def resident_of(connection: Connection, community: str, home: int | None, phone: str) -> Record | None:
    """Whoever has this number here; of a home without a number only its one resident."""
    rows = select(resident).where(resident.c.community_id == community)
    if phone:
        return connection.execute(rows.where(resident.c.phone == phone).order_by(resident.c.id).limit(1)).one_or_none()
    if home is None:
        return None
    living = connection.execute(rows.where(resident.c.household_id == home).limit(2)).all()
    return living[0] if len(living) == 1 else None
