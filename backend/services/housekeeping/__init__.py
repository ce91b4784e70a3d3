"""Help in the home: who can come and when, what was booked, and what becomes of a booking."""

from backend.services.housekeeping.bookings import (
    Booked,
    Lost,
    NewBooking,
    awaited,
    by_number,
    cancel,
    latest,
    note_down,
    rebook,
    take,
    upcoming,
)
from backend.services.housekeeping.follow import LATE
from backend.services.housekeeping.life import find_substitute, late, move, no_shows, put_in, substitute
from backend.services.housekeeping.lines import lines
from backend.services.housekeeping.notes import without_codes
from backend.services.housekeeping.offers import Offer, Search, find_offers, service_offers
from backend.services.housekeeping.times import Calendar, ends, length
from backend.services.housekeeping.words import MATCHED, SERVICES, STATES, UNITS, called

__all__ = [
    "LATE",
    "MATCHED",
    "SERVICES",
    "STATES",
    "UNITS",
    "Booked",
    "Calendar",
    "Lost",
    "NewBooking",
    "Offer",
    "Search",
    "awaited",
    "by_number",
    "called",
    "cancel",
    "ends",
    "find_offers",
    "find_substitute",
    "late",
    "latest",
    "length",
    "lines",
    "move",
    "no_shows",
    "note_down",
    "put_in",
    "rebook",
    "service_offers",
    "substitute",
    "take",
    "upcoming",
    "without_codes",
]
