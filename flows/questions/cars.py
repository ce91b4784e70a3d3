"""What words tell of a car and of the space it stands in: whose plate it is, which space of a garage."""

from __future__ import annotations

import re

from bot.contract.flow import Turn
from bot.contract.understanding import Place, Value

# So much beside the name of a space tells nothing else.
BRIEF = 6
# So far before a plate it is said whose it is.
REACH = 14
_OWN = re.compile("[\u6211\u54b1][^\uff0c\u3002,.]*$|\\b(?:my|our|mine|i)\\b[^,.]*$", re.IGNORECASE)
PLATE = re.compile(r"(?![BG]\d{1,2}[^A-Z]*$)(?=(?:.*\d){2})[\u4e00-\u9fff]?[A-Z0-9]{4,9}[\u4e00-\u9fff]?")
# A space of a garage: "B1-203".
SPACE = re.compile(
    r"(?<![A-Z])[A-Z]\u533a\s?\d{1,4}\s?\u53f7?|\b[BG]\d(?:[\s,-]|\u8f66\u5e93|\u7684|\u5c42|\u533a|number|no\.?|space|spot|bay|parking|garage){0,4}\d{1,4}(?:\s?\u53f7|\b)",
    re.IGNORECASE,
)


def is_space(text: str) -> bool:
    """Nothing but the name of a space, or hardly more."""
    space = SPACE.search(text)
    return space is not None and len(text.strip()) <= len(space[0]) + BRIEF


def bare(plate: Value) -> str:
    return re.sub(r"[\s.·-]", "", str(plate)).upper()


def plates(turn: Turn) -> list[str]:
    return [str(e.value) for e in turn.understanding.entities if e.name == "plate" and e.value is not None]


def own_plates(turn: Turn) -> list[str]:
    """Where a car is in the way: the plates in these words that are the speaker's own."""
    if turn.values.get("matter") != "blocked" or "own_car" not in turn.understanding.extra:
        return []
    found = [e for e in turn.understanding.entities if e.name == "plate" and e.value is not None]
    near = [e for e in found if _OWN.search(turn.message.text[max(0, e.start - REACH) : e.start])]
    return [str(e.value) for e in (near or (found if len(found) == 1 else []))]


def of_a_garage(found: Place) -> bool:
    """A floor of a garage that was taken for a building, or one alone, without the space on it."""
    return (found.building or "")[:1].isalpha() or (found.floor is not None and found.room is None)
