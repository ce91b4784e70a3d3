"""Residents who write at a steady rate and, when no answer comes, send the same message again until one does."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.faults.rowless import is_rowless
from tests.load.line import Line, parsed

WEBHOOK = "/webhooks/rest/webhook"
AGAIN_SECONDS = 0.05
DAYS = ("tomorrow", "on Monday", "on Tuesday", "on Wednesday", "on Thursday", "on Friday", "on Saturday")
# What is said, and which one thing must come of it, in the tables of the database.
TALKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("case", ("厨房水龙头漏水，{b}栋2单元50{r}", "是")),
    ("case", ("the lamp outside is out", "Gate 3", "no, gate 5", "yes")),
    ("case", ("家里水管爆了，满地是水",)),
    ("booking", ("I need a cleaner {d} at {h} pm for 2 hours", "yes")),
    ("alarm", ("救命，我摔倒了起不来",)),
)


@dataclass(frozen=True, slots=True)
class Said:
    """One message that was acknowledged. last: nothing more was said after it; wait: seconds to its acknowledgement,
    counted from the last time that it was sent."""

    sender: str
    id: str
    text: str
    answer: bytes
    makes: str
    last: bool
    wait: float
    at: float


@dataclass(slots=True)
class Crowd:
    """acknowledged: in order of their answers; resent: how often a message had to be sent again; rowless: how often
    somebody in danger was told that nothing could be written down; odd: refusals."""

    port: int
    rate: float
    residents: int = 24
    talks: tuple[tuple[str, tuple[str, ...]], ...] = TALKS
    acknowledged: list[Said] = field(default_factory=list)
    resent: int = 0
    rowless: int = 0
    odd: list[str] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _next: float = 0.0

    def run(self) -> None:
        asyncio.run(self._all())

    async def _all(self) -> None:
        self._next = time.perf_counter()
        await asyncio.gather(*(self._resident(place) for place in range(self.residents)))

    async def _resident(self, place: int) -> None:
        async with Line(self.port, WEBHOOK) as line:
            for number in itertools.count(place, self.residents):
                if self._stopping.is_set():
                    return
                await self._talk(line, number)

    async def _talk(self, line: Line, number: int) -> None:
        makes, steps = self.talks[number % len(self.talks)]
        sender = f"crowd-{number}"
        for step, said in enumerate(steps):
            text = said.format(b=1 + number % 20, r=1 + number % 4, h=1 + number % 5, d=DAYS[number % len(DAYS)])
            key = f"{sender}-{step}"
            body = {"sender": sender, "message": text, "metadata": {"message_id": key}}
            sent = await self._until_answered(line, json.dumps(body, ensure_ascii=False).encode())
            if sent is None:
                return
            wait, answer = sent
            last = step == len(steps) - 1
            self.acknowledged.append(Said(sender, key, text, answer, makes, last, wait, time.perf_counter()))

    async def _until_answered(self, line: Line, body: bytes) -> tuple[float, bytes] | None:
        """None when the crowd is sent home before an answer came."""
        while True:
            await self._turn()
            began = time.perf_counter()
            try:
                status, answer = await line.post(body)
            except (OSError, EOFError, TimeoutError):
                await line.hang_up()
                status, answer = 0, b""
            if status == 200 and is_rowless(answer):
                self.rowless += 1
            elif status == 200 and parsed(answer):
                return time.perf_counter() - began, answer
            if status not in (0, 200, 503):
                self.odd.append(f"{status}: {answer[:200]!r}")
            if self._stopping.is_set():
                return None
            self.resent += 1
            await asyncio.sleep(AGAIN_SECONDS)

    async def _turn(self) -> None:
        """One message every 1/rate seconds, of all residents together; what was missed is not made up for."""
        now = time.perf_counter()
        self._next = max(self._next + 1 / self.rate, now)
        await asyncio.sleep(self._next - now)

    def go_home(self) -> None:
        self._stopping.set()


@contextmanager
def crowded(port: int, rate: float, residents: int = 24) -> Iterator[Crowd]:
    """A crowd beside the block; at its end everybody has the answer to what they said last."""
    crowd = Crowd(port, rate, residents)
    thread = threading.Thread(target=crowd.run, name="crowd")
    thread.start()
    try:
        yield crowd
    finally:
        crowd.go_home()
        thread.join(timeout=90)
