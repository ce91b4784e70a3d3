"""Times that are still free: worked out from opening hours and what is taken, three of them offered."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from backend.services import cases, holds
from backend.services.board import Item
from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.ruled_out import DROPPED, is_ruled_out
from bot.contract.text import Ask, Clock, Option, Text, t
from bot.contract.understanding import Value, When
from bot.engine.answers.joined import joined

OFFERED = 3
AHEAD = 14
PARTS = {"morning": (0, 12), "noon": (11, 14), "afternoon": (13, 18), "evening": (17, 24), "night": (18, 24)}


def free(turn: Turn, resource: str, item: Item, *, minutes: int, capacity: int, seats: int = 1) -> list[datetime]:
    """Every time of the next two weeks with so many seats left."""
    every = _times(item, turn.now, minutes)
    if not every:
        return []
    community = turn.conversation.community.id
    moved = cases.by_number(turn.db, community, turn.case_no) if turn.case_no is not None else None
    own = moved.id if moved is not None else ""
    gone = holds.taken(turn.db, community, resource, every[0], every[-1] + timedelta(minutes=1), own)
    return [at for at in every if gone[at] + seats <= capacity and not is_ruled_out(at.date(), turn.values)]


def _times(item: Item, now: datetime, minutes: int) -> list[datetime]:
    data = item.data
    weekdays = data.get("weekdays") or data.get("days") or range(1, 8)
    begin, end = (data["at"], data["at"] + 1) if "at" in data else (data["open"], data["close"])
    step = 60 if "at" in data else minutes
    clock = [time(m // 60, m % 60) for m in range(begin * 60, end * 60, step)]
    days = [now.date() + timedelta(days=n) for n in range(AHEAD)]
    every = (datetime.combine(day, at, now.tzinfo) for day in days if day.isoweekday() in weekdays for at in clock)
    return [at for at in every if at > now]


def exact(wish: Value | None, times: list[datetime]) -> datetime | None:
    """The free time that was wished for, or the only one of the wished day."""
    if not isinstance(wish, When):
        return None
    if isinstance(wish.start, datetime) and not wish.bound:
        # "Seven to nine", of a court that opens at eight: of an hour left open, the one that can be had.
        either = (wish.start, wish.start + timedelta(hours=12)) if wish.open and wish.start.hour < 12 else (wish.start,)
        return next((at for hour in either for at in times if at == hour), None)
    of_day = _of_day(wish, times)
    return of_day[0] if len(of_day) == 1 else None


def near(wish: Value | None, times: list[datetime]) -> list[datetime]:
    """Three free times around the wish, in order."""
    if not isinstance(wish, When):
        return times[:OFFERED]
    if isinstance(wish.start, datetime) and not wish.bound:
        wished = wish.start
        return sorted(sorted(times, key=lambda at: (at.date() != wished.date(), abs(at - wished)))[:OFFERED])
    of_day = _of_day(wish, times)
    low, high = PARTS.get(wish.part or "", (0, 24))
    after = [at for at in times if at.date() > _last(wish, _first(wish))]
    alike = [at for at in after if low <= at.hour < high]
    return (of_day or alike or after)[:OFFERED] or times[-OFFERED:]


def _of_day(wish: When, times: list[datetime]) -> list[datetime]:
    """Of the wished day, or of the days that were named ("next week"), in the part that was wished."""
    low, high = PARTS.get(wish.part or "", (0, 24))
    first = _first(wish)
    of_day = [at for at in times if first <= at.date() <= _last(wish, first) and low <= at.hour < high]
    return [at for at in of_day if _within(wish, at)]


def _first(wish: When) -> date:
    return wish.start.date() if isinstance(wish.start, datetime) else wish.start


def _within(wish: When, at: datetime) -> bool:
    """ "Before two" is a limit, and no appointment at two."""
    if not wish.bound or not isinstance(wish.start, datetime):
        return True
    return at < wish.start if wish.bound == "before" else at >= wish.start


def _last(wish: When, first: date) -> date:
    end = wish.end or first
    return max(first, end.date() if isinstance(end, datetime) else end)


def earliest(wish: Value | None, times: list[datetime]) -> Text | None:
    """The first free time, of the day that is spoken of where one is."""
    of_day = [at for at in near(wish, times) if isinstance(wish, When)]
    first = next(iter(of_day or times), None)
    return None if first is None else t("The earliest that is free is {when}.", when=When(first))


def another_day(turn: Turn, times: list[datetime]) -> Ask | None:
    """The day does not suit after all: another one is asked for, at the hour that was wished where it is free."""
    off = turn.values.get(DROPPED)
    if "when" in turn.values or not isinstance(off, When):
        return None
    day, at = _first(off), off.start if isinstance(off.start, datetime) else None
    alike = [one for one in times if at is not None and one.time() == at.time()]
    shown = ([one for one in alike if one.date() > day] or alike)[:OFFERED]
    return Ask(t("Not on {day}, then. On which other day shall it be?", day=When(day)), options(shown))


def lasts(turn: Turn) -> timedelta | None:
    """ "From two to five", just told, where the hours were not: how long that is."""
    when = turn.values.get("when")
    if "when" not in turn.changed or "hours" in turn.changed or not isinstance(when, When):
        return None
    if not isinstance(when.start, datetime) or not isinstance(when.end, datetime):
        return None
    return when.end - when.start


def options(times: list[datetime]) -> tuple[Option, ...]:
    """Of several on one day the day is heard once."""
    days = [None, *(at.date() for at in times)]
    return tuple(Option(_named(at, days[place]), f"when={at.isoformat()}") for place, at in enumerate(times))


def _named(at: datetime, before: date | None) -> Text:
    if at.date() != before:
        return t("{when}", when=When(at))
    return t("{when}", spoken="{hour}", when=When(at), hour=Clock(at, bare=True))


def read(value: Value) -> Value:
    """A chosen option's time."""
    if not isinstance(value, str):
        return value
    try:
        return When(datetime.fromisoformat(value))
    except ValueError as error:
        raise Refused("no time", t("Which day and time? For example “tomorrow at 3 pm”.")) from error


