"""What becomes of a booking: arrived, done, or nobody came, and then a substitute or the money back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.housekeeping import booking
from backend.services import outbox
from backend.services.housekeeping.bookings import Lost, by_number, fen, note, occupy, publish, release, still
from backend.services.housekeeping.follow import LATE
from backend.services.housekeeping.offers import Offer, Search, find_offers
from backend.services.housekeeping.times import Calendar, ends
from bot.contract.errors import Refused
from bot.contract.text import Text, t

# Somebody who comes later than this is another booking, not a substitute.
SOON = timedelta(days=3)

TRANSITIONS: dict[str, frozenset[str]] = {
    "booked": frozenset({"arrived", "no_show", "substitute_offered", "refunded", "cancelled"}),
    "no_show": frozenset({"arrived", "substitute_offered", "refunded", "cancelled"}),
    "substitute_offered": frozenset({"booked", "refunded", "cancelled"}),
    "arrived": frozenset({"done", "refunded"}),
    "done": frozenset({"refunded"}),
    "refunded": frozenset(),
    "cancelled": frozenset(),
}
# Where nobody will come any more, the half-hours are somebody else's.
_FREED = frozenset({"refunded", "cancelled", "no_show"})

NEWS: dict[str, Text] = {
    "booked": t("Your booking {number} stands: {by}"),
    "arrived": t("Your helper for {number} has arrived."),
    "done": t("Your booking {number} is done. If something is not right, just tell me."),
    "no_show": t(
        "Nobody has come for {number} within 15 minutes, and I am sorry. The desk looks for a substitute now; "
        "you can also have it called off at no cost."
    ),
    "substitute_offered": t("For {number} we can send somebody else: {by}. Tell the desk yes or no."),
    "refunded": t("{number} did not take place as booked. Nothing is charged for it."),
    "cancelled": t("{number} is cancelled."),
}


def move(
    connection: Connection, found: Record, to: str, by: str, reason: str | None, now: datetime, real: datetime
) -> None:
    """Take a booking to its next state and tell the resident; raises `Refused` for a wrong step."""
    if to not in TRANSITIONS:
        raise Refused(f"unknown state {to}", pointer="/state")
    if to not in TRANSITIONS[found.state]:
        raise Refused(f"a booking that is {found.state} cannot become {to}", status=409, pointer="/state")
    changes: dict[str, object] = {"state": to, "updated_at": now}
    if to == "refunded":
        changes["total"] = 0
    still(connection, found, **changes)
    if to in _FREED:
        release(connection, found.id)
    note(connection, found.id, "moved", found.state, to, by, now, reason)
    publish(connection, found.community_id, "booking.changed", found.id, found.number, to)
    if found.conversation_id is not None and by != "resident":
        text = NEWS[to]
        told = Text(text.msgid, {"number": found.number, "by": reason or ""})
        outbox.push(connection, found.conversation_id, told, f"booking:{found.id}:{to}:{now.isoformat()}", real)


def late(connection: Connection, now: datetime) -> Sequence[Record]:
    """Bookings whose helper has not been seen a quarter of an hour after the beginning, of all communities."""
    rows = select(booking).where(booking.c.state == "booked", booking.c.starts_at <= now - LATE)
    # Timers of two processes look at the same time: each takes what the other has not.
    mine = rows.order_by(booking.c.starts_at).limit(100).with_for_update(skip_locked=True)
    return connection.execute(mine).all()


def no_shows(connection: Connection, now: datetime, real: datetime) -> list[str]:
    """What a timer calls: each late booking becomes a no-show, and the desk is called; returns their numbers."""
    found = late(connection, now)
    for one in found:
        move(connection, one, "no_show", "timer", None, now, real)
        body = {"what": "no_show", "booking": one.number, "location": one.location}
        outbox.call_staff(connection, one.community_id, body, f"no_show:{one.id}", real)
    return [one.number for one in found]


def find_substitute(connection: Connection, found: Record, now: datetime) -> tuple[Offer, datetime] | None:
    """Who else can do the same work soonest, and when; None when nobody is free in the next days."""
    offers, quantity = _others(connection, found)
    calendar = Calendar(connection, found.community_id, offers, quantity, now, but=found.id)
    # A helper who is on the way already needs no more than the usual lead; days far off are no substitute.
    free = sorted(calendar.nearest(now, 3))
    start = next((at for at in free if at - now <= SOON), None)
    offer = calendar.who(start) if start is not None else None
    return (offer, start) if offer is not None and start is not None else None


def _others(connection: Connection, found: Record) -> tuple[tuple[Offer, ...], Decimal]:
    offers = find_offers(connection, Search(found.community_id, found.service, found.unit))
    others = tuple(offer for offer in offers if offer.provider != found.provider_id and offer.unit == found.unit)
    return others, Decimal(found.quantity) / 100


def put_in(
    connection: Connection, found: Record, provider: int, start: datetime, now: datetime, real: datetime
) -> None:
    """The substitute whom the resident has accepted; raises `Lost` when somebody else was quicker."""
    offers, quantity = _others(connection, found)
    calendar = Calendar(connection, found.community_id, offers, quantity, now, but=found.id)
    offer = calendar.who(start, provider)
    if offer is None or offer.provider != provider:
        raise Lost
    with connection.begin_nested():
        _replace(connection, found, offer, start, quantity)
    move(connection, found, "substitute_offered", "resident", None, now, real)
    again = by_number(connection, found.community_id, found.number)
    if again is not None:
        move(connection, again, "booked", "resident", None, now, real)


def _replace(connection: Connection, found: Record, offer: Offer, start: datetime, quantity: Decimal) -> None:
    """Another person for the same work. The price never rises by a substitute: the lower of the two holds."""
    end = ends(offer, start, quantity)
    price, total = min(found.price, fen(offer.price)), min(found.total, fen(offer.total(quantity)))
    columns = {"provider_id": offer.provider, "starts_at": start, "ends_at": end, "price": price, "total": total}
    still(connection, found, **columns)
    release(connection, found.id)
    occupy(connection, found.id, offer.provider, start, end)


def substitute(connection: Connection, found: Record, start: datetime, by: str, now: datetime, real: datetime) -> bool:
    """Another person for the same work, taken at once so that it can be offered; False when nobody is free."""
    if "substitute_offered" not in TRANSITIONS[found.state]:
        raise Refused(f"a booking that is {found.state} gets no substitute", status=409, pointer="/state")
    offers, quantity = _others(connection, found)
    offer = Calendar(connection, found.community_id, offers, quantity, now, but=found.id).who(start)
    if offer is None:
        return False
    _replace(connection, found, offer, start, quantity)
    who = next(iter(offer.names.values()))
    move(connection, found, "substitute_offered", by, f"{who}, {start:%H:%M}", now, real)
    return True
