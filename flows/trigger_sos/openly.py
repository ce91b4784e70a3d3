"""Violence told by somebody over whose shoulder nobody looks: at work, on the telephone, or already behind a door.

Whatever says that somebody is beside them makes it a quiet one again (practice 2).
"""

from __future__ import annotations

from backend.db import Record
from backend.services import alarm_history
from bot.contract.flow import Turn
from bot.contract.text import Sayable, Text, t
from flows.trigger_sos import acts, advised
from flows.trigger_sos.numbers import fill
from flows.trigger_sos.scripts import other_words

OPENLY, HUSHED = "openly", "hushed"
_SIGNS = frozenset({"reported", "escaped"})
AWAY = t(
    "Call {police} now, or text {police_text}. Whoever is hiding: not a sound, phone on silent, only write; do not "
    "open and do not look. The people on duty are being told."
)
BESIDE = t(
    "Call {police} now, and {ambulance} if anybody is hurt. Stay behind a shut door, away from glass; nobody goes out "
    "to them. The people on duty are being told."
)
GONE = t(
    "Good, I have passed it on. Still call {police} and say which way they went and how they look; nobody follows. "
    "Open to nobody until the police are there. Hurt, above all the head: {ambulance}."
)
SILENTLY = t(
    "Noted: from here nobody rings there, and the people on duty see it. Have that telephone put on silent too."
)
_UNTIL = (
    t(
        "Noted, the people on duty can read it. Until the police are there: door shut, quiet, away from windows; "
        "{police} on the line tells you more."
    ),
    t("That is noted too. Tell me whatever changes, and tell {police}."),
    t("I am here, and those on duty can read it."),
)
_ASKED = t(
    "Better not: open nothing, do not look, and nobody goes out to them until the police are there. {police} on the "
    "line tells you more."
)
_LIKELY = 0.2
_OF_LIKELY = {
    **{topic: advised.TABLE[topic]["violence"] for topic in ("door", "talk", "confront", "goin", "goout", "wait")},
    "wound": advised.TABLE["wound"][""],
}
# What is answered as in any other alarm.
_AS_EVER = frozenset({"asks_called", "asks_when", "asks", "wants"})


def note(turn: Turn, key: str) -> None:
    """Which of both it is now, by the newest sign."""
    extra = turn.understanding.extra
    sign = HUSHED if "hushed" in extra else OPENLY if _SIGNS & extra.keys() else ""
    if sign:
        alarm_history.add(turn.db, key, OPENLY, "", sign, f"{OPENLY}:{key}:{turn.message.id}"[:200], turn.now)


def is_open(turn: Turn, key: str) -> bool:
    return alarm_history.newest(turn.db, key, OPENLY) == OPENLY


def first(turn: Turn, alarm: Record) -> tuple[Text, ...]:
    """Somebody else hides somewhere, or they themselves are there and out of reach."""
    away = "reported" in turn.understanding.extra
    return (advised.not_again(turn, alarm, AWAY if away else BESIDE),)


def answer(turn: Turn, alarm: Record) -> tuple[Sayable, ...]:
    extra, act = turn.understanding.extra, turn.understanding.said_amid
    advice = advised.answer(turn, alarm)
    if advice is not None:
        return advice
    if {"robot", "reads"} & extra.keys():
        return (acts.MACHINE_HERE,)
    if "mute" in extra:
        return (SILENTLY,)
    told = acts.answer(turn, alarm) if act in _AS_EVER else None
    if told is not None:
        return told
    if not any(alarm_history.told(turn.db, alarm.id, advised.cause(alarm.id, one)) for one in (AWAY, BESIDE)):
        return first(turn, alarm)
    leaning = _leaning(turn)
    if leaning is not None:
        return (advised.not_again(turn, alarm, leaning),)
    if advised.asks(turn):
        return (fill(_ASKED, turn, alarm),)
    if act in ("better", "clear") or ("escaped" in extra and act != "place"):
        return (advised.not_again(turn, alarm, GONE),)
    return (other_words(turn, *(fill(one, turn, alarm) for one in _UNTIL)),)


def _leaning(turn: Turn) -> Text | None:
    """Every answer here is to stay put, or to press a wound: that is said where it is only likely that it is asked."""
    shares = {topic: share for topic, share in turn.understanding.asked if topic}
    topic = max(shares, key=lambda one: shares[one], default="")
    return _OF_LIKELY[topic] if topic in _OF_LIKELY and shares[topic] >= _LIKELY else None