def must_be_free(turn: Turn, value: Value, times: list[datetime], item: Item | None = None) -> Value:
    """A booking is moved only to what is free: said before it is read back, with what is."""
    if turn.case_no is not None and isinstance(value, When) and exact(value, times) is None and times:
        raise Refused("not free", why_not(value, times, item))
    return value


def not_free(wish: Value | None, times: list[datetime]) -> Refused:
    """A booking cannot be moved there; with its refusal everything stays as it was."""
    close = near(wish, times)
    first = Clock(close[0]) if close else t("another day")
    return Refused("taken", t("That time is not free; your booking stays as it was. Free is {first}.", first=first))


def wished(turn: Turn) -> Value | None:
    """The time that is spoken of: of a booking that is moved the one just said."""
    said = turn.understanding.entity("when") if turn.case_no is not None else None
    before = turn.values.get("when")
    if said is None or said.value is None:
        return before
    return joined(before, said.value) if before is not None else said.value


def why_not(wish: Value | None, times: list[datetime], item: Item | None = None) -> Text:
    """What to say with the offer."""
    at = wish.start if isinstance(wish, When) else None
    if item is not None and isinstance(at, datetime) and "open" in item.data:
        begin, end = item.data["open"], item.data["close"]
        if not begin <= at.hour < end:
            return t("It is open from {open} to {close} h. Which of these suits you?", open=begin, close=end)
    if not times:
        return t("Nothing is free in the next two weeks. Which other day suits you? I can also pass it to the desk.")
    if isinstance(wish, When) and (wish.bound or not isinstance(at, datetime)) and not _of_day(wish, times):
        return t("On {day} nothing is free. Which of these suits you?", day=wish)
    if isinstance(wish, When) and isinstance(at, datetime) and not wish.bound:
        if not any(free.date() == at.date() for free in times):
            return t("On {day} nothing is free. Which of these suits you?", day=When(at.date()))
        return t("That time is not free. Which of these suits you?")
    return t("These times are free. Which one suits you?", spoken="Which of these times?")
