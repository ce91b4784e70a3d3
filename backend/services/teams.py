"""Teams as the desk sets them up: names, how work is shared, who is in them; shifts, weekly hours, special days."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select, update

from backend.db import Record
from backend.models.office import office_hours, shift, special_day, team
from backend.models.staff import staff
from backend.services import changes, hours
from backend.services import staff as clerks
from backend.services.acting import Actor
from backend.services.dispatch import MODES
from bot.contract.errors import Refused
from bot.contract.text import Text, t

_KEY = re.compile(r"[a-z][a-z0-9_-]{1,39}")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
MODE_WORDS: dict[str, Text] = {
    "assign": t("A supervisor gives it out", context="mode"),
    "grab": t("Whoever is free takes it", context="mode"),
    "rotate": t("It goes round", context="mode"),
}
DAY = 24 * 60


def everybody(connection: Connection, community: str) -> list[Record]:
    """All teams, the active ones first."""
    rows = select(team).where(team.c.community_id == community).order_by(team.c.active.desc(), team.c.id)
    return list(connection.execute(rows))


def offer(
    connection: Connection, community: str, key: str, names: Mapping[str, str], mode: str, takes: Sequence[str]
) -> None:
    """One to begin with; what the desk made of it stays."""
    known = select(team.c.id).where(team.c.community_id == community, team.c.key == key)
    if connection.execute(known).first() is None:
        row = {"community_id": community, "key": key, "names": dict(names), "mode": mode, "takes": list(takes)}
        connection.execute(insert(team).values(**row, active=True, version=1))


def put(
    connection: Connection,
    who: Actor,
    key: int | None,
    form: Mapping[str, str],
    names: Mapping[str, str],
    seen: int | None,
) -> None:
    """form: key (of a new one), mode, takes, active; names: by language, at least one."""
    if form["mode"] not in MODES:
        raise Refused("no such way", pointer="/mode")
    takes = several(form.get("takes", ""))[:40]
    if any(not re.fullmatch(r"[a-z_]+(:[a-z_]+)?", one) for one in takes):
        raise Refused("no kind", t("Kinds are words such as repair or repair:water."), pointer="/takes")
    values: dict[str, object] = {"names": named(names), "mode": form["mode"], "takes": takes}
    values["active"] = form.get("active", "yes") == "yes"
    if key is None:
        values["key"] = _new_key(connection, who.community, form.get("key", ""))
        values["version"] = 1
    changes.save(connection, who, "team", key, values, seen)


def named(names: Mapping[str, str]) -> dict[str, str]:
    """By language, at least one of them; a language that was left empty has none."""
    written = {language: " ".join(name.split())[:40] for language, name in names.items() if name.strip()}
    if not written:
        raise Refused("it has a name", t("Please write a name."), pointer=f"/name_{next(iter(names), '')}")
    return written


def several(text: str) -> list[str]:
    """What stands in one field with stops or spaces between."""
    return [one for one in re.split(r"[\s,，、]+", text) if one]


def _new_key(connection: Connection, community: str, key: str) -> str:
    known = select(team.c.id).where(team.c.community_id == community, team.c.key == key)
    if not _KEY.fullmatch(key):
        raise Refused("a key", t("A short name has 2 to 40 small letters or digits."), pointer="/key")
    if connection.execute(known).first() is not None:
        raise Refused("there already", t("There is a team of this short name."), pointer="/key")
    return key


def people(connection: Connection, who: Actor, key: int, logins: Sequence[str]) -> None:
    """Exactly these are in the team from now on."""
    row = changes.find(connection, who.community, "team", key)
    before, after = [], []
    for one in clerks.everybody(connection, who.community):
        is_in, shall = row.key in one.teams, one.login in logins
        before += [one.login] if is_in else []
        after += [one.login] if shall else []
        if is_in != shall:
            kept = [name for name in one.teams if name != row.key]
            now = [*kept, row.key] if shall else kept
            connection.execute(update(staff).where(staff.c.id == one.id).values(teams=now))
    if before != after:
        changes.write(connection, who, "members", row.key, {"members": before}, {"members": after})


def minutes(text: str, pointer: str) -> int:
    """`8:30` → 510."""
    found = _CLOCK.fullmatch(text.strip().replace("：", ":"))
    value = int(found.group(1)) * 60 + int(found.group(2)) if found else DAY + 1
    if value > DAY:
        raise Refused("no time of day", t("A time such as 8:30, please."), pointer=pointer)
    return value


def span(text: str, pointer: str) -> tuple[hours.Span, ...]:
    """`8:00-12:00, 13:30-20:00`; empty for closed."""
    found: list[hours.Span] = []
    for part in (one for one in re.split(r"[,\uff0c;\uff1b\u3001]", text) if one.strip()):
        ends = re.split(r"\s*[-–—~\u81f3\u5230]\s*", part.strip())
        if len(ends) != 2:
            raise Refused("from and to", t("Write hours as 8:00-12:00, 13:30-20:00."), pointer=pointer)
        opens, closes = (minutes(one, pointer) for one in ends)
        if opens >= closes or (found and opens < found[-1][1]):
            raise Refused(
                "backwards", t("Each time ends after it begins, and they follow each other."), pointer=pointer
            )
        found.append((opens, closes))
    return tuple(found)


def shown(spans: Sequence[hours.Span]) -> str:
    return ", ".join(f"{clock(opens)}-{clock(closes)}" for opens, closes in spans)


def week_shown(week: Mapping[int, Sequence[hours.Span]]) -> dict[int, str]:
    """All seven days, empty where it is closed."""
    return {day: shown(week.get(day, ())) for day in range(7)}


def week_rows(week: Mapping[int, Sequence[hours.Span]]) -> list[dict[str, int]]:
    return [
        {"weekday": day, "opens": opens, "closes": closes} for day, spans in week.items() for opens, closes in spans
    ]


def clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def set_week(connection: Connection, who: Actor, week: Mapping[int, Sequence[hours.Span]]) -> None:
    """The desk's hours; every day of the week is told."""
    if not any(week.values()):
        raise Refused("never open", t("The desk is open at least once a week."), pointer="/day_0")
    before, after = week_shown(hours.of(connection, who.community).week), week_shown(week)
    connection.execute(delete(office_hours).where(office_hours.c.community_id == who.community))
    connection.execute(insert(office_hours), [{"community_id": who.community, **row} for row in week_rows(week)])
    if before != after:
        changes.write(connection, who, "hours", "week", by_name(before), by_name(after))


