"""How a pass is told to people: its window, its days of the week, its code digit by digit, its state."""

from __future__ import annotations

from datetime import datetime, time, tzinfo

from sqlalchemy import Connection

from backend.db import Record
from backend.services import passages, visitors
from backend.services.pass_windows import LAST_MINUTE, Window
from backend.services.progress import Line, Whose
from bot.contract.text import Clock, Text, t

SHOWN = 20
EVERY_DAY, WORKDAYS, WEEKEND = 0b1111111, 0b0011111, 0b1100000
_DAYS = (
    t("Monday"),
    t("Tuesday"),
    t("Wednesday"),
    t("Thursday"),
    t("Friday"),
    t("Saturday"),
    t("Sunday"),
)
# Whoever is named by what they come for instead of a name; canonical, as chosen on keys.
ROLES: dict[str, Text] = {
    "guest": t("Friends or family"),
    "courier": t("Courier or delivery"),
    "worker": t("Workman"),
    "mover": t("Movers"),
}
STATES: dict[str, Text] = {
    "active": t("good", context="pass"),
    "ended": t("over", context="pass"),
    "revoked": t("revoked", context="pass"),
}


def name_of(name: str) -> str | Text:
    return ROLES.get(name, name)


def grouped(code: str) -> str:
    """ "82310477" as people copy it."""
    return f"{code[:4]} {code[4:]}"


def digits(code: str) -> str:
    """Digit by digit, in two groups, for ears."""
    return f"{' '.join(code[:4])}, {' '.join(code[4:])}"


def days(weekdays: int) -> Text:
    named = {EVERY_DAY: t("every day"), WORKDAYS: t("Monday to Friday"), WEEKEND: t("Saturday and Sunday")}
    if weekdays in named:
        return named[weekdays]
    on = [day for n, day in enumerate(_DAYS) if weekdays >> n & 1]
    told = on[-1]
    for n, day in enumerate(reversed(on[:-1])):
        told = (
            t("{first} and {second}", context="weekdays", first=day, second=told)
            if n == 0
            else t("{first}, {second}", context="weekdays", first=day, second=told)
        )
    return told


def _clock(minute: int) -> time:
    """For ears, who have their own way of saying an hour."""
    return time(minute // 60, minute % 60)


def _minute(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def window(found: Window, zone: tzinfo | None) -> Text:
    """When the gate opens, in one line."""
    opens, closes = found.opens.astimezone(zone), found.closes.astimezone(zone)
    if found.recurring:
        return _recurring(found, opens, closes)
    first, last = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
    if opens.date() != closes.date():
        if (first, last) == (0, LAST_MINUTE):
            return t("{first} to {last}, all day", first=opens.date(), last=closes.date())
        return t("from {start} to {end}", start=Clock(opens), end=Clock(closes))
    if (first, last) == (0, LAST_MINUTE):
        return t("{day}, all day", day=opens.date())
    return t(
        "{day}, {opens}–{closes}",
        spoken="{day}, from {first} to {last}",
        day=opens.date(),
        opens=_minute(first),
        closes=_minute(last),
        first=opens.time(),
        last=closes.time(),
    )


def _recurring(found: Window, opens: datetime, closes: datetime) -> Text:
    if (found.first, found.last) == (0, LAST_MINUTE):
        return t("{days}, all day, until {last}", days=days(found.weekdays), last=closes.date())
    return t(
        "{days}, {opens}–{closes}, until {last}",
        spoken="{days}, from {first} to {end}, until {last}",
        days=days(found.weekdays),
        opens=_minute(found.first),
        closes=_minute(found.last),
        first=_clock(found.first),
        end=_clock(found.last),
        last=closes.date(),
    )


def state(row: Record, now: datetime) -> Text:
    """As it is at this moment: a pass whose window is over is over, swept or not."""
    return STATES["ended" if row.state == visitors.LIVE and row.closes_at < now else row.state]


def lines(connection: Connection, whose: Whose, now: datetime) -> list[Line]:
    """A source of "how is it going": the asker's passes."""
    asker = visitors.Asker(whose.community, whose.conversation, whose.resident)
    rows = visitors.newest_of(connection, asker, SHOWN)
    went = passages.newest(connection, whose.community, [row.id for row in rows])
    return [_line(row, went.get(row.id), now) for row in rows]


def _line(row: Record, went: Record | None, now: datetime) -> Line:
    still = row.state == visitors.LIVE and row.closes_at >= now
    holds = t(
        "It holds {window}; the code is {code}.",
        spoken="It holds {window}. The code is {digits}.",
        window=window(visitors.window_of(row), now.tzinfo),
        code=grouped(row.code),
        digits=digits(row.code),
    )
    return Line(
        number=row.number,
        what=t("Visitor pass for {name}", name=name_of(row.visitor_name)),
        state=_state(row, went, now),
        next=holds if still else None,
        open=still,
        at=row.created_at,
    )


def _state(row: Record, went: Record | None, now: datetime) -> Text:
    """Whether they have come is what the host asks about first."""
    told = state(row, now)
    return told if went is None else t("{state}; {went}", context="pass", state=told, went=passages.words(went, now))
