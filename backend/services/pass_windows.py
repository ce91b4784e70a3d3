"""From a wish to the window in which a gate opens: grace around an hour, a whole day, a part of one, or weekdays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.contract.errors import Refused
from bot.contract.text import t
from bot.contract.understanding import When

GRACE = timedelta(hours=2)
# A pass without weekdays is for a visit; who comes for longer gets one with weekdays and an end.
LONGEST_VISIT = timedelta(days=31)
LONGEST_RECURRING = timedelta(days=366)
WITHOUT_END = timedelta(days=90)
LAST_MINUTE = 24 * 60 - 1
# What people mean by a part of the day, in minutes; a night ends on the next morning.
PARTS: dict[str, tuple[int, int]] = {
    "morning": (6 * 60, 12 * 60),
    "noon": (11 * 60, 14 * 60),
    "afternoon": (12 * 60, 18 * 60),
    "evening": (17 * 60, LAST_MINUTE),
    "night": (20 * 60, 26 * 60),
}
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Window:
    """opens, closes: aware; weekdays: 0 for one stretch, else the days (Monday is the lowest bit) on which it
    holds between the minutes `first` and `last`."""

    opens: datetime
    closes: datetime
    weekdays: int = 0
    first: int = 0
    last: int = 0

    @property
    def recurring(self) -> bool:
        return self.weekdays != 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurring wish as said: days, maybe an hour or part of the day, maybe the hour it ends and the last day."""

    weekdays: int
    at: time | None = None
    part: str | None = None
    until: date | None = None
    end: time | None = None


def rule_of(text: str) -> Rule:
    """Read `BYDAY=TU,FR;TIME=18:00;UNTIL=2026-12-31`; the inverse is written by `intents.entities.recurring`."""
    fields = dict(pair.split("=", 1) for pair in text.split(";") if "=" in pair)
    weekdays = sum(1 << DAYS.index(day) for day in fields.get("BYDAY", "").split(",") if day in DAYS)
    if not weekdays:
        raise Refused("no weekdays", t("On which days of the week? For example “every Tuesday and Friday”."))
    until = date.fromisoformat(fields["UNTIL"]) if "UNTIL" in fields else None
    at = time.fromisoformat(fields["TIME"]) if "TIME" in fields else None
    end = time.fromisoformat(fields["END"]) if "END" in fields else None
    return Rule(weekdays, at, fields.get("PART"), until, end)


def written(rule: Rule) -> str:
    """As a rule is kept with its pass; read again by `rule_of`."""
    days = ",".join(day for n, day in enumerate(DAYS) if rule.weekdays >> n & 1)
    said = (
        ("BYDAY", days),
        ("TIME", rule.at and f"{rule.at:%H:%M}"),
        ("PART", rule.part),
        ("END", rule.end and f"{rule.end:%H:%M}"),
        ("UNTIL", rule.until and rule.until.isoformat()),
    )
    return ";".join(f"{name}={value}" for name, value in said if value)


def _at(day: date, minute: int, now: datetime) -> datetime:
    midnight = datetime.combine(day, time(), tzinfo=now.tzinfo)
    return midnight + timedelta(minutes=minute)


def once(when: When, now: datetime) -> Window:
    """An hour: two hours before to two after; a part of a day: that part; a date: the whole day."""
    if isinstance(when.start, datetime):
        end = when.end if isinstance(when.end, datetime) else when.start
        opens, closes = when.start - GRACE, end + GRACE
    else:
        last_day = when.end if isinstance(when.end, date) and not isinstance(when.end, datetime) else when.start
        first, last = PARTS.get(when.part or "", (0, LAST_MINUTE))
        opens, closes = _at(when.start, first, now), _at(last_day, last, now)
    if closes < now:
        raise Refused("in the past", t("{when} is already past. When will your visitor come?", when=when))
    if closes - opens > LONGEST_VISIT:
        raise Refused("too long", TOO_LONG)
    return Window(opens, closes)


def till(window: Window, part: str, now: datetime) -> Window:
    """The gate opens until that part of the day is over; no shorter than it would."""
    if part not in PARTS:
        return window
    closes = _at(window.opens.astimezone(now.tzinfo).date(), PARTS[part][1], now)
    return Window(window.opens, max(window.closes, closes))


def stretched(window: Window, days: int, now: datetime) -> Window:
    """The gate opens all the days of a stay, from the arrival on."""
    first = window.opens.astimezone(now.tzinfo)
    closes = max(window.closes, _at(first.date() + timedelta(days=days), LAST_MINUTE, now))
    if closes - window.opens > LONGEST_VISIT:
        raise Refused("too long", TOO_LONG)
    return Window(window.opens, closes)


TOO_LONG = t("A pass for one visit can last a month at most. For longer, tell me the weekdays and an end date.")


def recurring(rule: Rule, start: date, now: datetime) -> Window:
    """The days of a rule from `start` to its end; 90 days where none was said, a year at most."""
    until = rule.until or start + WITHOUT_END
    if until < start:
        raise Refused("ends in the past", t("{day} is already past. Until when shall the pass hold?", day=until))
    until = min(until, start + LONGEST_RECURRING)
    if rule.at is not None:
        minute = rule.at.hour * 60 + rule.at.minute
        grace = int(GRACE.total_seconds()) // 60
        leaves = rule.end.hour * 60 + rule.end.minute if rule.end is not None and rule.end > rule.at else minute
        first, last = max(0, minute - grace), min(LAST_MINUTE, leaves + grace)
    else:
        first, last = PARTS.get(rule.part or "", (0, LAST_MINUTE))
        last = min(last, LAST_MINUTE)
    return Window(_at(start, 0, now), _at(until, LAST_MINUTE, now), rule.weekdays, first, last)


def _last_day(window: Window, now: datetime) -> date:
    """The day of the last visit: what ends at midnight ended on the day before."""
    return (window.closes.astimezone(now.tzinfo) - timedelta(minutes=1)).date()


def last_time(window: Window, now: datetime) -> date:
    """The last day on which somebody comes by it."""
    day = _last_day(window, now)
    back = next((n for n in range(len(DAYS)) if window.weekdays >> (day - timedelta(days=n)).weekday() & 1), 0)
    return day - timedelta(days=back)


def extended(window: Window, to: When, now: datetime) -> Window:
    """The same window with a later end. "Until ten in the evening" of a pass for Saturday is Saturday's evening."""
    local = window.closes.astimezone(now.tzinfo)
    if window.recurring:
        if isinstance(to.start, datetime):
            return Window(
                window.opens, window.closes, window.weekdays, window.first, to.start.hour * 60 + to.start.minute
            )
        return Window(window.opens, _at(to.start, LAST_MINUTE, now), window.weekdays, window.first, window.last)
    if isinstance(to.start, datetime):
        closes = to.start
        if closes <= window.opens or closes.date() < local.date():
            closes = datetime.combine(_last_day(window, now), closes.timetz())
        if closes <= window.opens:
            closes += timedelta(days=1)  # midnight ends the day on which the gate opens
    else:
        closes = _at(to.start, PARTS.get(to.part or "", (0, LAST_MINUTE))[1], now)
    return Window(window.opens, closes)


def later(window: Window, hours: float) -> Window:
    """So many hours longer; of a recurring pass, each day."""
    if window.recurring:
        last = min(LAST_MINUTE, window.last + round(hours * 60))
        return Window(window.opens, window.closes, window.weekdays, window.first, last)
    return Window(window.opens, window.closes + timedelta(hours=hours))
