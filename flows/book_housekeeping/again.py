"""From how long, how often and by whom it was wished to what a booking holds: hours, a first visit, a helper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from backend.services import housekeeping, pass_windows
from bot.contract.flow import Turn
from bot.contract.understanding import Place, Value, When
from flows.questions import openings

MOST_HOURS = 8


def wishes(turn: Turn) -> Mapping[str, Value]:
    return {**_stretch(turn), **_first_of_many(turn), **_same_helper(turn), **_building(turn), **_note(turn)}


def _note(turn: Turn) -> Mapping[str, Value]:
    """ "Three hours, there is a cat": what stands beside an answer is for the helper to know."""
    extra, top = turn.understanding.extra, turn.conversation.top
    answers = top is not None and top.awaiting in ("when", "hours", "quantity") and bool(turn.changed)
    if not answers or not {"wish", "mind"} & set(extra) or {"question", "same_helper"} & set(extra):
        return {}
    if "notes" in turn.changed:
        return {}
    said, before = turn.message.text.strip(), turn.values.get("notes")
    return {"notes": said if before is None else f"{before}; {said}"}


def _building(turn: Turn) -> Mapping[str, Value]:
    """ "She lives in building 5": unit and room may follow without it."""
    said = turn.understanding.entity("location")
    place = said.value if said is not None else None
    return {"_building": place.building} if isinstance(place, Place) and place.building is not None else {}


def _stretch(turn: Turn) -> Mapping[str, Value]:
    """ "From nine to twelve" is three hours."""
    lasts = openings.lasts(turn)
    if lasts is None:
        return {}
    hours = Decimal(round(lasts / timedelta(minutes=30))) / 2
    return {"hours": int(hours) if hours == int(hours) else hours} if 0 < hours <= MOST_HOURS else {}


def _first_of_many(turn: Turn) -> Mapping[str, Value]:
    """ "Every Tuesday": one visit is booked at a time, so it is the coming Tuesday, and the read-back says so."""
    said = turn.understanding.entity("recurring")
    if said is None or "when" in turn.changed:
        return {}
    rule = pass_windows.rule_of(str(said.value))
    days = (turn.now.date() + timedelta(days=n) for n in range(8))
    for day in days:
        if not rule.weekdays >> day.weekday() & 1:
            continue
        if rule.at is None and day > turn.now.date():
            return {"when": When(day, part=rule.part), "_every": "yes"}
        at = datetime.combine(day, rule.at, turn.now.tzinfo) if rule.at is not None else turn.now
        if at > turn.now:
            return {"when": When(at), "_every": "yes"}
    return {}


def _same_helper(turn: Turn) -> Mapping[str, Value]:
    """ "The same lady as last time": who came last, and for what, where that is known."""
    if "same_helper" not in turn.understanding.extra:
        return {}
    conversation = turn.conversation
    resident = conversation.resident.id if conversation.resident is not None else None
    last = housekeeping.latest(turn.db, conversation.community.id, conversation.id, resident)
    if last is None:
        cleaner = "service" not in turn.values and "service" not in turn.changed
        return {"_unmet": "yes", **({"service": "cleaning"} if cleaner else {})}
    found: dict[str, Value] = {"_provider": last.provider_id, "_same": last.provider_id}
    if "service" not in turn.values:
        found["service"] = last.service
    return found
