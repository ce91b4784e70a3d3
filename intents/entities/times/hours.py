"""Which hour of the day a said clock time is: 下午三点 is fifteen, a bare three prefers the working day."""

from __future__ import annotations

from intents.entities.times.pieces import DAWN, Clock

# (days later, hour): 晚上十二点 of Friday is the first minute of Saturday.
Choice = tuple[int, int]
# The hour at which a part of the day is over.
OVER = {DAWN: 6, "morning": 12, "noon": 14, "afternoon": 18, "evening": 24, "night": 24}
_DAYTIME = range(8, 20)


def list_choices(clock: Clock, part: str | None) -> list[Choice]:
    """The readings of a clock time, best first; several only where am or pm was left open."""
    hour = clock.hour
    if hour == 24:
        return [(1, 0)]
    if clock.half:
        return [(0, _halved(hour, clock.half))]
    if clock.exact or hour > 12 or hour == 0:
        return [(0, hour)]
    if part:
        return [_in_part(hour, part)]
    both = [hour, hour + 12] if hour < 12 else [12]
    return [(0, each) for each in sorted(both, key=lambda each: each not in _DAYTIME)]


def in_daytime(choice: Choice) -> bool:
    return choice[1] in _DAYTIME


def _halved(hour: int, half: str) -> int:
    if hour > 12:
        return hour
    return hour % 12 + (12 if half == "pm" else 0)


def _in_part(hour: int, part: str) -> Choice:
    if part == DAWN:
        return 0, hour % 12
    if part == "morning":
        return 0, hour
    if part == "noon":
        return 0, hour + 12 if hour < 9 else hour
    if part == "afternoon":
        return 0, hour % 12 + 12
    if hour == 12:
        return 1, 0
    return (1, hour) if hour < 5 else (0, hour + 12)
