"""What is said to words that nothing else answers: that they are passed on, and once what to do until help is there."""

from __future__ import annotations

from collections.abc import Mapping

from backend.db import Record
from backend.services import alarm_history
from bot.contract.flow import Turn
from bot.contract.text import Text, t
from flows.trigger_sos import advised
from flows.trigger_sos.numbers import fill
from flows.trigger_sos.scripts import other_words, was_said

_ILL = t(
    "I have passed that on. Until somebody is there: stay beside them, watch whether they breathe and answer, leave "
    "the "
    "door open, and tell {ambulance} at once if it gets worse."
)
_OF: Mapping[str, Text] = {
    **dict.fromkeys(("medical", "fall", "ill"), _ILL),
    **dict.fromkeys(
        ("lost", "child"),
        t(
            "I have passed that on. Until then: one stays where they were last seen or at home, phone free; the others "
            "look near water and roads. Tell {number} the clothes and the place."
        ),
    ),
    "locked": t(
        "I have passed that on. Until then: stay at the door and go on talking, and listen. If it goes quiet, "
        "{number} at "
        "once."
    ),
    "car": t(
        "I have passed that on. Until then: stay at the car, keep an eye on whoever is inside, shade it if you can. "
        "Drowsy or quiet: break the side window farthest from them."
    ),
    "lift": t("I have passed that on. Until then: calm, away from the doors; those outside go on talking with them."),
    "welfare": t(
        "I have passed that on. Until then: stay at the door, listen, keep the key holder's number at hand; nobody "
        "climbs "
        "in. Tell {number} whatever you hear."
    ),
    "edge": t(
        "I have passed that on. Until then: stay where they see you, sit down, speak calmly, ask nothing of them; "
        "others "
        "keep back. {number} has been called? If not, somebody beside you does it, quietly."
    ),
}
_ELSE = t("I have passed that on. Until somebody is there: stay where you are safe, phone at hand, and call {number}.")
_SHORT = (
    t("Noted, the people on duty can read it. Tell me whatever changes."),
    t("That is noted too. I stay here."),
    t("They can read that as well. If anything gets worse, {number} at once."),
)


def passed(turn: Turn, alarm: Record) -> Text:
    """No sentence twice in a row; what to do first of all, unless it was told."""
    happened = advised.of(turn, alarm)
    text = (
        _OF["lift"]
        if alarm.kind == "lift"
        else _OF.get(happened) or (_ILL if advised.is_ill(happened) else _OF.get(str(alarm.kind), _ELSE))
    )
    if not alarm_history.told(turn.db, alarm.id, advised.cause(alarm.id, text)):
        return advised.not_again(turn, alarm, text)
    return other_words(turn, *(fill(one, turn, alarm) for one in _SHORT))


def once(turn: Turn, alarm: Record, first: Text) -> Text:
    """The same, where this was said a moment ago."""
    return passed(turn, alarm) if was_said(turn, first) else first
