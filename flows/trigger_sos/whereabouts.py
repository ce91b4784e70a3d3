"""Where somebody is, as it is told in the middle of danger: a neighbour's room, another city."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from backend.db import Record
from backend.services import alarm_facts, alarms, places
from bot.contract.conversation import Frame
from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import Text, t
from bot.contract.understanding import Place
from bot.contract.whereabouts import named_best

# "Nanjing Road", "Zhongshan Park": a name of a street or a place here.
_STREET = (
    r"(?!\s?(?:[\u4e1c\u897f\u5357\u5317\u4e2d\u4e00\u4e8c\u4e09]?[\u8def\u8857]|[\u5927\u516c\u996d\u9910]"
    r"|(?:east |west |north |south |middle )?(?:road|rd|street|st|avenue|park|restaurant)\b))"
)
CITIES = Path(__file__).with_name("cities.json")

# In another city: nobody of ours goes there. note: its code, where it is known.
FAR = "far"
FAR_SAID = t(
    "Noted: not here, but in another city. From here nobody can be sent there: dial the code of that city and then "
    "{number}, or have somebody there call {number}. The people on duty see it."
)
FAR_CODE = t(
    "Noted: not here, but in another city. From here nobody can be sent there: the number for there is {far}, or have "
    "somebody there call {number}. The people on duty see it."
)


# So long what was said of a place before the cry tells where it is.
JUST_NOW = timedelta(minutes=30)
_PART = re.compile(r"\(([^()]+)\)$")


def spoken_of(turn: Turn) -> Place | None:
    """The place of the fault reported just before: "the lift of 12 is stuck", then "someone is inside"; or where they
    said that they are: "we are on the badminton court", then "he just fell over"."""
    recent, where = turn.conversation.recent, turn.conversation.where
    if recent is not None and "_urgent" in recent.slots and _just_now(turn, recent):
        place = recent.slots.get("location")
        return place if isinstance(place, Place) else None
    if where is None or not _just_now(turn, where):
        return None
    place = where.slots.get("location")
    here = "here" in where.slots or "here" in turn.understanding.extra
    return place if isinstance(place, Place) and here else None


def _just_now(turn: Turn, frame: Frame) -> bool:
    return frame.touched_at is not None and turn.now - frame.touched_at <= JUST_NOW


def take_place(turn: Turn, alarm: Record) -> Record:
    """Where nothing in the cry says it, what was said of a place before is likelier than their home."""
    recent = turn.conversation.recent
    # What was just reported as urgent is known by itself.
    urgent = recent is not None and "_urgent" in recent.slots and _just_now(turn, recent)
    place = None if urgent else spoken_of(turn)
    if alarm.location_confirmed or place is None or "_again" in turn.values:
        return alarm
    part = _PART.search(alarm.location or "")
    text = place.text if part is None else alarm_facts.narrowed(place.text, part.group(1))
    alarm_facts.guess_place(turn.db, alarm.id, text)
    return alarms.one(turn.db, alarm.id)


def beside_home(turn: Turn, alarm: Record) -> Record:
    """ "The old lady next door, 502": a room without a building is one of their own staircase."""
    home = turn.conversation.resident.home if turn.conversation.resident else None
    named = named_best(turn.understanding) or _room_of(turn)
    if home is None or named is None or named.building is not None or named.room is None:
        return alarm
    if named.room == home.room:
        return alarm
    whole = replace(named, building=home.building, unit=home.unit)
    try:
        row = places.check(turn.db, turn.conversation.community, whole)
    except Refused:
        return alarm
    if row is None:
        return alarm
    alarm_facts.tell_place(turn.db, alarm.id, row.label, row.id)
    return alarms.one(turn.db, alarm.id)


# A number that stands where that of a door stands: "the couple upstairs, 601", "502\u6709\u4eba". The register knows
# whether there is such a door.
_ROOM = re.compile(
    r"(?:^|[,;\uff0c\u3002]\s*|(?<=[\u4e00-\u9fff])(?<![\u538b\u7cd6\u6e29\u70e7\u5230\u7387\u9ad8])"
    r"|\b(?:in|at|from|of|flat|apartment|apt|room|no|number|upstairs|downstairs|next door|opposite|below|above)\s)"
    r"(\d{3,4})(?![\d:/.%-]|\s?(?:years?|yrs|mg|ml|kg|yuan|over|min|steps|[\u5c81\u5206\u5ea6\u65a4\u5757\u5143\u6b21\u7c73\u53f7]))",
    re.IGNORECASE,
)
# What else is told in such numbers.
_MEASURED = re.compile(r"\b(?:fever|temperature|pressure|sugar|pulse|rate)\b", re.IGNORECASE)


def _room_of(turn: Turn) -> Place | None:
    text, numbers = turn.message.text, set(turn.conversation.community.emergency.values())
    rooms = [room for room in _ROOM.findall(text) if room not in numbers]
    return Place(rooms[0], room=rooms[0]) if len(rooms) == 1 and not _MEASURED.search(text) else None


@cache
def _cities() -> tuple[re.Pattern[str], dict[str, str]]:
    data: dict[str, str] = json.loads(CITIES.read_text(encoding="utf-8"))
    codes = {name.casefold(): code for name, code in data.items()}
    latin = sorted((name for name in codes if name.isascii()), key=len, reverse=True)
    han = sorted((name for name in codes if not name.isascii()), key=len, reverse=True)
    named = "|".join([*han, *(rf"\b{name}\b" for name in latin)])
    return re.compile(rf"(?:{named}){_STREET}", re.IGNORECASE), codes


def elsewhere(turn: Turn) -> str | None:
    """The code of the city that is named, dialled before its numbers; None where none is, or our own."""
    pattern, codes = _cities()
    found = pattern.search(turn.message.text)
    if found is None or "caller_away" in turn.understanding.extra:
        return None  # "I am in Shanghai", of a mother who lies here
    code = codes[found.group().casefold()]
    return None if code == turn.conversation.community.emergency.get("area") else code


def far(number: str, code: str) -> Text:
    text = FAR_CODE if code else FAR_SAID
    return Text(text.msgid, {"number": number, "far": f"{code}{number}"})
