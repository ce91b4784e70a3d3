"""What is known of a service and of a wish for it, and what must still be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from backend.services.board import Item
from bot.contract.errors import Refused
from bot.contract.flow import Outcome, Turn
from bot.contract.text import t
from bot.contract.understanding import Place, Understanding, Value, When
from flows.questions import desk
from flows.questions.place import check_place, home_of
from flows.questions.when import check_limit

NAME = "request_service"
KIND = "service"
# What puts another value in the place of the one that stands.
_PUTS_RIGHT = frozenset({"instead", "rather", "move", "right"})
# What a time may be told of besides the wish: "on Monday she is examined".
_OF_OTHERS = re.compile(r"\b(?:s?he|they|because|as|since)\b|\u5979|\u4ed6|\u56e0\u4e3a", re.IGNORECASE)
# A meter's reading has so many figures; a home's number has fewer, or stands beside a building.
_READING = re.compile(r"(?<![\d-])\d{3,8}(?:\.\d{1,3})?(?![\d-])")


def item(turn: Turn) -> Item | None:
    """What the board says of the service that is wanted."""
    key = turn.values.get("service") or turn.understanding.extra.get("service_wish")
    return next((one for one in desk.items(turn, KIND) if one.key == key), None)


def asks(turn: Turn, name: str) -> bool:
    """Whether this service needs to know it before anybody can act."""
    one = item(turn)
    return one is not None and name in one.data.get("asks", ())


def tell(turn: Turn) -> Outcome:
    """What holds for this service is told first, once."""
    one = item(turn)
    if one is None or "_told" in turn.values:
        return Outcome()
    said = desk.said(turn, one, "says")
    return Outcome(say=(t("{name}", name=said),) if said else (), set={"_told": "yes"})


def titled(turn: Turn) -> tuple[Item, ...]:
    """The service, and what was asked for beside it."""
    keys = [str(turn.values.get("service", "")), *str(turn.values.get("_also", "")).split()]
    every = {one.key: one for one in desk.items(turn, KIND)}
    return tuple(every[key] for key in keys if key in every)


def check_service(turn: Turn, value: Value) -> Value:
    """ "And a plan of the pipes": what is asked for beside it stands in the same request."""
    if not any(one.key == value for one in desk.items(turn, KIND)):
        raise Refused("no such service", t("I know of no such service here."))
    return turn.values["service"] if value in str(turn.values.get("_also", "")).split() else value


def _beside(turn: Turn) -> dict[str, Value]:
    """Another service than the one that stands, not in its place."""
    top = turn.conversation.top
    before = top.slots.get("service") if top is not None and top.flow == NAME else None
    named = str(turn.values.get("service", ""))
    put_right = _PUTS_RIGHT & set(turn.understanding.extra) or turn.understanding.intent == "correct"
    if before is None or "service" not in turn.changed or named == before or put_right or turn.message.choice:
        return {}
    also = str(turn.values.get("_also", "")).split()
    said, details = turn.message.text.strip(), str(turn.values.get("details", ""))
    more: dict[str, Value] = {} if "details" in turn.changed else {"details": f"{details}; {said}".strip("; ")}
    return {"_also": " ".join(dict.fromkeys([*also, named])), **more}


def absorb(turn: Turn) -> Mapping[str, Value]:
    known, said = turn.values, turn.message.text.strip()
    found: dict[str, Value] = _beside(turn)
    if "details" not in known and "details" not in turn.changed and said and not turn.message.choice:
        found["details"] = desk.matter(turn)
    if "location" not in known and "location" not in turn.changed and not asks(turn, "place"):
        home = home_of(turn)
        found |= {"location": home} if home is not None else {}
    return found | _reading(turn, said)


def _reading(turn: Turn, said: str) -> dict[str, Value]:
    """The figures of a meter, the last that were told."""
    if not asks(turn, "reading") or turn.message.choice:
        return {}
    place = turn.understanding.entity("location")
    named = place is not None and isinstance(place.value, Place) and place.value.building is not None
    read = _READING.findall(said.replace(place.text, " ") if named and place is not None else said)
    return {"reading": read[-1]} if read and "contact" not in turn.changed else {}


def check_location(turn: Turn, value: Value) -> Value:
    """A place in the estate; where none is known by that name it stays as it was said."""
    if isinstance(value, Place) and value.room is not None:
        value = replace(value, scope="inside")
    home = home_of(turn)
    if home is not None and isinstance(value, Place) and not (value.building or value.room or asks(turn, "place")):
        return turn.values.get("location") or home  # "not the clinic, the hospital": spoken of, and not where it is
    if isinstance(value, Place) and value.text.isdigit() and asks(turn, "reading"):
        return turn.values.get("location") or home or value  # a meter's figures are no room
    if isinstance(value, Place) and not (value.building or value.room):
        return value  # "by the pillar in the garage": as it was said
    return check_place(turn, value)


def check_when(turn: Turn, value: Value) -> Value:
    """The time that was wished; one that is only spoken of ("on Monday she is examined") takes the place of none."""
    if asks(turn, "untimed"):
        return ""  # from when to when somebody stays is told in words
    before = turn.values.get("when")
    extra, top = set(turn.understanding.extra), turn.conversation.top
    waits = top is not None and top.awaiting == "when"
    spoken = [one.value for one in turn.understanding.entities if isinstance(one.value, When)]
    meant = {"mere", *_PUTS_RIGHT} & extra or turn.understanding.intent == "correct"
    if before and not waits and not meant and ("asks_back" in extra or _OF_OTHERS.search(turn.message.text)):
        return before
    if len(spoken) > 1 and not meant and spoken[-1] == value:
        value = spoken[0]
    if not asks(turn, "past"):
        return check_limit(turn, value)
    # Of what has happened already the time lies behind.
    ahead = isinstance(value, When) and isinstance(value.start, datetime) and value.dayless and value.start > turn.now
    return When(value.start - timedelta(days=1)) if ahead and isinstance(value, When) else value


def reading_needed(turn: Turn) -> bool:
    return asks(turn, "reading")


def when_needed(turn: Turn) -> bool:
    return asks(turn, "when")


def details_needed(turn: Turn) -> bool:
    return False


# Drafts that may turn out to be a matter of the desk's: "not the clinic here, the hospital".
_INSTEAD = frozenset({"book_hospital", "contact_family_doctor", "book_telemedicine"})


def fetched(draft: Mapping[str, Value], heard: Understanding) -> bool:
    """ "The old mattress, I mean", where a meal or a cleaner was begun: it is fetched."""
    return heard.extra.get("service_wish") in ("request_bulky_pickup", "request_recycling")


def not_here(draft: Mapping[str, Value], heard: Understanding) -> bool:
    return heard.extra.get("service_wish") in _INSTEAD and "when" not in draft
