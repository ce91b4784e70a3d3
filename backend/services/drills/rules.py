"""Which drills config.yml wants here, and when the next one of each is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from backend.services import board, stories
from backend.services.drills import rows

KIND, STORY = "drills", "drill"
# Human drills are by day, when people are awake and not yet tired: weekly on this day, else on that day of the month.
HOUR, MINUTE, WEEKDAY = 10, 30, 1
TEST_DAY, NUMBERS_DAY, QUARTERS = 5, 12, (1, 4, 7, 10)


@dataclass(frozen=True, slots=True)
class Rule:
    """every: minutes between two heartbeats, 0 for none; to: channel → (account, number or user) of a machine that may
    be rung at any hour; duty, test, numbers: whether people are asked."""

    every: int = 0
    to: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    duty: bool = False
    test: bool = False
    numbers: bool = False

    def kinds(self) -> tuple[str, ...]:
        wanted = {rows.HEARTBEAT: self.every > 0, rows.DUTY: self.duty, rows.TEST: self.test, rows.NUMBER: self.numbers}
        return tuple(kind for kind, wants in wanted.items() if wants)


def rule(connection: Connection, community: str, wanted: Rule, now: datetime, real: datetime) -> None:
    """What config.yml says of this community; the next drill of each kind is waited for from now on."""
    data = {
        "every": wanted.every,
        "to": {way: list(one) for way, one in wanted.to.items()},
        "duty": wanted.duty,
        "test": wanted.test,
        "numbers": wanted.numbers,
    }
    if of(connection, community) != wanted:
        board.put(connection, community, KIND, [{"key": KIND, **data}])
    for kind in wanted.kinds():
        wait(connection, community, kind, wanted, now, real)


def of(connection: Connection, community: str) -> Rule:
    found = board.one(connection, community, KIND, KIND)
    if found is None:
        return Rule()
    data = found.data
    to = {way: (one[0], one[1]) for way, one in data["to"].items()}
    return Rule(int(data["every"]), to, bool(data["duty"]), bool(data["test"]), bool(data["numbers"]))


def wait(connection: Connection, community: str, kind: str, wanted: Rule, now: datetime, real: datetime) -> None:
    """The next drill of this kind as a story; however many processes ask for it, it is one. now: here."""
    slot = following(kind, wanted.every, now)
    at = real + (slot - now)
    data = {"community": community, "kind": kind, "every": wanted.every, "slot": f"{slot:%Y-%m-%dT%H:%M}"}
    once = f"{STORY}:{community}:{kind}:{wanted.every}:{slot:%Y-%m-%dT%H:%M}"[:120]
    stories.begin(connection, community, STORY, {**data, "at": at.isoformat()}, at, once, real)


def following(kind: str, every: int, now: datetime) -> datetime:
    """The first moment after now at which a drill of this kind is due, by the clock on the wall."""
    if kind == rows.HEARTBEAT:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        passed = int((now - midnight).total_seconds() // 60)
        return midnight + timedelta(minutes=(passed // every + 1) * every)
    day = now.replace(hour=HOUR, minute=MINUTE, second=0, microsecond=0)
    while day <= now or not _fits(kind, day):
        day += timedelta(days=1)
    return day


def _fits(kind: str, day: datetime) -> bool:
    if kind == rows.DUTY:
        return day.weekday() == WEEKDAY
    if kind == rows.TEST:
        return day.day == TEST_DAY
    return day.day == NUMBERS_DAY and day.month in QUARTERS
