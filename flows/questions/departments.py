"""Which room of the health station words lead to: by its name, by what troubles, by a child's age."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backend.services import retrieval
from backend.services.board import Item
from bot.contract.flow import Turn
from bot.contract.understanding import Value
from flows.questions import desk

ENOUGH = 0.15
GENERAL, CHILD = "general", "child"
# A child's age in figures is below this; by a sign alone it is one to nine, by ten and another eleven to thirteen.
GROWN = 14
_AGE = re.compile(
    "(?<![\\d\u5341\u767e])(\\d{1,2}|[\u4e00\u4e8c\u4e24\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d]|\u5341[\u4e00\u4e8c\u4e09]?)"
    "(?:\u5468?\u5c81|\u4e2a?\u6708\u5927)"
    r"|\b(?:is|he.?s|she.?s) (?:only |just )?(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"(?: years?(?: old)?)?$"
    r"|\b(\d{1,2})[- ](?:months?|years?)[- ]old"
)


def _stands(word: str, folded: str) -> bool:
    """A word of the room as it is; whole, where words have spaces between them."""
    return word in folded if not word.isascii() else re.search(rf"\b{re.escape(word)}\b", folded) is not None


def room(turn: Turn, words: str) -> str | None:
    rooms = desk.items(turn, "clinic")
    folded = f" {words.casefold()} "
    # "A check at the health room, blood pressure and all": its own name goes before what is done there.
    called = next(
        (one for one in rooms if any(_stands(n, folded) for n in str(one.data.get("called", "")).split(", ") if n)),
        None,
    )
    if called is not None:
        return called.key
    spoken = [
        (max((len(w) for w in item.data["words"].split() if _stands(w, folded)), default=0), n)
        for n, item in enumerate(rooms)
    ]
    longest, where = max(spoken, default=(0, 0))
    if longest:
        return rooms[where].key
    if "bare" in turn.understanding.extra:
        return None  # "I need a doctor's appointment" names neither a room nor a trouble
    texts = [desk.words(item) for item in rooms]
    best = retrieval.rank(words, texts, ENOUGH)
    return rooms[best[0][0]].key if best else None


def _is_called(item: Item, folded: str) -> bool:
    return any(_stands(name, folded) for name in str(item.data.get("called", "")).split(", ") if name)


def of_a_child(turn: Turn) -> Mapping[str, Value]:
    """ "She is four", said of whom general practice would see: the children's room, where there is one."""
    age = _AGE.search(turn.message.text.casefold())
    years = next((one for one in age.groups() if one), "") if age is not None else ""
    young = bool(years) and (not years.isdigit() or int(years) < GROWN)
    rooms = {item.key for item in desk.items(turn, "clinic")}
    general = turn.values.get("department", GENERAL) == GENERAL and "department" not in turn.changed
    return {"department": CHILD} if young and general and CHILD in rooms and not turn.message.choice else {}
