"""Which number is to be called, by what happened and by whom the words name: read from the configuration."""

from __future__ import annotations

import re

from backend.db import Record
from backend.services import alarm_history
from backend.services.ladder import plan
from bot.contract.flow import Turn
from bot.contract.text import Text

# What happened, as it was told first.
SCRIPT = "script"
# Who is shut in is got out by the fire brigade; who is missing is looked for by the police.
_OF_SCRIPT = {
    **dict.fromkeys(("locked", "car", "trapped", "electric", "edge", "falling", "mixed"), "fire"),
    **dict.fromkeys(("lost", "welfare", "heard"), "police"),
}
_OF_SOUND = {**_OF_SCRIPT, **dict.fromkeys(("fire", "smoke", "gas", "lift"), "fire")}
_OF_SOUND |= dict.fromkeys(("violence", "intruder"), "police")
# Which number an alarm was given of which no word tells what happened.
NUMBER = "number"
# So likely all together, what it sounds like says whom to call.
_ENOUGH = 0.4
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
    if alarm.kind == "plea" and not told:
        return numbers[alarm_history.newest(turn.db, alarm.id, NUMBER) or "ambulance"]
    if alarm.kind == "lift" or told in _OF_SCRIPT:
        return numbers[_OF_SCRIPT.get(told, "fire")]
    return plan.dials(numbers, alarm.kind)


def fill(text: Text, turn: Turn, alarm: Record) -> Text:
    """With all numbers, and the alarm's own as {number}."""
    numbers = {**turn.conversation.community.emergency, "number": number_of(turn, alarm)}
    return Text(text.msgid, numbers, spoken=text.spoken)


def names_one(turn: Turn) -> bool:
    """Whether the words name the ambulance, the fire brigade or the police."""
    return any(pattern.search(turn.message.text) for pattern in (_AMBULANCE, _FIRE, _POLICE))


def likely(turn: Turn) -> str:
    """Whose number fits best what it sounds like; empty where nothing is told, or it may be anything."""
    shares = {"ambulance": 0.0, "fire": 0.0, "police": 0.0}
    for what, share in turn.understanding.befell:
        if what:
            shares[_OF_SOUND.get(what, "ambulance")] += share
    best = max(shares, key=lambda one: shares[one])
    return best if shares[best] >= _ENOUGH and "pleads" not in turn.understanding.extra else ""


def note(turn: Turn, key: str) -> None:
    """The number that was named first stays the one that is named."""
    best = likely(turn)
    if best:
        alarm_history.add(turn.db, key, NUMBER, "", best, f"{NUMBER}:{key}", turn.now)
