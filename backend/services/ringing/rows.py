"""Each call as a row: placed once for each cause, begun when it is carried, over when the line is."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from backend.db import Record
from backend.ids import new_id
from backend.models.people import community
from backend.models.ringing import ring, ring_event
from backend.services import outbox
from bot.contract.errors import Refused
from bot.contract.messages import Address

ALARM, BELL, NOTICE, WEARER, NEWS, DAILY = "alarm", "bell", "notice", "wearer", "news", "daily"
DRILL, BRIDGE = "drill", "bridge"
# What shares the budget of calls that can wait (practice 29).
UNASKED = (NOTICE, DRILL)
# What the ledger of a call holds, each with its second.
RANG, PICKED_UP, KEYED, DETECTED, ENDED = "rang", "answered", "key", "machine", "ended"
# Of the other end, where a call is put through.
DIALS, TALKS, BEYOND, PERSON, MAILBOX = "dials", "talks", "beyond", "person", "mailbox"
WAITING, RINGING, ANSWERED, ACCEPTED, REFUSED = "waiting", "ringing", "answered", "accepted", "refused"
SILENT, MACHINE, DROPPED = "silent", "machine", "dropped"
# Nothing more comes of these, whatever the vendor still says.
SETTLED = frozenset({ACCEPTED, REFUSED, DROPPED})
# First digits that mean nothing else while two are keyed (practice 8): not 0, 2, 5 or 9.
_FIRST, _SECOND = "134678", "0123456789"


@dataclass(frozen=True, slots=True)
class Wanted:
    """purpose: who decides; to: channel, number and account; once: the cause."""

    community: str
    purpose: str
    to: Address
    once: str
    about: Mapping[str, object] = field(default_factory=dict)
    language: str | None = None


def place(connection: Connection, wanted: Wanted, due: datetime, real: datetime, *, urgent: bool) -> str | None:
    """The call's id; None where the same cause has one already. due, real: on the real clock."""
    if connection.execute(select(ring.c.id).where(ring.c.once == wanted.once)).first() is not None:
        return None
    key = new_id()
    row = {
        "id": key,
        "community_id": wanted.community,
        "purpose": wanted.purpose,
        "about": dict(wanted.about),
        "account": wanted.to.account,
        "phone": wanted.to.user,
        "language": wanted.language,
        "state": WAITING,
        "machine": False,
        "code": secrets.choice(_FIRST) + secrets.choice(_SECOND),
        "tries": 0,
        "once": wanted.once,
        "created_at": real,
    }
    connection.execute(insert(ring), row)
    outbox.call(connection, wanted.community, wanted.to, key, wanted.once, due, urgent=urgent)
    return key


def again(connection: Connection, found: Record, channel: str, due: datetime, *, urgent: bool) -> None:
    """Another try of the same call."""
    to = Address(channel, found.phone, found.account)
    once = f"{found.once}:{found.tries}:{due.isoformat(timespec='seconds')}"
    become(connection, found.id, WAITING)
    outbox.call(connection, found.community_id, to, found.id, once, due, urgent=urgent)


def one(connection: Connection, key: str) -> Record:
    """With the community's zone and names, locked; raises `Refused` (404)."""
    columns = (community.c.timezone, community.c.names)
    rows = select(ring, *columns).join(community, community.c.id == ring.c.community_id).where(ring.c.id == key)
    found = connection.execute(rows.with_for_update(of=ring)).one_or_none()
    if found is None:
        raise Refused("there is no such call", status=404)
    return found


def rings(connection: Connection, key: str, real: datetime) -> None:
    log(connection, key, RANG, None, real)
    mine = update(ring).where(ring.c.id == key)
    connection.execute(mine.values(state=RINGING, tries=ring.c.tries + 1, rang_at=real, ended_at=None, machine=False))


def log(connection: Connection, key: str, name: str, note: str | None, real: datetime) -> None:
    """One more line of a call's ledger; nothing in it is ever changed."""
    connection.execute(insert(ring_event), {"ring_id": key, "name": name, "note": note, "at": real})


def seconds(connection: Connection, purpose: str, about: str, value: str) -> list[Record]:
    """The ledgers of all calls of a purpose about this, as they happened; each line with its call's `about`."""
    joined = ring_event.join(ring, ring_event.c.ring_id == ring.c.id)
    rows = select(ring_event, ring.c.about, ring.c.tries).select_from(joined).where(ring.c.purpose == purpose)
    return list(connection.execute(rows.where(ring.c.about[about].as_string() == value).order_by(ring_event.c.id)))


def ledger(connection: Connection, key: str) -> list[Record]:
    """Of one call, as it happened."""
    rows = select(ring_event).where(ring_event.c.ring_id == key).order_by(ring_event.c.id)
    return list(connection.execute(rows))


def of_alarm(connection: Connection, community: str, purpose: str, key: str) -> list[Record]:
    """All calls of a purpose for this alarm, the newest first."""
    mine = (ring.c.community_id == community, ring.c.purpose == purpose, ring.c.about["alarm"].as_string() == key)
    return list(connection.execute(select(ring).where(*mine).order_by(ring.c.id.desc())))


def become(
    connection: Connection, key: str, state: str, reason: str | None = None, ended: datetime | None = None
) -> None:
    values: dict[str, object] = {"state": state, "reason": reason}
    connection.execute(update(ring).where(ring.c.id == key).values(values | ({"ended_at": ended} if ended else {})))


def mark_machine(connection: Connection, key: str) -> None:
    connection.execute(update(ring).where(ring.c.id == key).values(machine=True))


def speak(connection: Connection, key: str, language: str) -> None:
    connection.execute(update(ring).where(ring.c.id == key).values(language=language))


def rang(connection: Connection, found: Record, real: datetime, within: timedelta) -> int:
    """How many other calls that could have waited rang this number lately."""
    others = (
        ring.c.community_id == found.community_id,
        ring.c.phone == found.phone,
        ring.c.purpose.in_(UNASKED),
        ring.c.id != found.id,
        ring.c.rang_at > real - within,
    )
    return int(connection.execute(select(func.count()).select_from(ring).where(*others)).scalar_one())
