"""When the desk itself is there: its hours of the day that is asked about, and when it opens next."""

from __future__ import annotations

from datetime import date, datetime, time

from backend.services import hours
from bot.contract.flow import Turn
from bot.contract.text import Clock, Text, t
from bot.contract.understanding import When


def told(turn: Turn) -> tuple[Text, ...]:
    desk = hours.of(turn.db, turn.conversation.community.id)
    day = _day(turn)
    spans = ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in desk.on(day))
    urgent = t("Urgent repairs and emergencies are taken at any hour: just tell me.")
    if spans:
        return (t("The desk is open {hours} {day}.", day=When(day), hours=spans), urgent)
    midnight = datetime.combine(day, time(0), turn.now.tzinfo)
    again = desk.next_opening(max(midnight, turn.now))
    return (t("The desk is closed {day}; it opens again {at}.", day=When(day), at=Clock(again)), urgent)


def _day(turn: Turn) -> date:
    asked = turn.understanding.entity("when")
    if asked is None or not isinstance(asked.value, When):
        return turn.now.date()
    start = asked.value.start
    return start.date() if isinstance(start, datetime) else start


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
