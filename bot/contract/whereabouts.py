"""A place told in pieces: what is said later adds to what was said before, and replaces only what it names again."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.contract.understanding import Place, Understanding

# Which of a kind it is.
_WHICH = re.compile(r"[\d\W_]+|[\u4e1c\u897f\u5357\u5317]|north|south|east|west")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def pieced(before: Place, now: Place, *, corrected: bool = False) -> Place:
    """`before` with `now` in it: "stairwell", "6th floor", "building 5" are one place.

    A home is told as a whole, and a place that we cannot take apart replaces the other; corrected: the words say
    that what was named is wrong, so that another spot stands in its stead.
    """
    if before.room or now.room or now.text == before.text or not (_levels(before) and _levels(now)):
        return now
    spot = now.spot or before.spot
    both = before.spot and now.spot and before.spot != now.spot
    if both and not corrected and not _same_kind(before.spot or "", now.spot or ""):
        spot = _in_words((before.spot or "", now.spot or ""))
    floor = now.floor or (None if both and corrected else before.floor)
    building, unit = now.building or before.building, now.unit or before.unit
    if now.building and now.building != before.building:
        unit = now.unit
    whole = Place("", building, unit, None, now.scope or before.scope, floor, spot, now.common or before.common)
    return replace(whole, text=_told(whole, before, now))


def named_best(understanding: Understanding) -> Place | None:
    """Of several places in a cry the home that is named, "she lies at the door of 5-301": not the door."""
    found = [one.value for one in understanding.entities if one.name == "location" and isinstance(one.value, Place)]
    likened, spot = understanding.extra.get("likened", ""), understanding.extra.get("spot")
    found = [one for one in found if not likened or one.text not in likened]
    homes = [one for one in found if one.room and one.building] or [one for one in found if one.building]
    if homes:
        return theirs(_part_of(homes[-1], spot), understanding)
    first = understanding.entity("location")
    plain = first.value if first is not None and first.value in found else next(iter(found), None)
    return _with_spot(plain if isinstance(plain, Place) else None, spot)


def _part_of(home: Place, spot: str | None) -> Place:
    """ "At the steps east of building 9" is more than the building."""
    whole = spot is not None and home.room is None and home.text in spot
    return replace(home, text=spot) if whole and spot is not None else home


def theirs(home: Place, understanding: Understanding) -> Place:
    """ "I am 10-1403, she is 1404": whom it is about lives there, and not who speaks."""
    room = understanding.extra.get("their_room")
    if room is None or home.room is None or room == home.room:
        return home
    return replace(home, room=room, text=home.text.replace(home.room, room))


def told_at(understanding: Understanding) -> str | None:
    """What a whole sentence calls the place, in its own words: "they saw her walk to the stop of line 17"; None where
    nothing in it names any, and where it only asks."""
    extra = understanding.extra
    if "asks_it" in extra:
        return None
    named = [one.text for one in understanding.entities if one.name == "location"]
    every = [*named, *(extra[sign] for sign in ("spot", "at") if sign in extra)]
    likened = extra.get("likened", "")
    own = [one for one in dict.fromkeys(every) if one not in likened]
    pieces = [one for one in own if not any(one != other and one in other for other in own)]
    joint = "" if all(_HAN.search(one) for one in pieces) and not named else ", "
    return joint.join(pieces) or None


def _with_spot(plain: Place | None, spot: str | None) -> Place | None:
    """ "On court 2", which no register knows, and "the charging point, D 12": both tell where."""
    if spot is None or (plain is not None and (plain.room or plain.building)):
        return plain
    if plain is None:
        return Place(spot)
    if plain.text in spot or spot in plain.text:
        return replace(plain, text=max(plain.text, spot, key=len))
    return replace(plain, text=_in_words((plain.text, spot)))


def apart(one: Place, other: Place) -> bool:
    """Whether the two name different things about a place that is no home: a floor and a building."""
    if one.room or other.room or not (_levels(one) and _levels(other)):
        return False
    return not set(_levels(one)) & set(_levels(other))


def _levels(place: Place) -> dict[str, str]:
    levels = {name: getattr(place, name) for name in ("building", "unit", "floor", "spot")}
    return {name: value for name, value in levels.items() if value}


def _same_kind(one: str, other: str) -> bool:
    """ "gate 3" and "gate 5", or the one in the north, are two of a kind: the later one is meant."""
    bare = [_WHICH.sub("", words.casefold()) for words in (one, other)]
    return bare[0] == bare[1]


def _told(whole: Place, before: Place, now: Place) -> str:
    """In the resident's own words, as far as nothing was replaced; Chinese goes from the large to the small."""
    clash = set(_levels(before)) & set(_levels(now))
    if not clash:
        first, second = sorted((before, now), key=_rank)
        return _in_words((first.text, second.text))
    han = _HAN.search(before.text + now.text) is not None
    building = f"{whole.building}\u680b" if han else f"building {whole.building}"
    unit = f"{whole.unit}\u5355\u5143" if han else f"unit {whole.unit}"
    parts = (building if whole.building else "", unit if whole.unit else "", whole.floor or "", whole.spot or "")
    return _in_words(parts)


def _rank(place: Place) -> int:
    order = ("building", "unit", "floor", "spot")
    return min(order.index(name) for name in _levels(place))


def _in_words(coarse_to_fine: tuple[str, ...]) -> str:
    parts = [part for part in coarse_to_fine if part]
    if all(_HAN.search(part) for part in parts):
        return "".join(parts)
    if any(_HAN.search(part) for part in parts):
        return ", ".join(parts)
    return ", ".join(reversed(parts))
