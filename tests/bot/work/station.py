"""A desk with its courier on a clock that tests can move: rows, sockets and schedule are all real."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.talk import outbox
from backend.services import reminders, stories, webhooks
from bot import work
from bot.app import open_desk
from bot.clock import SystemClock
from bot.desk import Desk
from bot.settings import Settings
from bot.work import Tools
from bot.work.deliver import Courier
from intents.understand import Embedded

T = TypeVar("T")
COMMUNITY = "sunshine"
# No promise, only the end of patience: a machine with other work takes as long as it takes.
PATIENCE_SECONDS = 90.0


@dataclass
class Shifted:
    """The machine's clock, moved ahead by hand; stopped: only by hand."""

    clock: SystemClock
    ahead: timedelta = field(default_factory=timedelta)
    stopped: datetime | None = None

    def now(self) -> datetime:
        return self.clock.now() + self.ahead

    def real(self) -> datetime:
        return (self.stopped or self.clock.real()) + self.ahead

    def stop(self) -> None:
        self.stopped = self.clock.real()


class Station:
    def __init__(self, settings: Settings, interpreter: Embedded, **more: Any) -> None:
        self.settings = settings
        self.desk: Desk = open_desk(settings, interpreter)
        self.clock = Shifted(SystemClock(settings.zone))
        desk = self.desk
        given: dict[str, Any] = {"demo": True, "node": "n1", **more}
        self.tools = Tools(desk.db, self.clock, desk.speaker, desk.metrics, desk.default_language, **given)
        self.loop = asyncio.new_event_loop()
        self.courier: Courier = work.new_courier(self.tools)

    def clear(self) -> None:
        """Everything that is due just now is tried once."""
        self.loop.run_until_complete(self.courier.clear())

    def do(self, action: Callable[[Connection], T]) -> T:
        return self.desk.db.submit(action).result(PATIENCE_SECONDS)

    def endpoint(self, url: str, *events: str) -> webhooks.Made:
        return self.do(lambda c: webhooks.add(c, COMMUNITY, url, events or ("case.*",), self.clock.real()))

    def happen(self, n: int = 1, event: str = "case.created") -> None:
        for number in range(n):
            self.do(lambda c, number=number: webhooks.publish(c, COMMUNITY, event, {"n": number}))  # type: ignore[misc]  # bound now

    def rows(self, kind: str = "webhook") -> list[Record]:
        rows = select(outbox).where(outbox.c.kind == kind).order_by(outbox.c.id)
        return self.desk.db.read_now(lambda c: list(c.execute(rows)))

    def jump(self) -> None:
        """To the moment at which the next try is due."""
        ahead = min(row.due_at for row in self.rows() if row.queue) - self.clock.real()
        self.clock.ahead += max(ahead, timedelta(seconds=1)) + timedelta(milliseconds=1)

    @contextmanager
    def running(self) -> Iterator[asyncio.AbstractEventLoop]:
        """The courier as it runs in a served app, until the block ends."""
        loop, stop = self.loop, asyncio.Event()
        thread = threading.Thread(target=loop.run_until_complete, args=(self.courier.run(stop),))
        thread.start()
        try:
            yield loop
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(PATIENCE_SECONDS)

    def close(self) -> None:
        self.loop.run_until_complete(self.courier.close())
        self.loop.close()
        self.desk.db.close()


@contextmanager
def at_work(station: Station) -> Iterator[None]:
    """All that a served app does later, on a loop of its own, until the block ends."""
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(work.run(station.tools, stop),))
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE_SECONDS)
        loop.close()


def awake(station: Station) -> None:
    """The engine is at work: it has begun a story that was due at once, and ended it."""
    real = station.clock.real()
    data = {"booking": "none", "start": real.isoformat()}
    once = f"awake-{time.monotonic_ns()}"
    station.do(lambda c: stories.begin(c, COMMUNITY, reminders.STORY, data, real, once, real))
    until(lambda: any(row.once == once and row.state == stories.ENDED for row in station.rows("story")))


def until(true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> float:
    """Wait for it; returns how long that took. Whoever promises seconds holds that figure against them."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(0.01)
    return time.monotonic() - began
