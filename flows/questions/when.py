"""When: a wished time lies ahead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from backend.services import pass_words
from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.ruled_out import BUT
from bot.contract.text import Param, Text, t
from bot.contract.understanding import Value, When

_AFTER = re.compile("\u4e4b\u540e|\u4ee5\u540e|\u8fc7\u540e|after|later|till|until")
# "Nothing earlier than", "it can't be before": the limit turned round.
_NOT = re.compile(r"(?:not?|never|nothing|\w+n.?t|cannot|anything)\b")
KEYED = t("Or key month, day, hour, two digits each, then hash. Star 0, a person; star 9, danger.")


def check_ahead(turn: Turn, value: Value) -> Value:
    """Refuse what is already past; a day without a clock time may be today."""
    if isinstance(value, When):
        past = value.start < turn.now if isinstance(value.start, datetime) else value.start < turn.now.date()
        if past:
            raise Refused("in the past", t("{when} is already past. Which day or time suits you?", when=value))
    return value


def bound(turn: Turn) -> str:
    """ "before" or "after" where the hour that is told is a limit, else empty."""
    said = turn.understanding.extra.get("bound", "")
    if not said:
        return ""
    after = (_AFTER.search(said) is not None) != (_NOT.match(said) is not None)
    return "after" if after else "before"


def but(values: Mapping[str, Value]) -> Text | None:
    """As soon as somebody can, on any day but those that were ruled out."""
    said = str(values.get(BUT, "")).split()
    weekdays = sum(1 << (int(day) - 1) for day in said if day.isdigit())
    days: list[Param] = [pass_words.days(weekdays)] if weekdays else []
    days += [date.fromisoformat(day) for day in said if not day.isdigit()]
    if not days:
        return None
    told = days[0]
    for day in days[1:]:
        told = t("{first}, {second}", context="weekdays", first=told, second=day)
    return t("as soon as possible, except {days}", days=told)


def check_limit(turn: Turn, value: Value) -> Value:
    """ "Before two": a limit for who comes, and no appointment at two."""
    limit = bound(turn)
    if limit and isinstance(value, When) and value.has_clock and turn.understanding.entity("when") is not None:
        value = replace(value, bound=limit, end=None)
    return check_ahead(turn, value)
