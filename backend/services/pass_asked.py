"""A pass that another system asks for, such as a reception or an app of the estate: for a home, with its window."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from backend.db import Record
from backend.services import desk_reports, pass_windows, visitors
from backend.services.pass_windows import Rule, Window
from backend.services.visitors import NewPass
from bot.contract.conversation import Community
from bot.contract.errors import Refused
from bot.contract.stored import dump_all
from bot.contract.understanding import Value, When

FAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who comes, and when: at an hour and maybe until another, on whole days, or by a rule; home: such as `3-2-501`;
    phone: of whoever lives there and expects them."""

    home: str
    name: str
    at: datetime | None = None
    until: datetime | None = None
    day: date | None = None
    last_day: date | None = None
    rule: Rule | None = None
    people: int = 1
    plates: tuple[str, ...] = ()
    cars: int = 0
    purpose: str = ""
    phone: str = ""


def issue(connection: Connection, community: Community, visit: Visit, now: datetime, real: datetime) -> Record:
    """Raises `Refused`."""
    home = desk_reports.home_of(connection, community, visit.home)
    if home is None:
        raise Refused("a home is written such as 3-2-501", pointer="/home")
    name = _clean(visit.name)
    if not any(char.isalpha() for char in name):
        raise Refused("this is no name", pointer="/visitor_name")
    wish, window = _window(visit, now)
    said: dict[str, Value] = {"visitor_name": name, "people": visit.people}
    said |= {"plate": ", ".join(visit.plates)} if visit.plates else {}
    said |= {"when": wish} if wish is not None else {}
    said |= {"recurring": pass_windows.written(visit.rule)} if visit.rule is not None else {}
    purpose = _clean(visit.purpose)
    said |= {"purpose": purpose} if purpose else {}
    host = desk_reports.resident_of(connection, community.id, home.id, visit.phone)
    new = NewPass(
        community=community.id,
        household=home.id,
        # Whoever expects them finds the pass among theirs, and can end it; a stranger's number is nobody's here.
        resident=host.id if host is not None and host.household_id == home.id else None,
        visitor_name=name,
        window=window,
        people=visit.people,
        plates=visit.plates,
        cars=visit.cars,
        purpose=purpose or None,
        wish=wish.iso if wish is not None else None,
        last_day=window.closes.astimezone(now.tzinfo).date() if window.recurring else None,
        slots=dump_all(said),
    )
    return visitors.issue(connection, new, now, real)


def _clean(text: str) -> str:
    """Without what would turn a line around, or hide."""
    return " ".join("".join(c for c in text if unicodedata.category(c)[0] != "C" or c.isspace()).split())


def _window(visit: Visit, now: datetime) -> tuple[When | None, Window]:
    """The wish as it is kept, and when the gate opens for it."""
    if sum(one is not None for one in (visit.at, visit.day, visit.rule)) != 1:
        raise Refused("one of at, day and recurring", pointer="/at")
    if visit.rule is not None:
        return None, pass_windows.recurring(visit.rule, now.date(), now)
    first: date = visit.at.astimezone(now.tzinfo).date() if visit.at is not None else visit.day or now.date()
    if not now.date() <= first <= now.date() + FAR:
        raise Refused("in the past, or more than a year ahead", pointer="/at" if visit.day is None else "/day")
    when = _when(visit, now)
    window = pass_windows.once(when, now)
    if visit.last_day is None:
        return when, window
    if visit.last_day < first:
        raise Refused("before the first day", pointer="/last_day")
    return when, pass_windows.stretched(window, (visit.last_day - first).days, now)


def _when(visit: Visit, now: datetime) -> When:
    if visit.at is None:
        return When(visit.day or now.date())
    at, until = visit.at.astimezone(now.tzinfo), visit.until and visit.until.astimezone(now.tzinfo)
    if until is not None and until <= at:
        raise Refused("before it begins", pointer="/until")
    return When(at, until)


@dataclass(frozen=True, slots=True)
class Longer:
    """until: of a visit; last_day: of one by a rule, or to the end of that day; hours: so many more."""

    until: datetime | None = None
    last_day: date | None = None
    hours: float | None = None


def extend(connection: Connection, found: Record, longer: Longer, now: datetime, real: datetime) -> Record:
    """Raises `Refused`."""
    if sum(one is not None for one in (longer.until, longer.last_day, longer.hours)) != 1:
        raise Refused("one of until, last_day and hours", pointer="/until")
    before = visitors.window_of(found)
    if longer.hours is not None:
        window = pass_windows.later(before, longer.hours)
    elif longer.last_day is not None:
        window = pass_windows.extended(before, When(longer.last_day), now)
    elif longer.until is not None and not before.recurring:
        window = Window(before.opens, longer.until.astimezone(now.tzinfo))
    else:
        raise Refused("it holds on days of the week: it is given another last_day", pointer="/until")
    return visitors.extend(connection, found, window, now, real)
