"""Where: the slot that most flows ask for in the same way, with the speaker's own home as the first answer."""

from __future__ import annotations

from backend.services import places
from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import Text, t
from bot.contract.understanding import Place, Value

# In keys of several digits the two that are good everywhere need a star before them (practice 8).
KEYED = t("Or key building, unit, room, a star between, then hash. Star 0, a person; star 9, danger.")
# In an alarm nothing is said that is not needed.
KEYED_IN_DANGER = t("Or key building, unit, room, a star between, then hash.")


def shown(place: Value) -> Text | Value:
    """A public place told by a home is near it, not in it."""
    if isinstance(place, Place) and place.scope == "public" and place.room is not None:
        return t("near {home}", home=place)
    return place


def home_of(turn: Turn) -> Place | None:
    """The speaker's own home, None when they are bound to none."""
    resident = turn.conversation.resident
    if resident is None or resident.home is None:
        return None
    home = resident.home
    return Place(home.label, home.building, home.unit, home.room, "inside")


def my_building(turn: Turn) -> Place | None:
    """The speaker's own building, as a place that others share."""
    home = home_of(turn)
    if home is None or home.building is None:
        return None
    label = home.text.removesuffix(home.room or "").rstrip(" -,")
    return Place(label, home.building, home.unit, None, "public")


def my_floor(turn: Turn) -> Place | None:
    """The floor on which the speaker lives, as a place that others share; a room bears its floor's number."""
    mine, home = my_building(turn), home_of(turn)
    if mine is None or home is None or not (home.room or "").isdigit():
        return None
    number = (home.room or "")[:-2]
    han = not turn.message.text.isascii()
    floor = f"{number}\u697c" if han else f"floor {number}"
    text = f"{mine.text}{floor}" if han else f"{mine.text}, {floor}"
    return Place(text, mine.building, mine.unit, None, "public", floor) if number else None


def check_place(turn: Turn, value: Value) -> Value:
    """A place that exists; "home" and "near" become the speaker's own."""
    home = home_of(turn)
    if value == "elsewhere" or (value in ("home", "near") and home is None):
        raise Refused("a place is needed", t("Which place is it? For example “gate 3”, “garage B1” or “building 5”."))
    if value == "home" and home is not None:
        return home
    if value == "near" and home is not None:
        return Place(home.text, home.building, home.unit, home.room, "public")
    if not isinstance(value, Place):
        return Place(str(value))
    if value.scope == "inside" and value.building is None and value.room is None and home is not None:
        return home
    if value.room is not None and value.building is None and home is not None and home.building is not None:
        # A room number alone is one of the speaker's own building, and is read back as such.
        parts = [part for part in (home.building, home.unit, value.room) if part]
        value = Place("-".join(parts), home.building, home.unit, value.room, "inside")
    places.check(turn.db, turn.conversation.community, value)
    return value
