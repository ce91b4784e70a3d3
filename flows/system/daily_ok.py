"""Asked each day whether all is well: wished for, paused and taken back in words, on one's own proved account."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import yaml

from backend.services import care, daily
from bot.contract.flow import Do, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, t
from bot.contract.understanding import Value, When
from flows.questions import desk

CUES = ("daily_off", "daily_away", "daily_on")
HOURS = ("08:00", "09:00", "10:00", "19:00")
SAID = "resident"


def look(turn: Turn) -> Outcome:
    me = turn.conversation.resident
    if me is None or not me.verified:
        say = t("I must know you for that: please come to the desk with your ID card, and they take it down.")
        return Outcome(say=(say,), done=True, goto="end")
    mode = turn.values.get("_mode")
    if mode == "off":
        _put(turn, me.id, {"daily": None})
        say = t("Done. I will not ask you every day any more. If you want it back, just tell me.")
        return Outcome(say=(say,), done=True, goto="end")
    if mode == "away":
        return _away(turn, me.id)
    if "hour" in turn.values:
        return Outcome(ask=ask_sure(turn), awaiting="sure", goto="done")
    return Outcome(ask=ask_hour(turn), awaiting="hour", goto="sure")


def _away(turn: Turn, me: int) -> Outcome:
    row = care.of(turn.db, turn.conversation.community.id, me)
    if row is None or row.daily is None:
        return Outcome(say=(t("Nobody asks you each day, so there is nothing to pause."),), done=True, goto="end")
    until = turn.values.get("until")
    if not isinstance(until, When):
        return Outcome(ask=ask_until(turn), awaiting="until")
    last = _day(until)
    _put(turn, me, {"away_until": last})
    say = t("Done. I will not ask until after {day}. Have a good time away.", day=When(last))
    return Outcome(say=(say,), done=True, goto="end")


def _day(until: When) -> date:
    said = until.end or until.start
    return said.date() if isinstance(said, datetime) else said


def ask_hour(turn: Turn) -> Ask:
    text = t(
        "At which hour shall I ask you each day whether you are all right?",
        spoken="At which hour shall I ask each day?",
    )
    named = ((hour, t("{hour}", spoken="{at}", hour=hour, at=_at(turn, hour))) for hour in HOURS)
    return Ask(text, tuple(Option(title, f"hour={hour}") for hour, title in named))


def ask_until(turn: Turn) -> Ask:
    return Ask(t("Until which day are you away?"))


def sure(turn: Turn) -> Outcome:
    return Outcome(ask=ask_sure(turn), awaiting="sure", goto="done")


def ask_sure(turn: Turn) -> Ask:
    """Everything that it means, before anybody says yes."""
    text = t(
        "Every day at {hour} I will ask whether you are all right; any word from you is an answer. If I hear nothing, "
        "I ask again after half an hour, by telephone too where I can, and half an hour later I ask somebody to call "
        "you or look in. This does not replace 120. Shall I start?",
        hour=str(turn.values.get("hour", "")),
        at=_at(turn, str(turn.values.get("hour", ""))),
        spoken="Daily at {at} I ask if all is well. No answer: I ring, then get help. It does not replace 1 2 0. "
        "Start?",
    )
    return Ask(text, (Option(t("Yes"), "sure=yes"), Option(t("No"), "sure=no")))


def _at(turn: Turn, hour: str) -> Clock | str:
    """As it is heard: "8 AM"."""
    hours, _, minutes = hour.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal()):
        return hour
    return Clock(turn.now.replace(hour=int(hours), minute=int(minutes)), bare=True)


def done(turn: Turn) -> Outcome:
    me = turn.conversation.resident
    if me is None or turn.values.get("sure") != "yes":
        return Outcome(say=(t("All right, I leave it as it is."),), done=True, goto="end")
    hour = care.clock_of(str(turn.values["hour"]))
    _put(turn, me.id, {"daily": hour, "away_until": None})
    say = t(
        "Done. From now on I ask you every day at {hour}. If you go away, tell me until when; “stop the daily "
        "question” ends it.",
        hour=hour,
        at=_at(turn, hour),
        spoken="Done. From now on I ask you every day at {at}. If you go away, tell me until when; “stop the daily "
        "question” ends it.",
    )
    return Outcome(say=(say,), done=True, goto="end")


def _put(turn: Turn, me: int, values: Mapping[str, object]) -> None:
    row = care.put(turn.db, turn.conversation.community.id, me, values, SAID, turn.real)
    daily.plan(turn.db, row, turn.now, turn.real)


@lru_cache(1)
def _said() -> tuple[re.Pattern[str], re.Pattern[str], list[str]]:
    found = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return re.compile(found["clock"]), re.compile(found["late"]), found["numbers"]


def _hour(words: str) -> str | None:
    """ "Each morning at nine thirty" comes as a habit and as no time of its own."""
    clock, late, numbers = _said()
    folded = unicodedata.normalize("NFKC", words).casefold()
    found = clock.search(folded)
    if found is None:
        return None
    hour = numbers.index(found["han"]) + 1 if found["han"] else int(found["hour"] or found["oclock"])
    hour += 12 if (found["pm"] or late.search(folded)) and hour < 12 else 0
    half = "30" if found["half"] else found["minute"] or "00"
    return f"{hour:02d}:{half}" if hour < 24 else None


def absorb(turn: Turn) -> Mapping[str, Value]:
    """Which of the three it is, and what was said with it."""
    extra = turn.understanding.extra
    found: dict[str, Value] = {}
    mode = next((cue.removeprefix("daily_") for cue in CUES if cue in extra), None)
    if mode is not None and "_mode" not in turn.values:
        found["_mode"] = mode
    hour = _hour(turn.message.text)
    if hour is not None and "sure" not in turn.values and mode != "away":
        found["hour"] = hour
    said = turn.understanding.entity("when")
    when = said.value if said is not None and isinstance(said.value, When) else None
    if when is None:
        return found
    if (found.get("_mode") or turn.values.get("_mode")) == "away":
        return {**found, "until": when}
    return found


FLOW = Flow(
    name="daily_ok",
    version=1,
    title=t("Daily check that all is well", spoken="a daily check"),
    intents=(),
    slots=(
        Slot("hour", SlotKind.CHOICE, t("Hour"), ask_hour, required=False, private=True),
        Slot("until", SlotKind.WHEN, t("Until"), ask_until, required=False, private=True, entity="when"),
        Slot("sure", SlotKind.CHOICE, t("Sure"), ask_sure, required=False, private=True),
    ),
    steps=(Do("look", look), Do("sure", sure), Do("done", done), Do("end", desk.end)),
    absorb=absorb,
    rank=15,
    hours=1,
    cues=CUES,
)
