"""What people at the desk do with an alarm: take charge, arrive, say who has dialled, close it with an outcome."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from backend import wake
from backend.db import Record
from backend.ids import made_at
from backend.models.people import building, contact, household, resident
from backend.models.staff import staff
from backend.models.talk import message
from backend.models.work import alarm, alarm_event
from backend.services import alarm_history, alarms, care, webhooks
from backend.services.alarms import OPEN
from backend.services.ladder import climb, steps, told
from bot.contract.errors import Refused
from bot.contract.text import t

PAGE = 50
# So many minutes somebody who goes has, unless they say otherwise; what they may say.
GOING = 10
MINUTES = (3, 5, 10, 20)
# Where a sender is a telephone number.
NUMBERED = frozenset({"phone", "sms"})
# A place that was shared shortly before the cry is where they are.
RECENT = timedelta(minutes=30)


def one(connection: Connection, community: str, key: str) -> Record:
    """An alarm of this community with its home and reporter; raises `Refused` (404)."""
    joined = (
        alarm.outerjoin(resident, alarm.c.reporter_id == resident.c.id)
        .outerjoin(household, household.c.id == alarm.c.household_id)
        .outerjoin(building, household.c.building_id == building.c.id)
    )
    columns = (
        resident.c.name.label("reporter"),
        resident.c.phone.label("reporter_phone"),
        resident.c.language.label("reporter_language"),
        household.c.label.label("home"),
    )
    rows = select(alarm, *columns).select_from(joined)
    found = connection.execute(rows.where(alarm.c.community_id == community, alarm.c.id == key)).one_or_none()
    if found is None:
        raise Refused("no such alarm", status=404)
    return found


def events(connection: Connection, key: str) -> list[Record]:
    rows = select(alarm_event).where(alarm_event.c.alarm_id == key).order_by(alarm_event.c.id)
    return list(connection.execute(rows))


def dialled(found: list[Record]) -> Record | None:
    """Who called the emergency number, if anybody did."""
    return next((event for event in found if event.name == "dialled"), None)


def history(connection: Connection, community: str, before: str) -> list[Record]:
    """What was closed, the newest first."""
    rows = select(alarm).where(alarm.c.community_id == community, alarm.c.state == "closed")
    if before:
        rows = rows.where(alarm.c.id < before)
    return list(connection.execute(rows.order_by(alarm.c.id.desc()).limit(PAGE)))


def people(connection: Connection, community: str, household_id: int | None) -> tuple[list[Record], list[Record]]:
    """Who lives in this home, and whom to ring for them."""
    if household_id is None:
        return [], []
    lives = select(resident).where(resident.c.community_id == community, resident.c.household_id == household_id)
    living = list(connection.execute(lives.order_by(resident.c.id)))
    calls = select(contact).where(
        contact.c.community_id == community, contact.c.resident_id.in_([row.id for row in living])
    )
    return living, list(connection.execute(calls.order_by(contact.c.rank)))


def concerned(found: Record, living: list[Record]) -> list[int]:
    """Who may be in danger: those of the home, else whoever called where they speak of nobody else; living: of
    `people`."""
    if found.household_id is not None:
        return [row.id for row in living]
    return [found.reporter_id] if found.reporter_id is not None and found.who is None else []


def take(
    connection: Connection,
    community: str,
    key: str,
    by: str,
    now: datetime,
    real: datetime,
    minutes: int | None = None,
    login: str | None = None,
) -> None:
    """Somebody goes and says how soon they are there; of two who press at once, one does. Raises `Refused` (409) for
    the other, and for who comes after it was closed. Only this pauses climbing, and only until the stated arrival;
    the person in danger is told who it is. login: of who pressed at the desk, since two may bear one name."""
    found = _open(connection, community, key)
    same = alarm.c.accepted_by == by
    if login is not None:
        same &= or_(alarm.c.accepted_login.is_(None), alarm.c.accepted_login == login)
    mine = update(alarm).where(alarm.c.id == key, alarm.c.state.in_(OPEN), or_(alarm.c.accepted_by.is_(None), same))
    values = {"accepted_by": by, "state": "accepted" if found.state == "open" else found.state}
    if login is not None or found.accepted_by is None:
        values["accepted_login"] = login
    if connection.execute(mine.values(**values)).rowcount == 0:
        raise Refused(
            "somebody else has this alarm",
            t("{name} has already taken charge of this alarm.", name=found.accepted_by or "?"),
            status=409,
        )
    if found.accepted_by is None:
        climb.going(connection, community, key, real + timedelta(minutes=minutes or GOING), real)
        _tell(connection, found, "accepted", by, None, now)
        told.accepted(connection, found, by, minutes, real)


def follow(connection: Connection, community: str, key: str, by: str, now: datetime) -> None:
    """From afar: they look on and help, and the ladder goes on climbing (practice 3)."""
    found = _open(connection, community, key)
    if not any(event.name == "follows" and event.by == by for event in events(connection, key)):
        _tell(connection, found, "follows", by, None, now)


def arrived(
    connection: Connection, community: str, key: str, by: str, now: datetime, real: datetime, login: str | None = None
) -> None:
    """With the person: the only thing that ends the staff ladder."""
    found = _open(connection, community, key)
    if found.accepted_by is None:
        take(connection, community, key, by, now, real, login=login)
    steps.stop(connection, key, "arrived", real)
    if not alarm_history.has_arrived(connection, key):
        _tell(connection, found, "arrived", by, None, now)
        told.arrived(connection, found, by, real)


def dial(connection: Connection, community: str, key: str, by: str, number: str, now: datetime) -> None:
    """number: 120, 119 or 110 as the community's settings have them."""
    found = _open(connection, community, key)
    _tell(connection, found, "dialled", by, number, now)


