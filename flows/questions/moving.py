"""Which way a move goes, and that it begins in the morning unless somebody says otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time

from bot.contract.flow import Turn
from bot.contract.understanding import Value, When

# The hours that are of the morning where a move begins and nobody says of which half of the day.
LATE = (18, 20)
# Nobody begins to carry before six.
FIRST, SURELY = 6, 0.6
_EVENING = re.compile(r"\b(?:pm|evening|night|tonight)\b|\u665a|\u5915", re.IGNORECASE)
# Which way a move goes, as far as it is not denied.
_WAYS = {
    "move_in": re.compile(
        r"(?<!not )\bmov(?:e|es|ing) in\b|(?<!\u4e0d\u662f)\u642c(?:\u8fdb|\u8fc7\u6765|\u6765)", re.IGNORECASE
    ),
    "move_out": re.compile(
        r"(?<!not )\bmov(?:e|es|ing) out\b|(?<!\u4e0d\u662f)\u642c(?:\u8d70|\u51fa|\u79bb)", re.IGNORECASE
    ),
}


def renamed(turn: Turn) -> Mapping[str, Value]:
    """ "Moving in, not out"."""
    told = [way for way, said in _WAYS.items() if said.search(turn.message.text)]
    other = len(told) == 1 and turn.values.get("errand") in _WAYS and told[0] != turn.values["errand"]
    return {"errand": told[0], "details": turn.message.text.strip()} if other else {}


def early(turn: Turn, value: Value) -> Value:
    """ "Half past seven", of a move: who carries begins in the morning, unless it is told otherwise."""
    at = value.start if isinstance(value, When) else None
    late = isinstance(at, datetime) and LATE[0] <= at.hour < LATE[1]
    said = turn.understanding.entity("when")
    part = said is not None and _EVENING.search(turn.message.text) is not None
    if not late or part or not isinstance(value, When) or not isinstance(at, datetime):
        return value
    if said is not None and re.search(r"\d{2}:|pm", said.text):
        return value
    return replace(value, start=at.replace(hour=at.hour - 12))


def hour(turn: Turn) -> Mapping[str, Value]:
    """ "10, and we need it", where only the day is known: the hour at which it begins."""
    said, day = turn.understanding.extra.get("clock"), turn.values.get("when")
    answers = turn.understanding.share("answer") >= SURELY and not turn.message.choice and "when" not in turn.changed
    if said is None or not answers or not isinstance(day, When) or day.has_clock or isinstance(day.start, datetime):
        return {}
    at = time.fromisoformat(said)
    at = at.replace(hour=at.hour + 12) if at.hour < FIRST else at
    return {"when": When(datetime.combine(day.start, at, turn.now.tzinfo))}
