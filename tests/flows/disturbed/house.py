"""Talks in one transaction that can be forked at any point: what is tried there leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, column, func, select, table

from bot.contract.conversation import Conversation, Frame
from bot.contract.messages import Address, Profile
from bot.contract.ports import Clock
from bot.desk import Desk
from tests.faults import words
from tests.faults.walker import Turn, Walker

HERE = Path(__file__).resolve().parent
# What is filed, booked, issued or paid is a row in one of these.
FILED = ("booking", "visitor_pass", "case")
TO_THE_END = 10


@dataclass(frozen=True, slots=True)
class Way:
    """One flow as somebody plays it who is in no hurry: how it opens, what is answered, what may be said instead."""

    language: str
    flow: str
    name: str
    open: str
    answers: dict[str, Any]
    others: dict[str, str]

    def __str__(self) -> str:
        return f"{self.language}/{self.flow}/{self.name}"


def ways() -> list[Way]:
    data = yaml.safe_load((HERE / "ways.yml").read_text(encoding="utf-8"))
    return [Way(language, **one) for language, some in data.items() for one in some]


def said(language: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((HERE / "said.yml").read_text(encoding="utf-8"))[language]
    return found


@dataclass(slots=True)
class Later:
    """Both clocks, so much later; moved by the tests, and put back when a fork ends."""

    behind: Clock
    by: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return self.behind.now() + self.by

    def real(self) -> datetime:
        return self.behind.real() + self.by


@dataclass(frozen=True, slots=True)
class House:
    desk: Desk
    connection: Connection
    clock: Later

    @contextmanager
    def fork(self, walker: Walker) -> Iterator[Walker]:
        """Whatever is said inside was never said."""
        spoken, by, point = len(walker.turns), self.clock.by, self.connection.begin_nested()
        try:
            yield walker
        finally:
            point.rollback()
            del walker.turns[spoken:]
            self.clock.by = by

    def walker(self, sender: Address | None = None, profile: Profile = Profile.BUTTONS) -> Walker:
        return Walker(self.desk, self.connection, profile, sender or Address("rest", "walker", "demo"))

    def filed(self) -> int:
        rows = sum(self._count(select(func.count()).select_from(table(name))) for name in FILED)
        paid = table("payment", column("conversation_id"))
        return rows + self._count(select(func.count()).select_from(paid).where(paid.c.conversation_id.is_not(None)))

    def _count(self, statement: Any) -> int:
        return int(self.connection.execute(statement).scalar_one())

    def answer(self, walker: Walker, way: Way) -> str:
        """What this way answers to the question at hand; of several answers the one that is next."""
        now, top = walker.now, open_of(walker.now)
        given = way.answers.get(top.awaiting or "")
        if isinstance(given, list):
            before = sum(t.before.top is not None and t.before.top.awaiting == top.awaiting for t in walker.turns)
            return str(given[min(before, len(given) - 1)])
        return str(given) if given is not None else words.answer(now, self.desk.book, walker.heard, 0)

    def to_the_end(self, walker: Walker, way: Way, until: Callable[[Conversation], bool] | None = None) -> bool:
        """Answers until the flow is over, or until it stands there; whether it came to that."""
        for _ in range(TO_THE_END):
            top = walker.now.top
            if top is None or top.lingers or (until is not None and until(walker.now)):
                return True
            walker.say(self.answer(walker, way))
        return False


def open_of(conversation: Conversation) -> Frame:
    assert conversation.top is not None
    return conversation.top


def plain(value: object) -> object:
    """What tells two values apart, however they were said."""
    start, building = getattr(value, "start", None), getattr(value, "building", None)
    return start or ((building, getattr(value, "room", None)) if building else getattr(value, "text", value))


def told(frame: Frame | None) -> dict[str, object]:
    """The slots that a resident sees."""
    return {k: plain(v) for k, v in frame.slots.items() if not k.startswith("_")} if frame is not None else {}


def stays(turn: Turn) -> str | None:
    """What was lost by a turn that was to change nothing; None where all is as it was."""
    before, after = turn.before.top, turn.after.top
    if before is None or after is None or (before.flow, before.awaiting) != (after.flow, after.awaiting):
        return "the question is lost"
    return None if told(before) == told(after) else "an answer has changed"