def reached(
    connection: Connection, community: str, key: str, step: int, state: str, by: str, now: datetime, real: datetime
) -> None:
    """What came of a call that somebody made by hand; raises `Refused` (404) for a step of another alarm."""
    found = one(connection, community, key)
    known = steps.one(connection, key, step)
    if known is None or known.kind == steps.CONSOLE:
        raise Refused("no such step", status=404)
    steps.become(connection, step, state, None, real, by)
    _tell(connection, found, state, by, known.name, now)


def caller(found: Record) -> str:
    """The number of whoever raised it: as the register has it, else the one that they called or wrote from. found: of
    `one`."""
    seen = str(found.reported_by).partition("#")[0] if found.channel in NUMBERED else ""
    return str(found.reporter_phone or (seen if seen.startswith("+") else ""))


def number(connection: Connection, community: str, key: str, step: int) -> str:
    """To be dialled by hand; the caller writes down that somebody looked. Raises `Refused` (404)."""
    one(connection, community, key)
    known = steps.one(connection, key, step)
    if known is None or not known.phone:
        raise Refused("no such number", status=404)
    return str(known.phone)


def point(connection: Connection, found: Record) -> tuple[float, float] | None:
    """The newest place that the person shared since the alarm, as degrees (latitude, longitude)."""
    if found.conversation_id is None:
        return None
    rows = select(message.c.payload).where(
        message.c.conversation_id == found.conversation_id, message.c.received_at >= found.raised_at - RECENT
    )
    for payload in connection.execute(rows.order_by(message.c.id.desc()).limit(50)).scalars():
        place = (payload or {}).get("place")
        if place:
            return float(place[0]), float(place[1])
    return None


def entry(
    connection: Connection, community: str, key: str, by: str, login: str, now: datetime
) -> list[tuple[str, str]]:
    """Name, and where the key is or which code opens: for whoever goes, and nobody else (practice 17)."""
    found = _open(connection, community, key)
    if not _goes(connection, found, by, login):
        say = t("Only who goes sees how to get in. Press “I am going” first.")
        raise Refused("they are not going", say, status=403)
    living, _ = people(connection, community, found.household_id)
    known = care.known(connection, community, concerned(found, living))
    names = select(resident.c.id, resident.c.name).where(resident.c.community_id == community)
    theirs = connection.execute(names.where(resident.c.id.in_(known)).order_by(resident.c.id))
    told = [(row.name, care.opened(known[row.id], care.ENTRY)) for row in theirs]
    _tell(connection, found, "entry", by, None, now)
    return [(name, words) for name, words in told if words]


def _goes(connection: Connection, found: Record, by: str, login: str) -> bool:
    """By their account; of who is on duty and said so on the telephone, by a name that nobody else here bears."""
    if found.accepted_login is not None or found.accepted_by != by:
        return bool(found.accepted_login == login)
    went = steps.went(connection, found.id, by)
    same = select(staff.c.login).where(
        staff.c.community_id == found.community_id, staff.c.name == by, staff.c.active.is_(True)
    )
    named = connection.execute(same).scalars().all()
    return went is not None and went.kind in steps.STAFF and list(named) == [login]


def entered(connection: Connection, community: str, key: str, by: str, second: str, now: datetime) -> None:
    """By two people, both named."""
    alarm = _open(connection, community, key)
    if not second.strip() or second.strip() == by:
        raise Refused("two people go in", t("Nobody goes in alone: who is the second person?"), pointer="/second")
    _tell(connection, alarm, "entered", by, second.strip()[:80], now)


def may_enter(connection: Connection, community: str, residents: list[int]) -> bool:
    """Whether somebody of this home agreed that two people go in."""
    return any(row.entry for row in care.known(connection, community, residents).values())


def remark(connection: Connection, community: str, key: str, by: str, words: str, now: datetime) -> None:
    """Also after it was closed: the report is finished afterwards."""
    if not words or len(words) > 2000:
        raise Refused("a remark has 1 to 2000 characters", t("Please write something."), pointer="/text")
    _tell(connection, one(connection, community, key), "remark", by, words, now)


def close(
    connection: Connection, community: str, key: str, by: str, outcome: str, now: datetime, real: datetime
) -> None:
    """Never without an outcome that somebody wrote (S3)."""
    found = one(connection, community, key)
    if not outcome.strip():
        raise Refused(
            "an alarm is closed with an outcome",
            t("Please say what came of it. An alarm is never closed without an outcome."),
            pointer="/outcome",
        )
    if found.state == "cancel_requested" and not outcome.partition(": ")[2].strip():
        raise Refused(
            "a cancel is verified by a person",
            t("They called it off by a word. Please write who has spoken with them since, and what they said."),
            pointer="/text",
        )
    alarms.close(connection, key, by, outcome.strip()[:1000], now, real)


def _open(connection: Connection, community: str, key: str) -> Record:
    found = one(connection, community, key)
    if found.state not in OPEN:
        raise Refused("this alarm is closed", t("This alarm has been closed already."), status=409)
    return found


def _tell(connection: Connection, found: Record, name: str, by: str, note: str | None, now: datetime) -> None:
    alarm_history.add(connection, found.id, name, by, note, None, now)
    data = {"id": found.id, "kind": found.kind, "state": found.state, "event": name}
    webhooks.publish(connection, found.community_id, "alarm.changed", data)
    wake.after_commit(connection, wake.desk(found.community_id))


def began(found: Record) -> datetime:
    """When it was raised on the real clock, from which seconds are counted."""
    return made_at(found.id)
