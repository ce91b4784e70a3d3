"""When somebody wishes to be rung: a time of their own, the day of an earlier wish kept, and no later or no sooner."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.contract.flow import Turn
from bot.contract.text import Text, t
from bot.contract.understanding import When

NOON = 12
# By when a part of the day has come.
PARTS = {"morning": 10, "noon": 12, "afternoon": 15, "evening": 19, "night": 20}


def wished(turn: Turn, before: str | None = None) -> When | None:
    """When the call is asked for, where that lies ahead; before: the day and part of it that was asked for earlier."""
    found = turn.understanding.entity("when")
    when = found.value if found is not None and isinstance(found.value, When) else None
    if when is None and before:
        when = _anew(turn, before)
    if when is None:
        return None
    if when.dayless and isinstance(when.start, datetime) and before:
        when = _on_day(when, when.start, before)
    ahead = when.start > turn.now if isinstance(when.start, datetime) else when.start >= turn.now.date()
    return when if ahead else None


def _anew(turn: Turn, before: str) -> When | None:
    """ "Make it 4", of a call at three in the afternoon."""
    said = turn.understanding.extra.get("rather", "")
    if not said.isdigit() or int(said) >= 2 * NOON:
        return None
    at = datetime.combine(turn.now.date(), time(int(said)), turn.now.tzinfo)
    return When(at, dayless=True, open=0 < int(said) < NOON)


def _on_day(when: When, clock: datetime, before: str) -> When:
    """ "After eight", of a call that was asked for tonight: eight in the evening of that day."""
    day, _, part = before.partition(" ")
    late = part in ("afternoon", "evening", "night") or ("T" in day and time.fromisoformat(day[11:16]).hour >= NOON)
    start = datetime.combine(date.fromisoformat(day[:10]), clock.timetz())
    if when.open and clock.hour < NOON and late:
        start += timedelta(hours=NOON)
    return When(start)


def kept(when: When) -> str:
    """As a later word finds it again."""
    return f"{when.start.isoformat()} {when.part or ''}".strip()


def due(turn: Turn, when: When) -> datetime:
    if isinstance(when.start, datetime):
        return when.start
    return datetime.combine(when.start, time(PARTS.get(when.part or "", NOON)), turn.now.tzinfo)


def said(turn: Turn, when: When) -> Text:
    """As it was asked for: at that time, before it or after it."""
    extra = turn.understanding.extra
    if "no_later" in extra:
        return t("You asked to be rung by {when}.", when=when)
    if "no_sooner" in extra:
        return t("You asked to be rung after {when}.", when=when)
    return t("You asked for {when}.", when=when)
