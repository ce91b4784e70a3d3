"""What may come along with a yes: what confirms itself, and a wish for those who will read the matter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.contract.conversation import Resident
from bot.contract.flow import SlotKind
from bot.contract.understanding import Place, Value, When
from bot.engine.decision import CONFIRM, Decision
from bot.engine.readback.remarks import NOTED, takes
from bot.engine.said import Said

_EDGES = " ,.;:!~\uff0c\u3002\uff1b\uff1a\uff01\u3001"
# A yes of this many characters that does not begin with one says more than yes.
LONG_YES = 14
# So few letters beside a number say nothing.
FEW = 6
_NUMBER = re.compile(r"\d+")
# What only joins a wish to the yes before it.
_JOINS = re.compile(r"^(?:and|but|so)\b[,\s]*", re.IGNORECASE)


def confirming(said: Said) -> set[str]:
    """What may come with the yes and is not read back again: contact, photo, means of payment, the own home unless
    another place was read back, which would be changed."""
    free = {slot.name for slot in said.flow.slots if slot.kind in (SlotKind.PHONE, SlotKind.PHOTO)}
    free |= {"when"} if _narrows(said.top.slots.get("when"), said.values.get("when")) else set()
    who = said.conversation.resident
    return free | {
        name for name, value in said.values.items() if isinstance(value, Place) and _is_home(said, name, who)
    }


def _is_home(said: Said, name: str, who: Resident | None) -> bool:
    said_now, stood = said.values[name], said.top.slots.get(name)
    return _homely(said_now, who) and (stood is None or _homely(stood, who))


def _homely(value: object, who: Resident | None) -> bool:
    return isinstance(value, Place) and own_home(value, who)


# From which hour on a part of the day runs, and until when.
_HOURS = {"morning": (5, 12), "noon": (11, 14), "afternoon": (12, 18), "evening": (17, 23), "night": (18, 24)}


def _narrows(stands: Value | None, told: Value | None) -> bool:
    """ "Yes, at six", of that evening: the day and its part stand, and the hour says which moment of it."""
    if not isinstance(stands, When) or not isinstance(told, When) or stands.has_clock:
        return False
    at, part = told.start, _HOURS.get(stands.part or "")
    if not isinstance(at, datetime) or part is None or (not told.dayless and at.date() != stands.start):
        return False
    hour = at.hour + 12 if told.open and at.hour + 12 < part[1] and at.hour < part[0] else at.hour
    return part[0] <= hour < part[1]


def own_home(place: Place, resident: Resident | None) -> bool:
    home = resident.home if resident is not None else None
    if home is None:
        return False
    return (place.building, place.room) == (home.building, home.room) and place.unit in (None, home.unit)


def yes_and(said: Said, changed: Mapping[str, Value]) -> Decision:
    """ "Yes, and please ring first": the wish comes along with the yes (practice 39)."""
    if "so_it_is" in said.understanding.extra:
        return Decision("yes", said.flow.name, changed)  # "yes, that is my home": nothing for anybody to read
    gist, note = takes(said.flow), _wish(said)
    hedged = "hedged" in said.understanding.extra and not changed and bool(note)
    if not hedged and (gist is None or said.top.awaiting != CONFIRM or not note):
        return Decision("yes", said.flow.name, changed)
    if gist is None:
        return Decision("unknown")
    if "question" in said.understanding.extra:
        return Decision("unknown")
    before = said.top.slots.get(gist)
    if hedged and "wish" not in said.understanding.extra:
        # "Yes, but …": read once more with what was added.
        more = said.message.text.strip()[len(said.understanding.extra.get("assent", "")) :].strip(_EDGES)
        return Decision("change", said.flow.name, {gist: more if before is None else f"{before}; {more}"})
    return Decision("yes", said.flow.name, {**changed, gist: note if before is None else f"{before}; {note}"})


def _wish(said: Said) -> str:
    """What is said besides the yes, as far as it is words for somebody to read."""
    text, extra = said.message.text.strip(), said.understanding.extra
    if "files_it" in extra and not said.values:
        return ""
    if said.values and not NOTED & set(extra):
        return ""  # "today is fine, send it": what stands there, said once more
    if said.flow.gist is None and not NOTED & set(extra):
        return ""  # "lovely, yes that's right", of a pass: nothing for the guards to read
    begins = {"assent", "wish", "go_first"} & set(extra)
    if not {"beside", "wish"} & set(extra) or (not begins and len(text) < LONG_YES):
        return ""
    note = text[max(len(extra.get("assent", "")), len(extra.get("go_first", ""))) :].strip(_EDGES)
    note = _JOINS.sub("", note)
    return "" if _stands_already(said, note) else note


def _stands_already(said: Said, note: str) -> bool:
    """ "Right, 501 it is": a number of what was read back, and hardly a word more."""
    numbers, place = _NUMBER.findall(note), said.top.slots.get("location")
    told = isinstance(place, Place) and bool(numbers) and all(number in str(place) for number in numbers)
    return told and sum(map(str.isalpha, note)) <= FEW
