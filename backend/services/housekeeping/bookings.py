"""Bookings: taken, moved and cancelled inside the message's own transaction, guarded by the key of the half-hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from backend.db import Record, insert_or
from backend.ids import new_id
from backend.models.housekeeping import booking, booking_event, booking_slot
from backend.services import webhooks
from backend.services.cases import next_number
from backend.services.housekeeping.follow import follow
from backend.services.housekeeping.notes import without_codes
from backend.services.housekeeping.offers import Offer
from backend.services.housekeeping.times import cells, ends
from bot.contract import trail
from bot.contract.errors import Refused
from bot.contract.text import t

KIND = "housekeeping"
# Whoever has just booked may think again, however soon the visit is.
GRACE = timedelta(minutes=30)
# So long after its end a booking can still be told to have been missed.
MISSED = timedelta(hours=12)

_TAKE = insert_or(booking_slot).on_conflict_do_nothing(index_elements=["provider_id", "at"])
_FILE = insert(booking).inline()
_LOG = insert(booking_event).inline()
_BY_NUMBER = select(booking).where(
    booking.c.community_id == bindparam("community"), booking.c.number == bindparam("number")
)


class Lost(Exception):
    """Somebody else took one of the half-hours first; nothing of this booking was kept."""


@dataclass(frozen=True, slots=True)
class NewBooking:
    """What is booked: an offer, from when, how much of it; slots: the flow's slots as JSON."""

    community: str
    service: str
    offer: Offer
    start: datetime
    quantity: Decimal
    location: str
    household: int | None = None
    resident: int | None = None
    conversation: int | None = None
    wish: str | None = None
    notes: str | None = None
    contact: str | None = None
    slots: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    id: str
    number: str
    cancel_until: datetime


def cancel_until(offer: Offer, start: datetime, created: datetime) -> datetime:
    """Until then cancelling is free."""
    return min(start, max(start - timedelta(hours=offer.cancel_hours), created + GRACE))


def take(connection: Connection, new: NewBooking, now: datetime, by: str = "resident") -> Booked:
    """Book it; by: who does. Raises `Lost` when it was taken meanwhile."""
    number = next_number(connection, new.community, KIND, now)
    key = new_id()
    columns = _columns(new, now)
    with connection.begin_nested():
        connection.execute(
            _FILE,
            {
                "id": key,
                "community_id": new.community,
                "number": number,
                "kind": KIND,
                "state": "booked",
                "resident_id": new.resident,
                "conversation_id": new.conversation,
                "fee_due": 0,
                "created_at": now,
                **columns,
            },
        )
        occupy(connection, key, new.offer.provider, new.start, ends(new.offer, new.start, new.quantity))
        note(connection, key, "booked", None, "booked", by, now)
    publish(connection, new.community, "booking.created", key, number, "booked")
    follow(connection, new.community, key, new.start, new.conversation, now)
    trail.count("booking", KIND)
    return Booked(key, number, cancel_until(new.offer, new.start, now))


def _columns(new: NewBooking, now: datetime) -> dict[str, object]:
    """What a booking says, also when it is moved: created counts from the first time."""
    notes = without_codes(new.notes)[0] if new.notes else None
    return {
        "service": new.service,
        "provider_id": new.offer.provider,
        "household_id": new.household,
        "starts_at": new.start,
        "ends_at": ends(new.offer, new.start, new.quantity),
        "wish": new.wish,
        "unit": new.offer.unit,
        "quantity": int(new.quantity * 100),
        "price": fen(new.offer.price),
        "total": fen(new.offer.total(new.quantity)),
        "cancel_until": cancel_until(new.offer, new.start, now),
        "cancel_fee": fen(new.offer.fee),
        "location": new.location,
        "notes": notes,
        "contact": new.contact,
        "slots": dict(new.slots or {}),
        "updated_at": now,
    }


def fen(yuan: Decimal) -> int:
    return int(yuan * 100)


def occupy(connection: Connection, key: str, provider: int, start: datetime, end: datetime) -> None:
    """Take the half-hours, in their order, all or none; raises `Lost`."""
    wanted = cells(start, end)
    rows = [{"provider_id": provider, "at": at, "booking_id": key} for at in wanted]
    taken = connection.execute(_TAKE.values(rows))
    if taken.rowcount != len(wanted):
        raise Lost


def publish(connection: Connection, community: str, event: str, key: str, number: str, state: str) -> None:
    data = {"id": key, "number": number, "kind": KIND, "state": state, "community": community}
    webhooks.publish(connection, community, event, data)


def release(connection: Connection, key: str) -> None:
    connection.execute(delete(booking_slot).where(booking_slot.c.booking_id == key))


def still(connection: Connection, found: Record, **changes: object) -> None:
    """Change a booking whose state is as it was when it was looked at, before its half-hours are touched.

    Raises `Refused` when somebody else was faster.
    """
    mine = update(booking).where(booking.c.id == found.id, booking.c.state == found.state)
    if connection.execute(mine.values(**changes)).rowcount == 0:
        raise Refused(
            f"booking {found.number} was changed meanwhile",
            t("{number} has just been changed by somebody else. Please look at it again.", number=found.number),
            status=409,
        )


