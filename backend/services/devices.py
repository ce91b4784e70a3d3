"""Buttons, cords and detectors: what one reports is an alarm of its home, each event once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from backend.db import Record
from backend.models.people import resident
from backend.models.work import alarm, alarm_event
from backend.services import alarm_history, alarms, homes
from backend.services.alarms import Cry, Standing
from bot.contract.errors import Refused
from bot.contract.messages import Address

CHANNEL = alarms.DEVICE
# What a device is, and what its cry means. A wristband is where its wearer is: the home is only a guess.
KINDS = {
    "button": "plea",
    "pull_cord": "plea",
    "wristband": "plea",
    "fall": "fall",
    "smoke": "fire",
    "heat": "fire",
    "gas": "gas",
}
WORN = frozenset({"wristband", "fall"})
# A detector that reports every second tells nothing new after these; it is counted, and the alarm stays.
NEWS = 20
# Whoever closed it has just been there: within this, the same device says the same once more.
SETTLES = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Report:
    """source, id: the event's own, unique together; kind: of KINDS; home: `3-2-501`, or as people say it; wearer: their
    name or number, where a home has several people."""

    source: str
    id: str
    kind: str
    home: str
    wearer: str = ""


def report(connection: Connection, community: str, told: Report, now: datetime, real: datetime) -> Standing:
    """Raises `Refused` for a home or a wearer that there is not."""
    cause = hashlib.sha256("\n".join((community, told.source, told.id)).encode()).hexdigest()
    known = _known(connection, cause)
    if known is not None:
        return Standing(known, new=False)
    home = homes.called(connection, community, told.home)
    sender = Address(CHANNEL, hashlib.sha256(told.source.encode()).hexdigest(), community)
    loud = _loud(connection, sender, now)
    if loud is not None:
        return Standing(loud, new=False)
    wearer = _wearer(connection, home, told.wearer)
    cry = Cry(
        community,
        sender,
        KINDS[told.kind],
        f"{told.kind} · {told.source}"[:500],
        cause,
        place=home.label,
        home=home.id,
        resident=wearer.id if wearer is not None else None,
        sure=told.kind not in WORN,
    )
    return alarms.raise_alarm(connection, cry, now, real)


def _known(connection: Connection, cause: str) -> str | None:
    """The alarm that this event began or was added to."""
    said = (f"said:{cause}", f"raised:{cause}")
    found = connection.execute(select(alarm_event.c.alarm_id).where(alarm_event.c.cause.in_(said))).scalars().first()
    return str(found) if found is not None else None


def _loud(connection: Connection, sender: Address, now: datetime) -> str | None:
    """The alarm of a device that says the same again and again, or whose alarm somebody closed this very minute."""
    mine = (alarm.c.channel == CHANNEL, alarm.c.account == sender.account, alarm.c.reported_by == sender.user)
    last = connection.execute(select(alarm).where(*mine).order_by(alarm.c.id.desc()).limit(1)).one_or_none()
    if last is None:
        return None
    if last.state not in alarms.OPEN:
        return str(last.id) if last.closed_at is not None and now - last.closed_at < SETTLES else None
    if last.state == "cancel_requested":
        # After a word that it was nothing, the same cry is news.
        return None
    said = (alarm_event.c.alarm_id == last.id, alarm_event.c.name == "said")
    count = connection.execute(select(func.count()).select_from(alarm_event).where(*said)).scalar_one()
    if count < NEWS:
        return None
    alarm_history.add(connection, last.id, "flood", "", None, f"flood:{last.id}", now)
    return str(last.id)


def _wearer(connection: Connection, home: Record, named: str) -> Record | None:
    """Whose it is: who is named, else who lives there alone, else the eldest."""
    lives = select(resident).where(resident.c.household_id == home.id, resident.c.left_at.is_(None))
    living = list(connection.execute(lives.order_by(resident.c.lives_alone.desc(), resident.c.birth_year)))
    if not named:
        return living[0] if living else None
    found = next((row for row in living if named in (row.name, row.phone)), None)
    if found is None:
        raise Refused("nobody of this name or number lives there", pointer="/data/wearer")
    return found
