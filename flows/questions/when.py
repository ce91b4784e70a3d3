"""When: a wished time lies ahead."""

from __future__ import annotations

from datetime import datetime

from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import t
from bot.contract.understanding import Value, When

KEYED = t("Or key month, day, hour, two digits each, then hash. Star 0, a person; star 9, danger.")


def check_ahead(turn: Turn, value: Value) -> Value:
    """Refuse what is already past; a day without a clock time may be today."""
    if isinstance(value, When):
        past = value.start < turn.now if isinstance(value.start, datetime) else value.start < turn.now.date()
        if past:
            raise Refused("in the past", t("{when} is already past. Which day or time suits you?", when=value))
    return value