def note(
    connection: Connection,
    key: str,
    name: str,
    before: str | None,
    after: str | None,
    by: str,
    now: datetime,
    reason: str | None = None,
    data: Mapping[str, object] | None = None,
) -> None:
    connection.execute(
        _LOG,
        {
            "booking_id": key,
            "name": name,
            "from_state": before,
            "to_state": after,
            "by": by,
            "note": reason,
            "data": dict(data) if data else None,
            "at": now,
        },
    )


def by_number(connection: Connection, community: str, number: str) -> Record | None:
    return connection.execute(_BY_NUMBER, {"community": community, "number": number.upper()}).one_or_none()


def rebook(connection: Connection, found: Record, new: NewBooking, now: datetime, by: str = "resident") -> Booked:
    """The same booking, its number kept, at another time or with another person; raises `Lost` and changes nothing."""
    if found.state != "booked":
        raise Refused(
            f"booking {found.number} is {found.state}", t("That booking can no longer be changed."), status=409
        )
    columns = _columns(new, now)
    moved = found.starts_at != new.start
    if moved and now > found.cancel_until:
        raise Refused(
            "too late to move", t("It begins too soon to be moved. A person at the desk can still help."), status=409
        )
    with connection.begin_nested():
        still(connection, found, **columns)
        release(connection, found.id)
        occupy(connection, found.id, new.offer.provider, new.start, ends(new.offer, new.start, new.quantity))
        before = {"starts_at": found.starts_at.isoformat(), "provider": found.provider_id, "quantity": found.quantity}
        note(connection, found.id, "changed", None, None, by, now, data={"before": before})
    publish(connection, found.community_id, "booking.changed", found.id, found.number, found.state)
    if moved:
        follow(connection, found.community_id, found.id, new.start, found.conversation_id, now)
    return Booked(found.id, found.number, cancel_until(new.offer, new.start, now))


def note_down(connection: Connection, found: Record, notes: str, slots: Mapping[str, object], now: datetime) -> None:
    """Another note for the helper; nothing else changes."""
    kept = without_codes(notes)[0]
    changes = {"notes": kept, "slots": {**slots, "notes": kept}, "updated_at": now}
    connection.execute(update(booking).where(booking.c.id == found.id).values(**changes))
    note(connection, found.id, "noted", None, None, "resident", now)


def cancel(connection: Connection, found: Record, now: datetime, by: str = "resident") -> Decimal:
    """The resident cancels, or somebody for them; returns the fee that is due, nothing in time. The half-hours are free
    at once."""
    if found.state not in ("booked", "no_show", "substitute_offered"):
        raise Refused(
            f"booking {found.number} is {found.state}", t("That booking can no longer be cancelled."), status=409
        )
    owed = found.cancel_fee if found.state == "booked" and now > found.cancel_until else 0
    still(connection, found, state="cancelled", fee_due=owed, updated_at=now)
    release(connection, found.id)
    note(connection, found.id, "moved", found.state, "cancelled", by, now)
    publish(connection, found.community_id, "booking.changed", found.id, found.number, "cancelled")
    return Decimal(owed) / 100


def upcoming(
    connection: Connection, community: str, conversation_id: int, resident: int | None, now: datetime
) -> list[Record]:
    """The speaker's bookings that still lie ahead, soonest first: this conversation's, else the resident's."""
    return _standing(connection, community, conversation_id, resident, now)


def latest(connection: Connection, community: str, conversation_id: int, resident: int | None) -> Record | None:
    """The last booking of this conversation's or this resident's that was not taken back."""
    mine = booking.c.conversation_id == conversation_id
    if resident is not None:
        mine = or_(mine, booking.c.resident_id == resident)
    query = (
        select(booking)
        .where(booking.c.community_id == community, mine, booking.c.state != "cancelled")
        .order_by(booking.c.starts_at.desc())
        .limit(1)
    )
    return connection.execute(query).first()


def awaited(
    connection: Connection, community: str, conversation_id: int, resident: int | None, now: datetime
) -> list[Record]:
    """The same with those whose time is over since the morning: nobody may have come for them."""
    return _standing(connection, community, conversation_id, resident, now - MISSED)


def _standing(
    connection: Connection, community: str, conversation_id: int, resident: int | None, since: datetime
) -> list[Record]:
    ahead = (
        select(booking)
        .where(
            booking.c.community_id == community,
            booking.c.ends_at > since,
            booking.c.state.in_(("booked", "no_show", "substitute_offered")),
        )
        .order_by(booking.c.starts_at)
        .limit(20)
    )
    here = list(connection.execute(ahead.where(booking.c.conversation_id == conversation_id)))
    if here or resident is None:
        return here
    return list(connection.execute(ahead.where(booking.c.resident_id == resident)))
