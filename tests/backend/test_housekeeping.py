"""Bookings: nobody twice at the same time, and every state on the way when somebody does not come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from backend.db import Record, open_engine, parse_url
from backend.models.housekeeping import booking, booking_slot, provider
from backend.models.talk import outbox
from backend.services import housekeeping
from backend.services.housekeeping import Booked, Calendar, Lost, NewBooking, Offer, Search
from backend.services.progress import Whose
from bot.contract.errors import Refused
from bot.settings import Settings

COMMUNITY = "sunshine"
SERVICES = ("cleaning", "appliance_cleaning", "cooking", "other")


@pytest.fixture
def db(fresh: Settings) -> Iterator[Connection]:
    engine = open_engine(parse_url(fresh.database_url))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def now(fresh: Settings) -> datetime:
    return datetime(2026, 11, 20, 9, 30, tzinfo=fresh.zone)


def _offers(db: Connection, service: str = "cleaning", unit: str | None = None) -> tuple[Offer, ...]:
    return housekeeping.find_offers(db, Search(COMMUNITY, service, unit, "3"))


def _new(offer: Offer, start: datetime, hours: int = 2, notes: str | None = None) -> NewBooking:
    return NewBooking(COMMUNITY, "cleaning", offer, start, Decimal(hours), "3-2-501", resident=1, notes=notes)


def _book(db: Connection, now: datetime, start: datetime, hours: int = 2) -> Booked:
    return housekeeping.take(db, _new(_offers(db)[0], start, hours), now)


def _row(db: Connection, booked: Booked) -> Record:
    found = housekeeping.by_number(db, COMMUNITY, booked.number)
    assert found is not None
    return found


def test_any_wish_by_day_finds_a_free_helper(db: Connection, now: datetime) -> None:
    """The demo's promise: cleaning, appliances, cooking, other, every half-hour from 8 to 20 h for two weeks."""
    for service in SERVICES:
        for unit in {offer.unit for offer in housekeeping.service_offers(db, COMMUNITY, service)}:
            calendar = Calendar(db, COMMUNITY, _offers(db, service, unit), Decimal(3), now)
            for day in range(1, 15):
                midnight = (now + timedelta(days=day)).replace(hour=0, minute=0)
                wishes = [midnight + timedelta(minutes=30 * n) for n in range(16, 41)]
                assert [at for at in wishes if calendar.who(at) is None] == []


def test_a_taken_half_hour_is_lost_and_leaves_nothing(db: Connection, now: datetime) -> None:
    start = now.replace(hour=15, minute=0) + timedelta(days=1)
    _book(db, now, start)
    offer = _offers(db)[0]
    for late in (timedelta(), timedelta(minutes=90), timedelta(minutes=-90), timedelta(minutes=15)):
        with pytest.raises(Lost):
            housekeeping.take(db, _new(offer, start + late), now)
    assert len(db.execute(select(booking)).all()) == 1
    assert len(db.execute(select(booking_slot)).all()) == 4
    housekeeping.take(db, _new(offer, start + timedelta(hours=2)), now)


def test_the_key_itself_forbids_a_double_booking(db: Connection, now: datetime) -> None:
    """Whatever code comes later: the database refuses."""
    booked = _book(db, now, now + timedelta(days=1))
    row = db.execute(select(booking_slot).where(booking_slot.c.booking_id == booked.id)).first()
    assert row is not None
    with pytest.raises(IntegrityError):
        db.execute(insert(booking_slot).values(provider_id=row.provider_id, at=row.at, booking_id=booked.id))


def test_three_real_times_around_a_taken_wish(db: Connection, now: datetime) -> None:
    only = _offers(db)[:1]
    start = now.replace(hour=15, minute=0) + timedelta(days=1)
    _book(db, now, start)
    calendar = Calendar(db, COMMUNITY, only, Decimal(2), now)
    assert calendar.who(start) is None
    near = calendar.nearest(start)
    assert [at.strftime("%d %H:%M") for at in near] == ["21 12:00", "21 13:00", "21 17:00"]
    assert all(calendar.who(at) is not None for at in near)


def test_a_move_keeps_the_number_and_frees_the_old_time(db: Connection, now: datetime) -> None:
    start = now + timedelta(days=1)
    booked = _book(db, now, start)
    offer = _offers(db)[0]
    moved = housekeeping.rebook(db, _row(db, booked), _new(offer, start + timedelta(hours=1)), now)
    assert moved.number == booked.number
    assert Calendar(db, COMMUNITY, (offer,), Decimal(1), now).who(start) == offer
    other = housekeeping.take(db, _new(offer, start + timedelta(days=1)), now)
    with pytest.raises(Lost):
        housekeeping.rebook(db, _row(db, other), _new(offer, start + timedelta(hours=2)), now)
    assert _row(db, other).starts_at == start + timedelta(days=1)
    assert len(db.execute(select(booking_slot).where(booking_slot.c.booking_id == other.id)).all()) == 4


