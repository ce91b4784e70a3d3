"""A day that is counted from another one that was named: "they come next Thursday, a cleaner the day before"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.contract.understanding import Entity, When
from intents.normalise import fold
from intents.patterns import later

# What follows makes it a moment of its own ("the day after tomorrow") or tells what it is before.
_OTHER = r"(?!\s(?:yesterday|tomorrow|tmrw|that\s\w|this|the|i|we|he|she|they|it|you|my|your|his|her|our|christmas|new|next|a|at\s\w+'s)\b)"
BESIDE = later(
    rf"\b(?:the\s)(?P<word>day|night|evening|afternoon|morning)\s(?P<way>before|after)\b{_OTHER}"
    r"|(?P<earlier>前一天|头一天|头天|前一晚|提前一天)|(?P<following>第二天|后一天|次日|转天)"
)
_PARTS = {"night": "evening", "evening": "evening", "afternoon": "afternoon", "morning": "morning"}
# So far behind it the hour may stand: "the day before, around three".
_NEAR = 14


def beside(folded: str, text: str, found: list[Entity]) -> list[Entity]:
    """The same, with the counted day in the place of the one it is counted from, which was told and not wished for."""
    match = BESIDE.search(folded)
    if match is None:
        return found
    before = [e for e in found if e.end <= match.start() and isinstance(e.value, When)]
    own = next((e for e in found if match.start() < e.end and e.start <= match.end() + _NEAR and e not in before), None)
    anchor = before[-1].value if before else None
    if not isinstance(anchor, When):
        # Nobody knows from which day: an hour of it is none of today.
        return [one for one in found if one is not own or not (isinstance(own.value, When) and own.value.dayless)]
    base = anchor.start.date() if isinstance(anchor.start, datetime) else anchor.start
    ahead = match["way"] == "after" or match["following"] is not None
    value = _value(match, base + timedelta(days=1 if ahead else -1), own)
    end = max(match.end(), own.end if own is not None else 0)
    left = [one for one in found if one is not own and one not in before[-1:]]
    return sorted(
        [*left, Entity("when", value, text[match.start() : end], match.start(), end)], key=lambda one: one.start
    )


def _value(match: re.Match[str], day: date, own: Entity | None) -> When:
    told = own.value if own is not None and isinstance(own.value, When) else None
    if told is None or not isinstance(told.start, datetime):
        part = told.part if told is not None else _PARTS.get(match["word"] or "")
        return When(day, part=part or ("evening" if match["earlier"] == "前一晚" else None))
    moved = datetime.combine(day, told.start.timetz())
    end = moved + (told.end - told.start) if isinstance(told.end, datetime) else None
    return replace(told, start=moved, end=end, dayless=False)


def counted_in(found: tuple[Entity, ...]) -> Entity | None:
    """The day of a text that was counted from another one."""
    return next((one for one in found if one.name == "when" and BESIDE.search(fold(one.text))), None)


def as_counted(part: str, found: tuple[Entity, ...], counted: Entity) -> tuple[Entity, ...]:
    """The entities of a part of a text, with the day in it that only the whole text could count."""
    at = part.find(counted.text)
    if at < 0:
        return found
    others = (one for one in found if one.name != "when")
    return (*others, replace(counted, start=at, end=at + len(counted.text)))
