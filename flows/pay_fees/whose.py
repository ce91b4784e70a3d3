"""Whose fees these are: the speaker's own as their payer may see them, or another home's, as a total only."""

from __future__ import annotations

from dataclasses import dataclass

from backend.db import Record
from backend.services import billing, bills, places
from bot.contract.conversation import Home
from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import t
from bot.contract.understanding import Place, Value

NAME = "pay_fees"


@dataclass(frozen=True, slots=True)
class Whose:
    """payer: whose accounts of the home may be seen, None: a total only; own: the speaker belongs to it."""

    home: int
    label: str
    payer: str | None

    @property
    def own(self) -> bool:
        return self.payer is not None


def whose(turn: Turn) -> Whose | None:
    """None while no home is known: somebody we do not know names one first."""
    if is_unclear(turn):
        return None
    own = own_home(turn)
    place = turn.values.get("location")
    if isinstance(place, Place) and place.building and place.room and not _same(own, place):
        row = places.check(turn.db, turn.conversation.community, place)
        if row is not None:
            return Whose(row.id, row.label, None)
    resident = turn.conversation.resident
    if own is None or resident is None:
        return None
    return Whose(own.id, own.label, bills.payer_of(turn.db, resident.id))


def is_unclear(turn: Turn) -> bool:
    """Another home was named, and there are several of that building and room: it is not the speaker's own."""
    place = turn.values.get("location")
    if not isinstance(place, Place) or not place.building or not place.room or _same(own_home(turn), place):
        return False
    return places.check(turn.db, turn.conversation.community, place) is None


def own_home(turn: Turn) -> Home | None:
    """The speaker's home, where it is proved by more than a caller's number (practice 36)."""
    resident = turn.conversation.resident
    return resident.home if resident is not None and resident.verified else None


def _same(own: Home | None, place: Place) -> bool:
    if own is None or (place.building, place.room) != (own.building, own.room):
        return False
    return place.unit in (None, own.unit)


def check_home(turn: Turn, value: Value) -> Value:
    """A home that exists; a place that is none ("at the exit") is left aside later."""
    own = own_home(turn)
    if value == "home" and own is not None:
        return Place(own.label, own.building, own.unit, own.room, "inside")
    if value in ("home", "elsewhere") or not isinstance(value, Place):
        raise Refused("a home is needed", t("Which home is it? For example “3-2-501”."))
    if value.building and value.room and not _same(own, value):
        places.check(turn.db, turn.conversation.community, value)
    return value


def issued(turn: Turn, who: Whose) -> list[Record]:
    """The home's monthly bills, written down first where that is still to do."""
    community = turn.conversation.community.id
    billing.ensure(turn.db, community, who.home, turn.now)
    return bills.of_home(turn.db, community, who.home, who.payer)
