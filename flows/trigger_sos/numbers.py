"""Which number is to be called, by what happened and by whom the words name: read from the configuration."""

from __future__ import annotations

import re

from backend.db import Record
from backend.services import alarm_history
from backend.services.ladder import plan
from bot.contract.flow import Turn

# What happened, as it was told first.
SCRIPT = "script"
# Who is shut in is got out by the fire brigade; who is missing is looked for by the police.
_OF_SCRIPT = {
    **dict.fromkeys(("locked", "car", "trapped", "electric", "edge", "falling"), "fire"),
    **dict.fromkeys(("lost", "welfare", "heard"), "police"),
}
# Whose number the words name, where they name one.
_FIRE, _POLICE = (
    re.compile("119|\u706b|\u6d88\u9632|fire", re.IGNORECASE),
    re.compile("110|\u8b66|police", re.IGNORECASE),
)
_AMBULANCE = re.compile("120|\u6551|\u6025|ambulance|doctor", re.IGNORECASE)


def named(turn: Turn, alarm: Record) -> str:
    numbers, text = turn.conversation.community.emergency, turn.message.text
    named = (("ambulance", _AMBULANCE), ("fire", _FIRE), ("police", _POLICE))
    found = next((name for name, pattern in named if pattern.search(text)), None)
    return numbers[found] if found else number_of(turn, alarm)


def number_of(turn: Turn, alarm: Record) -> str:
    """Of what was told last, else of the kind."""
    numbers = turn.conversation.community.emergency
    told = alarm_history.newest(turn.db, alarm.id, SCRIPT) if alarm.kind in ("child", "plea") else ""
    if alarm.kind == "lift" or told in _OF_SCRIPT:
        return numbers[_OF_SCRIPT.get(told, "fire")]
    return plan.dials(numbers, alarm.kind)


def names_one(turn: Turn) -> bool:
    """Whether the words name the ambulance, the fire brigade or the police."""
    return any(pattern.search(turn.message.text) for pattern in (_AMBULANCE, _FIRE, _POLICE))
