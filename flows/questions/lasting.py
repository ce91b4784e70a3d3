"""For how many hours a place is wanted: told as a number, or by when it begins and ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from backend.services.board import Item
from bot.contract.flow import Turn
from bot.contract.text import Option, Param, Text, t, tn
from bot.contract.understanding import Value, When
from flows.questions import desk, openings

MOST = 4
HOUR = timedelta(hours=1)


def hours(turn: Turn) -> int:
    told = turn.values.get("hours")
    return told if isinstance(told, int) else 1


def length(turn: Turn) -> Mapping[str, Value]:
    """ "From two to five" is three hours; what has begun is paid, so half an hour is taken for a whole one."""
    longer, lasts = turn.understanding.extra.get("longer"), _lasts(turn)
    if longer is not None and turn.case_no is not None and "hours" not in turn.changed:
        return {"hours": min(MOST, hours(turn) + max(1, round(float(longer))))}
    found = ceil(lasts / HOUR) if lasts is not None else 0
    return _until_it_closes(turn, found) if 0 < found <= MOST else {}


def _until_it_closes(turn: Turn, wanted: int) -> Mapping[str, Value]:
    """From seven to half past eight, where it closes at eight: one hour, and that is told."""
    item = next((one for one in desk.items(turn, "venue") if one.key == turn.values.get("venue")), None)
    when = turn.values.get("when")
    if item is None or not isinstance(when, When) or not isinstance(when.start, datetime):
        return {"hours": wanted}
    left = int(item.data["close"]) - when.start.hour
    return {"_closes": "yes", "hours": left} if 0 < left < wanted else {"_closes": "", "hours": wanted}


def closes(turn: Turn, item: Item) -> Text | None:
    """Told once, where it is booked for less than was wished."""
    if turn.values.get("_closes") != "yes":
        return None
    return t("{what} closes at {close} h.", what=desk.said(turn, item), close=item.data["close"])


def _lasts(turn: Turn) -> timedelta | None:
    """ "An hour later, from eight to ten": what the two ends say goes before an hour that was heard beside them."""
    when = turn.values.get("when")
    both = isinstance(when, When) and isinstance(when.end, datetime)
    return openings.lasts(replace(turn, changed=turn.changed - {"hours"}) if both else turn)


def heard(turn: Turn, value: Value) -> Value:
    """The number that was said, or what the two ends of the time say that stand in the same words."""
    said = turn.understanding.entity("when")
    when = said.value if said is not None else None
    if turn.values.get("_closes") == "yes":
        return value if when is None else min(int(str(value)), _left(turn, when))
    if not isinstance(when, When) or not isinstance(when.start, datetime) or not isinstance(when.end, datetime):
        return value
    return ceil((when.end - when.start) / HOUR)


def _left(turn: Turn, when: Value) -> int:
    """So many hours are left from then until it closes."""
    item = next((one for one in desk.items(turn, "venue") if one.key == turn.values.get("venue")), None)
    at = when.start if isinstance(when, When) else None
    return int(item.data["close"]) - at.hour if item is not None and isinstance(at, datetime) else MOST


def too_late(turn: Turn, wish: Value | None, item: Item | None) -> Text | None:
    """It would go on after the place has closed: that is why, and nobody else has taken it."""
    at = wish.start if isinstance(wish, When) and not wish.bound else None
    close = item.data.get("close") if item is not None else None
    if item is None or close is None or not isinstance(at, datetime) or at.hour >= close:
        return None
    if at.hour + hours(turn) <= close:
        return None
    return t(
        "{what} closes at {close} h, so from then it is {n} at most. Shall it be shorter, or earlier?",
        what=desk.said(turn, item),
        close=close,
        n=tn("{n} hour", "{n} hours", close - at.hour),
    )


def shorter(turn: Turn, wish: Value | None, item: Item | None, free: list[datetime]) -> tuple[Option, ...]:
    """The wished hour for as long as the place is open, where it is free."""
    at = wish.start if isinstance(wish, When) else None
    if too_late(turn, wish, item) is None or item is None or not isinstance(at, datetime):
        return ()
    n = int(item.data["close"]) - at.hour
    stretch = [at + HOUR * k for k in range(n)]
    title = t("{when}, {n}", when=When(at), n=tn("{n} hour", "{n} hours", n))
    return (Option(title, f"hours={n}"),) if all(one in free for one in stretch) else ()


def row(turn: Turn) -> list[tuple[Text, Param]]:
    """Several hours, or fewer than were wished."""
    shown = hours(turn) > 1 or turn.values.get("_closes") == "told"
    return [(t("For how long"), tn("{n} hour", "{n} hours", hours(turn)))] if shown else []


def room_for(most: int) -> Text:
    return t("There is room for 1 to {most} people. How many are you?", most=most)
