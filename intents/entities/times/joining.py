"""Puts together the pieces that speak of one moment: a day, its part, its hour, and the end of a range."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from intents.entities.times.days import find_span
from intents.entities.times.lunar import Unlisted
from intents.entities.times.pieces import DAWN, Clock, Day, Impossible, Piece
from intents.patterns import later

_FAR = 30
_FILLER = later(
    r"(?>大概|大约|差不多|最好|如果|可以的话|方便的话|可能|之间|麻烦"
    r"|希望|我们?|能不能|能|可以|那个|那天|当天|时候|左右|之?前|以前|随便(?:哪一?天|什么时候)?|任[意何]一?天|哪天都(?:行|可以)"
    r"|at\b|on\b|in\sthe\b|in\b|around\b|about\b|approximately\b|roughly\b|say\b|maybe\b|perhaps\b|if\spossible\b"
    r"|if\syou\scan\b"
    r"|preferably\b|ideally\b|please\b|between\b|from\b|sometime\b|some\stime\b|by\b|after\b|before\b|the\b|of\b"
    r"|for\b|sharp\b"
    r"|like\b|exactly\b|early\b|late\b|any\s?time\b|then\b|best\b|only\b|possibly\b|[\s,()的在于那就是约想要请吧嗯呃啊哦来到走])*"
)
_LIGHT = later(r"[\s,()]*(?:the\s|is\s|an?\s|which\sis\sa\s|that['’]?s\sa\s|即|就是|也就是|是)?\s?")
_TO = later(
    r"[\s)]*(?:一直到|直到|到|至|-{1,2}|~|–|—{1,2}|to\b|until\b|till\b|through\b|thru\b)\s*(?:on\s|at\s|the\s"
    r"|about\s|around\s)?"
)
_OR = later(r"\s*(?:[,，]\s*)?(?:、|和|或者?是?|或|跟|or\b|and\b)\s*(?:maybe\s|else\s)?(?:on\s|at\s|the\s)?")
_MOVED = later(r"\b(?:change|move|reschedule|switch|postpone|push|shift|swap)")


@dataclass(slots=True)
class Group:
    """The pieces of one wish so far; until is the other end when two groups make a range."""

    start: int
    end: int
    day: Day | None = None
    part: str | None = None
    clock: Clock | None = None
    after: timedelta | None = None
    until: Group | None = None
    day_last: bool = False

    @property
    def bare_day(self) -> bool:
        return self.day is not None and self.clock is None and self.after is None

    @property
    def bare_clock(self) -> bool:
        return self.clock is not None and self.day is None


def gather(pieces: list[Piece], text: str, today: date) -> list[Group]:
    """Pieces in order of appearance, no two overlapping, as groups; ranges already closed."""
    groups: list[Group] = []
    for place, piece in enumerate(pieces):
        following = pieces[place + 1] if place + 1 < len(pieces) else None
        if not groups or not _take(groups[-1], piece, following, text, today):
            clock = _moved(piece.clock, piece.start, text)
            groups.append(Group(piece.start, piece.end, piece.day, piece.part, clock, piece.after))
    return _ranges(groups, text)


def filled(text: str, start: int, end: int) -> bool:
    """Only filler stands between."""
    return end - start <= _FAR and _FILLER.fullmatch(text, start, end) is not None


def _take(group: Group, piece: Piece, following: Piece | None, text: str, today: date) -> bool:
    """Add the piece to the group if it says something the group has not said yet."""
    apposed = piece.day and group.day and _LIGHT.fullmatch(text, group.end, piece.start)
    if group.after or piece.after or not (apposed or filled(text, group.end, piece.start)):
        return False
    if (piece.part and group.part and not _dawns(group, piece)) or (piece.clock and group.clock):
        return False
    if piece.day and not _take_day(group, piece, following, text, today):
        return False
    if piece.part == DAWN and group.part and group.day:
        group.day = replace(group.day, shift=(group.day.shift or 0) + 1)
    group.part = piece.part or group.part
    group.clock = piece.clock or group.clock
    group.end = piece.end
    return True


def _dawns(group: Group, piece: Piece) -> bool:
    """今晚凌晨一点: the small hours that follow the evening named."""
    return group.part == "evening" and piece.part == DAWN and group.day is not None and group.day.shift is not None


def _take_day(group: Group, piece: Piece, following: Piece | None, text: str, today: date) -> bool:
    if piece.day is None:
        return False
    if group.day is None:
        # "3点 明天4点": a day that has its own hour coming does not belong to the hour before it.
        if group.clock and following and following.clock and filled(text, piece.end, following.start):
            return False
        group.day, group.day_last = piece.day, group.clock is not None
        return True
    light = _LIGHT.fullmatch(text, group.end, piece.start) is not None
    merged = _merge(group.day, piece.day, light, today)
    if merged is None:
        return False
    group.day = merged
    return True


def _merge(first: Day, second: Day, light: bool, today: date) -> Day | None:
    """One day out of two sayings of it, None when they are two days."""
    if first.every or second.every:
        return Day(every=True)
    for frame, other in ((first, second), (second, first)):
        if frame.frame:
            return _framed(frame, other)
    if not light:
        return None
    for dated, other in ((first, second), (second, first)):
        if dated.dated and other.weekday is not None:
            return dated if dated.lunar or other.later else replace(dated, said_with=other.weekday)
    return first if _same(first, second, today) else None


def _framed(frame: Day, other: Day) -> Day | None:
    if other.frame:
        return None
    if frame.week is not None and other.week is None and (other.weekday is not None or other.weekend):
        return replace(other, week=frame.week)
    if frame.months is not None and other.dated and other.month is None and other.months is None:
        return replace(other, months=frame.months)
    return None


def _same(first: Day, second: Day, today: date) -> bool:
    try:
        return find_span(first, today)[0] == find_span(second, today)[0]
    except (Impossible, Unlisted):
        return False


def _moved(clock: Clock | None, start: int, text: str) -> Clock | None:
    """ "change my booking from 6 to 8 pm" names the old hour and the new one, not a range."""
    if clock is None or clock.end is None or not text.startswith("from ", start) or not _MOVED.search(text, 0, start):
        return clock
    return clock.end


def _ranges(groups: list[Group], text: str) -> list[Group]:
    closed: list[Group] = []
    for group in groups:
        if closed and _closes(closed[-1], group, text):
            left = closed[-1]
            left.until, left.end = group, group.end
            if left.day is None and group.day_last:
                left.day, group.day = group.day, None
            if left.clock is None and group.clock:
                # "周三或周四下午3点": the hour is said once for both days.
                left.clock, left.part = group.clock, left.part or group.part
        else:
            closed.append(group)
    return closed


def _closes(left: Group, right: Group, text: str) -> bool:
    if left.until or left.after or right.after or (left.clock and left.clock.end):
        return False
    if left.clock and not right.clock:
        return False
    if right.clock and not left.clock and not (left.day and right.day and not left.part):
        return False
    if _OR.fullmatch(text, left.end, right.start):
        return _alike(left, right)
    return _TO.fullmatch(text, left.end, right.start) is not None and not _MOVED.search(text, 0, left.start)


def _alike(left: Group, right: Group) -> bool:
    """ "Saturday or Sunday", "3点或4点"; a second full moment is another offer, not the end of a range."""
    if right.day and right.clock and left.clock:
        return left.day is None and right.day_last
    return not (right.part and not right.clock and not right.day)