def by_name(week: Mapping[int, str]) -> dict[str, str]:
    """As JSON keeps it."""
    return {str(day): text for day, text in week.items()}


def special_days(connection: Connection, community: str, today: date) -> list[Record]:
    mine = (special_day.c.community_id == community, special_day.c.day >= today)
    return list(connection.execute(select(special_day).where(*mine).order_by(special_day.c.day)))


def put_day(connection: Connection, who: Actor, day: date, spans: Sequence[hours.Span], note: str) -> None:
    """A holiday, or a day with other hours."""
    if day < who.now.date():
        raise Refused("past", t("That day is past already."), pointer="/day")
    if len(spans) > 1:
        raise Refused("one span", t("A special day has one opening time."), pointer="/hours")
    if not note or len(note) > 80:
        raise Refused("why?", t("Please write why, such as the name of the holiday."), pointer="/note")
    known = select(special_day.c.id).where(special_day.c.community_id == who.community, special_day.c.day == day)
    key = connection.execute(known).scalar_one_or_none()
    opens, closes = spans[0] if spans else (None, None)
    values = {"day": day, "opens": opens, "closes": closes, "note": note}
    changes.save(connection, who, "day", key, values)


def shifts(connection: Connection, community: str) -> list[Record]:
    """Who works when, by day of the week."""
    rows = select(shift, staff.c.name, staff.c.login).select_from(shift.join(staff, shift.c.staff_id == staff.c.id))
    mine = rows.where(shift.c.community_id == community, staff.c.active.is_(True))
    return list(connection.execute(mine.order_by(shift.c.weekday, shift.c.opens, shift.c.id)))


def put_shift(connection: Connection, who: Actor, login: str, weekdays: Sequence[int], one: hours.Span) -> None:
    found = next((row for row in clerks.everybody(connection, who.community) if row.login == login), None)
    if found is None:
        raise Refused("no such colleague", t("Nobody of this name works at this desk."), pointer="/login")
    if not weekdays:
        raise Refused("when?", t("Please choose the days of the week."), pointer="/weekdays")
    for day in weekdays:
        theirs = (shift.c.staff_id == found.id, shift.c.weekday == day)
        overlaps = select(shift.c.id).where(*theirs, shift.c.opens < one[1], shift.c.closes > one[0])
        if connection.execute(overlaps).first() is not None:
            text = t("{name} already works at that time on {day}.", name=found.name, day=hours.WEEKDAYS[day])
            raise Refused("twice", text, pointer="/hours")
        values = {"staff_id": found.id, "weekday": day, "opens": one[0], "closes": one[1]}
        changes.save(connection, who, "shift", None, values)


def on_duty(rows: Sequence[Record], now: datetime) -> list[str]:
    """Names of those who are on shift at this minute; rows: of `shifts`."""
    minute = now.hour * 60 + now.minute
    return [row.name for row in rows if row.weekday == now.weekday() and row.opens <= minute < row.closes]
