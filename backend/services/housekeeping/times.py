"""When somebody is free: a wish is tried as it is, and only real free times are ever offered instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal

from sqlalchemy import Connection, bindparam, select

from backend.models.housekeeping import booking_slot, provider
from backend.services.housekeeping.offers import Offer

CELL = timedelta(minutes=30)
LEAD = timedelta(minutes=30)
# Offered instead of a wish: on the grid of half-hours, an hour apart, not further off than this.
APART = timedelta(hours=1)
DAYS = 14
# A part of the day as hours in which a visit begins; None: the day as such.
PARTS: dict[str | None, tuple[int, int]] = {
    "morning": (9, 12),
    "noon": (11, 14),
    "afternoon": (14, 18),
    "evening": (18, 21),
    None: (9, 20),
}

_TAKEN = (
    select(booking_slot.c.provider_id, booking_slot.c.at, booking_slot.c.booking_id)
    .select_from(booking_slot.join(provider, booking_slot.c.provider_id == provider.c.id))
    .where(
        provider.c.community_id == bindparam("community"),
        booking_slot.c.at >= bindparam("since"),
        booking_slot.c.at < bindparam("until"),
    )
)


def length(offer: Offer, quantity: Decimal) -> timedelta:
    """How long that much of it takes, in whole half-hours except where hours themselves are bought."""
    minutes = Decimal(offer.minutes) * quantity
    if offer.unit != "hour":
        minutes = (minutes / 30).to_integral_value(ROUND_CEILING) * 30
    return timedelta(minutes=float(minutes))


def ends(offer: Offer, start: datetime, quantity: Decimal) -> datetime:
    return start + length(offer, quantity)


def cells(start: datetime, end: datetime) -> list[datetime]:
    """The half-hours that a visit touches, as UTC."""
    at = start.astimezone(UTC)
    at -= timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
    found = []
    while at < end:
        found.append(at)
        at += CELL
    return found


@dataclass(slots=True)
class Calendar:
    """The free times of some offers; but: a booking whose own half-hours count as free (it is being moved); shut:
    which days do not suit."""

    connection: Connection
    community: str
    offers: tuple[Offer, ...]
    quantity: Decimal
    now: datetime
    but: str | None = None
    shut: Callable[[date], bool] | None = None
    _loaded: dict[date, set[tuple[int, datetime]]] = field(default_factory=dict)

    def who(self, start: datetime, prefer: int | None = None) -> Offer | None:
        """Who can come at exactly this time: the preferred one if possible, else the first by rank."""
        free = self.able(start)
        return next((offer for offer in free if offer.provider == prefer), free[0] if free else None)

    def able(self, start: datetime) -> tuple[Offer, ...]:
        """Everybody who can come at exactly this time, by rank."""
        return () if start < self.now else tuple(offer for offer in self.offers if self._is_free(offer, start))

    def nearest(self, wish: datetime, count: int = 3) -> tuple[datetime, ...]:
        """Free times around the wish: of its own day first, then of the days next to it."""
        found: list[datetime] = []
        for day in self._days(wish.date()):
            starts = sorted(self._grid(day), key=lambda at: abs(at - wish))
            for at in starts:
                if all(abs(at - other) >= APART for other in found) and self.who(at) is not None:
                    found.append(at)
                    if len(found) == count:
                        return tuple(sorted(found))
        return tuple(sorted(found))

    def on_day(self, day: date, part: str | None, count: int = 3) -> tuple[datetime, ...]:
        """Free times of a day, or of a part of it; none when that part has none."""
        if part not in PARTS:
            return ()
        first, last = PARTS[part]
        found: list[datetime] = []
        for at in self._grid(day):
            if not first <= at.hour < last or (found and at - found[-1] < APART):
                continue
            if self.who(at) is not None:
                found.append(at)
                if len(found) == count:
                    break
        return tuple(found)

    def opens(self, start: datetime) -> bool:
        """Whether anybody works at that time at all, taken or not."""
        return any(_is_open(offer, start, ends(offer, start, self.quantity)) for offer in self.offers)

    def _grid(self, day: date) -> Iterator[datetime]:
        """Every half-hour of a day that is still far enough ahead to be offered."""
        if self.shut is not None and self.shut(day):
            return
        at = datetime.combine(day, time(), self.now.tzinfo)
        for n in range(48):
            start = at + n * CELL
            if start >= self.now + LEAD:
                yield start

    def _days(self, wish: date) -> Iterator[date]:
        today = self.now.date()
        middle = max(wish, today)
        yield middle
        for n in range(1, DAYS + 1):
            yield middle + timedelta(days=n)
            if middle - timedelta(days=n) >= today:
                yield middle - timedelta(days=n)

    def _is_free(self, offer: Offer, start: datetime) -> bool:
        end = ends(offer, start, self.quantity)
        if not _is_open(offer, start, end):
            return False
        taken = self._taken(start.date())
        return all((offer.provider, at) not in taken for at in cells(start, end))

    def _taken(self, day: date) -> set[tuple[int, datetime]]:
        """What is taken on a day and on the next: a visit may run past midnight."""
        if day not in self._loaded:
            since = datetime.combine(day, time(), self.now.tzinfo) - CELL
            rows = self.connection.execute(
                _TAKEN, {"community": self.community, "since": since, "until": since + timedelta(days=2)}
            )
            self._loaded[day] = {(row.provider_id, row.at) for row in rows if row.booking_id != self.but}
        return self._loaded[day]


def _is_open(offer: Offer, start: datetime, end: datetime) -> bool:
    midnight = datetime.combine(start.date(), time(), start.tzinfo)
    begin, last = (start - midnight) / timedelta(minutes=1), (end - midnight) / timedelta(minutes=1)
    return any(opens <= begin and last <= closes for opens, closes in offer.hours.get(start.weekday(), ()))
