"""Cases as Open311 knows them: a service for each kind of fault, requests in two states, nothing that is no fault.

Source: Open311 GeoReport v2, https://wiki.open311.org/GeoReport_v2/.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from backend.db import Record
from backend.models.work import case
from backend.services import cases, desk_reports, outbox, targets
from backend.services.case_lines import FAULTS, KINDS
from backend.services.cases import NewCase
from backend.services.states import OPEN
from bot.contract.conversation import Community
from bot.contract.errors import Refused
from bot.contract.text import Text, t

OTHER = "other"
# Of these people in danger may be part: whoever reports must say so.
TRAPPED = "trapped"
WORDS_MOST, PLACE_MOST, SHORT_MOST = 2000, 80, 200


@dataclass(frozen=True, slots=True)
class Attribute:
    """A question of a service; values: key and words of what may be answered."""

    code: str
    ask: Text
    values: Mapping[str, Text]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """kind, category: of the cases that it stands for."""

    code: str
    kind: str
    category: str | None
    name: Text
    keywords: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()


_INSIDE = Attribute(
    TRAPPED, t("Is anybody inside who cannot get out?"), {"yes": t("Yes"), "no": t("No"), "unknown": t("Not known")}
)
_KEYWORDS: dict[str, tuple[str, ...]] = {
    "water": ("water", "drain", "leak"),
    "electric": ("electricity", "power", "light"),
    "gas": ("gas",),
    "lift": ("lift", "elevator"),
    "door": ("door", "lock", "gate"),
    "network": ("internet", "tv"),
    "public_area": ("street lamp", "road", "garden", "cleaning"),
    OTHER: (),
}
SERVICES: dict[str, Service] = {
    one.code: one
    for one in (
        *(
            Service(code, "repair", code, name, _KEYWORDS[code], (_INSIDE,) if code == "lift" else ())
            for code, name in FAULTS.items()
        ),
        Service(OTHER, "repair", None, t("Something else")),
        Service("complaint", "complaint", None, KINDS["complaint"]),
        Service("request", "request", None, KINDS["request"]),
    )
}
_KNOWN = tuple(FAULTS)
# What cannot wait, by service: told apart from what is only broken by what was answered.
_URGENT = {"gas": "gas"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests, by number, service, day and state; state: "open", "closed" or both."""

    community: str
    limit: int
    page: int = 1
    numbers: Sequence[str] = ()
    services: Sequence[Service] = ()
    since: datetime | None = None
    until: datetime | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What another system reports. where: an address or a home; place: latitude and longitude; danger: its words sound
    as if somebody were in danger; more: who reported, and a picture's address, as they were given."""

    service: Service
    words: str
    where: str
    place: tuple[float, float] | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    danger: bool = False
    phone: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filed:
    number: str
    due: datetime


def service_of(row: Record) -> Service:
    """The service that a case is counted among."""
    if row.kind == "repair":
        return SERVICES[row.category if row.category in FAULTS else OTHER]
    return SERVICES[row.kind]


def requests(connection: Connection, wanted: Wanted) -> list[Record]:
    """Newest first."""
    rows = select(case).where(case.c.community_id == wanted.community)
    rows = rows.where(or_(*(_is(service) for service in wanted.services or SERVICES.values())))
    if wanted.numbers:
        rows = rows.where(case.c.number.in_([number.upper() for number in wanted.numbers]))
    if wanted.since is not None:
        rows = rows.where(case.c.created_at >= wanted.since)
    if wanted.until is not None:
        rows = rows.where(case.c.created_at <= wanted.until)
    if wanted.state is not None:
        is_open = case.c.state.in_(OPEN)
        rows = rows.where(is_open if wanted.state == "open" else ~is_open)
    start = (wanted.page - 1) * wanted.limit
    return list(connection.execute(rows.order_by(case.c.id.desc()).limit(wanted.limit).offset(start)))


def _is(service: Service) -> ColumnElement[bool]:
    of_kind = case.c.kind == service.kind
    if service.kind != "repair":
        return of_kind
    if service.category is not None:
        return and_(of_kind, case.c.category == service.category)
    return and_(of_kind, or_(case.c.category.is_(None), case.c.category.not_in(_KNOWN)))


def file(connection: Connection, community: Community, report: Report, by: str, now: datetime, real: datetime) -> Filed:
    """File what another system reports; whoever is on duty hears of what cannot wait. Raises `Refused`."""
    service = report.service
    home = desk_reports.home_of(connection, community, report.where)
    # Of whoever is not named nobody is taken for the reporter.
    known = desk_reports.resident_of(connection, community.id, None, report.phone)
    trapped = report.answers.get(TRAPPED) == "yes"
    urgent = "lift" if trapped else _URGENT.get(service.code, "")
    scope = "inside" if home is not None else "unsure"
    due = targets.due(connection, community, urgent or ("inside" if home is not None else "public"), now)
    slots: dict[str, object] = {"details": report.words, "reported": "open311", **report.answers, **report.more}
    if report.place is not None:
        slots |= {"lat": str(report.place[0]), "long": str(report.place[1])}
    new = NewCase(
        community=community.id,
        kind=service.kind,
        location=home.label if home is not None else report.where,
        details=report.words,
        category=service.category or (OTHER if service.kind == "repair" else None),
        priority="urgent" if urgent or report.danger else "normal",
        scope=scope,
        household=home.id if home is not None else None,
        resident=known.id if known is not None else None,
        contact=report.phone or None,
        slots=slots,
        due_at=due,
        by=by,
    )
    filed = cases.file(connection, new, now)
    if urgent or report.danger:
        task = "somebody is in the lift" if trapped else "reported from outside, and it cannot wait"
        outbox.call_staff(connection, community.id, {"case": filed.number, "task": task}, f"open311:{filed.id}", real)
    return Filed(filed.number, due)


def check(report: Report) -> None:
    """Raises `Refused` for an answer that its service does not know, or that is missing."""
    asked = {attribute.code: attribute for attribute in report.service.attributes}
    for code, attribute in asked.items():
        if attribute.required and not report.answers.get(code):
            raise Refused(f"attribute[{code}] is required", status=400)
    for code, value in report.answers.items():
        if code not in asked:
            raise Refused(f"service {report.service.code} has no attribute {code[:40]}", status=400)
        if value and value not in asked[code].values:
            raise Refused(f"attribute[{code}] is one of {', '.join(asked[code].values)}", status=400)
