"""Finds wished times in what residents say, Chinese and English mixed as they come.

Own grammars instead of a library: the libraries read 明早8点 as today and 下午两点到四点 as four in the morning.
The order of work: traps are blotted out, grammars recognise pieces, pieces join into groups, groups are reckoned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice

from bot.contract.understanding import Entity
from intents.entities.times import chinese, english, written
from intents.entities.times.bare import bare_clock, bare_part, bare_range
from intents.entities.times.beside import BESIDE, beside
from intents.entities.times.joining import Group, gather
from intents.entities.times.lunar import Unlisted
from intents.entities.times.pieces import Impossible, Piece
from intents.entities.times.resolving import is_guess, resolve
from intents.entities.times.telling import is_wish
from intents.entities.times.traps import blot
from intents.normalise import fold
from intents.patterns import later

__all__ = ["find_times"]

Pieces = Iterator[Piece]
Reader = Callable[[str], Pieces]

# Nobody states a wish beyond this; it bounds what a hostile message can cost.
_LONGEST = 1200
_MOST = 40
_DIGIT = later(r"\d")
_LATIN = later(r"[a-z]")
_FAR = 40
_STOP = later(r"[。!?;]|\.\s")
_CORRECTED = later(r"不对|不是|错了|说错|哦不|改|\bno\b|\bi\smean|\bsorry|\bactually|\brather|\bmake\sit")
_GUESSED = 0.8


def find_times(text: str, now: datetime) -> list[Entity]:
    """Every wished time in the text as an entity `when`, in order, none overlapping.

    `now` must be aware: its offset is the community's. A day or hour that cannot be has a problem, not a value.
    """
    folded = fold(text[:_LONGEST])
    return beside(folded, text, _named(text, folded, now))


def _named(text: str, folded: str, now: datetime) -> list[Entity]:
    bare = bare_range(text, folded, now) or bare_clock(text, folded, now)
    if bare:
        return bare
    pieces = _read(folded)
    if not pieces:
        return bare_part(text, folded, now)
    groups = gather(pieces[:_MOST], folded, now.date())
    wishes = [group for group in groups if is_wish(group, folded, past=_is_past(group, now))]
    entities = (_entity(group, text, now) for group in _adopt(wishes, folded))
    return [entity for entity in entities if entity is not None] or bare_part(text, folded, now)


def _read(folded: str) -> list[Piece]:
    blotted = blot(folded)
    found: list[Piece] = []
    if not blotted.isascii():
        found.extend(islice(chinese.read(blotted), _MOST))
    if _LATIN.search(blotted):
        found.extend(islice(english.read(blotted), _MOST))
    if _DIGIT.search(blotted):
        found.extend(islice(written.read(blotted), _MOST))
    return _longest(found)


def _longest(found: list[Piece]) -> list[Piece]:
    """Of pieces that overlap, the longest."""
    kept: list[Piece] = []
    for piece in sorted(found, key=lambda piece: (piece.start, -piece.end)):
        if kept and piece.start < kept[-1].end:
            if piece.end - piece.start > kept[-1].end - kept[-1].start:
                kept[-1] = piece
        else:
            kept.append(piece)
    return kept


def _is_past(group: Group, now: datetime) -> bool:
    """Whether the moment as said, before any rolling to the next one, is over."""
    if group.after is not None:
        return False
    day = group.day
    if day is not None and day.shift is not None and day.shift != 0:
        return day.shift < 0
    if day is not None and day.week is not None:
        return day.week < 0
    if group.clock is None or (day is not None and day.shift is None):
        return False
    try:
        found = resolve(group, now)
    except (Impossible, Unlisted):
        return False
    start = found.start if found else now
    return not isinstance(start, datetime) or start <= now or start.date() > now.date()


def _adopt(groups: list[Group], folded: str) -> list[Group]:
    """An hour said further on belongs to the day named before it in the same sentence ("明天帮我修一下，下午三点").

    The span is that of the later words alone: a place or a name between them must stay free for its own entity.
    """
    kept: list[Group] = []
    for group in groups:
        before = kept[-1] if kept else None
        if before and _belongs(before, group, folded):
            day, clock = (before, group) if before.day else (group, before)
            part = clock.part or day.part
            kept[-1] = Group(group.start, group.end, day.day, part, clock.clock, None, clock.until)
        else:
            if before:
                _inherit(before, group, folded)
            kept.append(group)
    return kept


def _inherit(before: Group, group: Group, folded: str) -> None:
    """What a correction leaves unsaid stays as it was: "明天下午3点，不对，4点" is still tomorrow afternoon."""
    if before.day is None or group.after or group.start - before.end > _FAR:
        return
    between = folded[before.end : group.start]
    if group.day is None and not _STOP.search(between):
        group.day = before.day
        group.part = group.part or (before.part if group.clock else None)
    elif group.bare_day and group.part is None and before.clock and _CORRECTED.search(between):
        group.part, group.clock = before.part, before.clock


def _belongs(before: Group, group: Group, folded: str) -> bool:
    if (before.until and before.day) or (group.until and group.day):
        return False
    pair = (before.bare_day and group.bare_clock) or (before.bare_clock and group.bare_day)
    gap = group.start - before.end
    if not pair or gap > _FAR or _STOP.search(folded, before.end, group.start):
        return False
    return BESIDE.search(folded, before.end, group.start) is None


def _entity(group: Group, text: str, now: datetime) -> Entity | None:
    said = text[group.start : group.end]
    try:
        value = resolve(group, now)
    except Impossible as impossible:
        return Entity("when", None, said, group.start, group.end, problem=impossible.problem)
    except Unlisted:
        return None
    if value is None:
        return None
    return Entity("when", value, said, group.start, group.end, _GUESSED if is_guess(group) else 1.0)
