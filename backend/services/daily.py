"""Asks whoever wishes it once a day whether they are well; then again by telephone, and then a person looks.

Any word of theirs is a sign of life, and nobody asks while they are away or sleep (practice 20).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.ladder import care as care_table
from backend.models.people import household, resident
from backend.services import alarm_history, alarms, bindings, care, communities, outbox, stories
from backend.services.alarms import Cry
from backend.services.ladder import reach
from backend.services.ringing import rows
from bot.contract.messages import Address
from bot.contract.text import Text, t

STORY = "daily"
ASK, AGAIN, LOOK = 0, 1, 2
# Between the stages.
WAITS = timedelta(minutes=30)
# Later than this nobody is asked about the morning: they would be rung at night.
STALE = timedelta(hours=3)
QUESTION = t("Good day from {community}. Are you all right today? Just answer 1 or a word; for help write 9 or say so.")
ONCE_MORE = t("I have not heard from you today. Are you all right? A word or 1 is enough; for help write 9 or say so.")
LOOKING = t(
    "I have asked twice today and not heard from you, so I am asking a person to call you or to look in. If all is "
    "well, just tell me. If you need help now, call {ambulance}."
)


def plan(connection: Connection, row: Record, now: datetime, real: datetime) -> None:
    """The next day's question, or today's if its hour is still to come. row: of `care`; now: the residents' clock."""
    if row.daily is None:
        return
    here = communities.here(connection, row.community_id, now)
    _next(connection, row, here, real)
    lately = row.asked_at is not None and real - row.asked_at < 2 * WAITS
    if lately and (row.well_at is None or row.well_at < row.asked_at):
        # Somebody changed a word of it while today's question stood unanswered: it goes on.
        _wait(connection, row, AGAIN, here, real + WAITS, real)


def _next(connection: Connection, row: Record, here: datetime, real: datetime) -> None:
    at = here.replace(hour=int(row.daily[:2]), minute=int(row.daily[3:]), second=0, microsecond=0)
    if at <= here:
        at = (at + timedelta(days=1)).replace(hour=int(row.daily[:2]), minute=int(row.daily[3:]))
    _wait(connection, row, ASK, at, real + (at - here), real)


def _wait(connection: Connection, row: Record, stage: int, day: datetime, until: datetime, real: datetime) -> None:
    data = {"resident": row.resident_id, "version": row.version, "stage": stage, "day": day.isoformat()}
    once = f"{STORY}:{row.resident_id}:{row.version}:{day:%Y%m%d}:{stage}:{until:%H%M}"
    stories.begin(connection, row.community_id, STORY, data, until, once, real)


def due(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """One stage of one day; what they changed meanwhile has its own stories."""
    row = connection.execute(select(care_table).where(care_table.c.resident_id == data["resident"])).one_or_none()
    if row is None or row.daily is None or row.version != data["version"]:
        return False
    day, stage = datetime.fromisoformat(data["day"]), int(data["stage"])
    here = now.astimezone(day.tzinfo)
    if stage == ASK:
        _next(connection, row, here, real)
    if care.is_away(row, here.date()) or _is_well(row, stage, day, here, real):
        return False
    wakes = _wakes(row, here)
    if wakes is not None:
        _wait(connection, row, stage, day, real + (wakes - here), real)
        return True
    if stage == ASK and here - day > STALE:
        body = {"resident": row.resident_id, "task": "today's question was not put: the program did not run then"}
        outbox.call_staff(connection, row.community_id, body, f"daily:{row.resident_id}:{day:%Y%m%d}:late", real)
        return True
    if stage == LOOK:
        _look(connection, row, day, now, real)
        return True
    if stage == ASK:
        care.asked(connection, row.resident_id, real)
    _ask(connection, row, stage, day, real)
    _wait(connection, row, stage + 1, day, real + WAITS, real)
    return True


def _is_well(row: Record, stage: int, day: datetime, here: datetime, real: datetime) -> bool:
    """Something was heard since they were asked; or this morning, before anybody asked."""
    if row.well_at is None:
        return False
    morning = here.replace(hour=4, minute=0, second=0, microsecond=0)
    since = real - (here - morning) if stage == ASK else row.asked_at
    return bool(since is not None and row.well_at >= since)


def _wakes(row: Record, here: datetime) -> datetime | None:
    """When their nap is over, where they sleep just now."""
    if not row.naps:
        return None
    begins, ends = (time.fromisoformat(one) for one in row.naps.split("-"))
    return here.replace(hour=ends.hour, minute=ends.minute, second=0) if begins <= here.time() < ends else None


def _ask(connection: Connection, row: Record, stage: int, day: datetime, real: datetime) -> None:
    """In their chats; by telephone where they have none, or have not answered there; who cannot hear is written to."""
    who = connection.execute(select(resident).where(resident.c.id == row.resident_id)).one()
    text = Text(
        (QUESTION if stage == ASK else ONCE_MORE).msgid, {"community": communities.name(connection, row.community_id)}
    )
    once, ways = f"{STORY}:{row.resident_id}:{day:%Y%m%d}:{stage}", reach.of(connection, row.community_id)
    talks = bindings.talks_of(connection, row.resident_id)
    for talk in talks:
        outbox.push(connection, talk, text, f"{once}:{talk}", real, last=True)
    if who.phone and row.deaf and ways.text and not talks:
        outbox.alert(connection, row.community_id, Address(reach.TEXT, who.phone, ways.text), text, once, real)
    elif who.phone and ways.voice and not row.deaf and (stage == AGAIN or not talks):
        to = Address(reach.VOICE, who.phone, ways.voice)
        about = {"resident": row.resident_id, "asked": real.isoformat()}
        wanted = rows.Wanted(row.community_id, rows.DAILY, to, once, about, who.language)
        rows.place(connection, wanted, real, real, urgent=False)


def _look(connection: Connection, row: Record, day: datetime, now: datetime, real: datetime) -> None:
    # An hour changed at noon is asked anew: what was looked after in the morning answers nothing of that.
    whose, cause = row.resident_id, f"{day:%Y%m%d}:{row.version}"
    key = raise_check(connection, row.community_id, whose, "check", care.said()["no_answer"], cause, now, real)
    alarm_history.add(connection, key, "daily", "", None, f"{STORY}:{whose}:{cause}", now)
    ambulance = reach.of(connection, row.community_id).emergency["ambulance"]
    for talk in bindings.talks_of(connection, row.resident_id):
        text = Text(LOOKING.msgid, {"ambulance": ambulance})
        outbox.push(connection, talk, text, f"{STORY}:{key}:{talk}", real, last=True)


def raise_check(
    connection: Connection,
    community: str,
    resident_id: int,
    kind: str,
    words: str,
    cause: str,
    now: datetime,
    real: datetime,
) -> str:
    """An alarm of whoever is asked each day, without a message of theirs."""
    joined = resident.outerjoin(household, resident.c.household_id == household.c.id)
    columns = (resident.c.household_id, household.c.label)
    who = connection.execute(select(*columns).select_from(joined).where(resident.c.id == resident_id)).one()
    sender = Address(alarms.DEVICE, hashlib.sha256(f"{STORY}:{resident_id}".encode()).hexdigest(), community)
    cry = Cry(
        community,
        sender,
        kind,
        words,
        f"{STORY}:{resident_id}:{cause}",
        place=who.label,
        home=who.household_id,
        resident=resident_id,
        sure=False,
    )
    return alarms.raise_alarm(connection, cry, now, real).id
