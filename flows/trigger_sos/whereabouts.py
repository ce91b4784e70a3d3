"""Where somebody is, as it is told in the middle of danger: a neighbour's room, another city."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from backend.db import Record
from backend.services import alarm_facts, alarms, places
from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import Text, t
from bot.contract.whereabouts import named_best

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


def beside_home(turn: Turn, alarm: Record) -> Record:
    """ "The old lady next door, 502": a room without a building is one of their own staircase."""
    home = turn.conversation.resident.home if turn.conversation.resident else None
    named = named_best(turn.understanding)
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


@cache
def _cities() -> tuple[re.Pattern[str], dict[str, str]]:
    data: dict[str, str] = json.loads(CITIES.read_text(encoding="utf-8"))
    codes = {name.casefold(): code for name, code in data.items()}
    latin = sorted((name for name in codes if name.isascii()), key=len, reverse=True)
    han = sorted((name for name in codes if not name.isascii()), key=len, reverse=True)
    named = "|".join([*han, *(rf"\b{name}\b" for name in latin)])
    return re.compile(named, re.IGNORECASE), codes


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