def test_cancelling_late_costs_the_fee_and_frees_the_time(db: Connection, now: datetime) -> None:
    start = now + timedelta(days=1)
    early, late = _book(db, now, start), _book(db, now, start + timedelta(days=1))
    assert housekeeping.cancel(db, _row(db, early), now) == 0
    assert housekeeping.cancel(db, _row(db, late), start + timedelta(days=1) - timedelta(hours=1)) == 30
    assert db.execute(select(booking_slot)).all() == []
    with pytest.raises(Refused):
        housekeeping.cancel(db, _row(db, late), now)


def test_too_late_to_move_is_refused_but_grace_is_given(db: Connection, now: datetime) -> None:
    booked = _book(db, now, now + timedelta(hours=2))
    offer = _offers(db)[0]
    housekeeping.rebook(db, _row(db, booked), _new(offer, now + timedelta(hours=3)), now + timedelta(minutes=5))
    later = now + timedelta(hours=2)
    with pytest.raises(Refused):
        housekeeping.rebook(db, _row(db, booked), _new(offer, now + timedelta(hours=6)), later)


def test_nobody_came_then_a_substitute_or_the_money_back(db: Connection, now: datetime) -> None:
    start = now + timedelta(hours=1)
    first = _book(db, now, start)
    second = housekeeping.take(db, _new(_offers(db)[1], start), now)
    assert housekeeping.no_shows(db, start + timedelta(minutes=14), now) == []
    assert housekeeping.no_shows(db, start + timedelta(minutes=15), now) == [first.number, second.number]
    assert housekeeping.no_shows(db, start + timedelta(minutes=20), now) == []
    calls = db.execute(select(outbox.c.body).where(outbox.c.kind == "staff")).scalars().all()
    assert [call["booking"] for call in calls] == [first.number, second.number]
    later = start + timedelta(minutes=20)
    assert housekeeping.substitute(db, _row(db, first), later + timedelta(hours=1), "desk", later, now)
    row = _row(db, first)
    assert row.state == "substitute_offered"
    assert row.provider_id != _offers(db)[0].provider
    housekeeping.move(db, row, "booked", "desk", None, later, now)
    housekeeping.move(db, _row(db, first), "arrived", "desk", None, later, now)
    housekeeping.move(db, _row(db, first), "done", "desk", None, later, now)
    housekeeping.move(db, _row(db, second), "refunded", "desk", None, later, now)
    assert _row(db, second).total == 0
    with pytest.raises(Refused):
        housekeeping.move(db, _row(db, second), "booked", "desk", None, later, now)


def test_no_substitute_is_pretended(db: Connection, now: datetime) -> None:
    booked = _book(db, now, now + timedelta(hours=1))
    db.execute(update(provider).where(provider.c.id != _offers(db)[0].provider).values(active=False))
    assert not housekeeping.substitute(db, _row(db, booked), now + timedelta(hours=2), "desk", now, now)
    assert _row(db, booked).state == "booked"


@pytest.mark.parametrize(
    ("said", "kept", "cut"),
    [
        ("there is a dog, code 4711#", "there is a dog, code", True),
        ("*123456# then ring", "then ring", True),
        ("4 7 1 1", "", True),
        ("ring 13800000501 first", "ring 13800000501 first", False),
        ("2 dogs, 3rd floor", "2 dogs, 3rd floor", False),
    ],
)
def test_codes_are_taken_out_of_notes(said: str, kept: str, cut: bool) -> None:
    assert housekeeping.without_codes(said) == (kept, cut)


def test_a_booking_never_stores_a_code(db: Connection, now: datetime) -> None:
    new = _new(_offers(db)[0], now + timedelta(days=1), notes="dog; 4711")
    assert _row(db, housekeeping.take(db, new, now)).notes == "dog"


def test_communities_are_apart(db: Connection, now: datetime) -> None:
    booked = _book(db, now, now + timedelta(days=1))
    assert housekeeping.by_number(db, "elsewhere", booked.number) is None
    assert housekeeping.find_offers(db, Search("elsewhere", "cleaning")) == ()
    assert housekeeping.lines(db, Whose("elsewhere", 1, 1), now) == []
    assert housekeeping.upcoming(db, "elsewhere", 1, 1, now) == []


def test_progress_tells_who_comes_when(db: Connection, now: datetime) -> None:
    booked = _book(db, now, now + timedelta(days=1))
    (line,) = housekeeping.lines(db, Whose(COMMUNITY, 999, 1), now)
    assert (line.number, line.open) == (booked.number, True)
    assert line.next is not None
    housekeeping.cancel(db, _row(db, booked), now)
    (line,) = housekeeping.lines(db, Whose(COMMUNITY, 999, 1), now)
    assert (line.open, line.next) == (False, None)
