"""Carries out what the outbox holds: at once after the commit, again after a failure, one queue never for another."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from backend import wake
from backend.db import Record
from backend.services import deliveries
from backend.services.deliveries import Outcome, Round
from bot.contract import trail
from bot.contract.errors import LinliError, Refused, Unavailable
from bot.work.tools import Tools

log = logging.getLogger("linli.deliver")

# Claimed ahead of one queue, and tried at a time: a slow endpoint holds this much and no more.
WINDOW = 32
AT_ONCE = 8
# An alarm's call waits for no other one: a slow vendor is asked for all of them side by side.
ALARM_WINDOW = 64
# So many failures in a row are the queue's, not the rows'; then it is asked no less often than this.
STREAK = 3
PAUSE_SECONDS = 60.0
LONGEST_TRY_SECONDS = 15.0
GONE = 410
RENEW_SECONDS = 1.0
# Other processes commit as well, and not every database can ring: looked at no less often than this.
LOOK_SECONDS = 1.0
# The clock was set back by somebody: what was due a moment ago must not wait for the old time to come again.
STEP_BACK = timedelta(seconds=2)
# Under load several outcomes share one transaction.
GATHER_SECONDS = 0.005
FINISH_SECONDS = 2.0


class Carrier(Protocol):
    """One way out; returns what the other side calls it, if it says. Raises `Unavailable` to be asked again, `Refused`
    when there is no sense in that."""

    async def carry(self, row: Record) -> str | None: ...

    async def close(self) -> None: ...


def _unheard() -> None:
    return None


def _calm() -> bool:
    return False


def _most(queue: str, otherwise: int) -> int:
    return ALARM_WINDOW if queue.endswith(deliveries.ALARM_QUEUES) else otherwise


class Courier:
    """One per process; `run` until told to stop, or `clear` what is due just now."""

    def __init__(self, tools: Tools, carriers: Mapping[str, Carrier]) -> None:
        self._tools = tools
        self._carriers = carriers
        self._ring: Callable[[], None] = _unheard
        self._held: dict[int, asyncio.Task[None]] = {}
        self._in_queue: Counter[str] = Counter()
        self._places: dict[str, asyncio.Semaphore] = {}
        self._streaks: Counter[str] = Counter()
        self._paused: dict[str, datetime] = {}
        self._outcomes: list[Outcome] = []
        self._turned = 0.0
        self._latest: datetime | None = None
        self._urgent: Callable[[], bool] = _calm

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then what is under way may end, and the rest is left for the next start."""
        renewing = asyncio.create_task(self._renew())
        bell = self._tools.db.bell
        with bell.listen(wake.OUTBOX) as ear, bell.listen(wake.ALARMS) as alarms:
            self._ring, self._urgent = ear.ring, alarms.take
            stopping = asyncio.create_task(self._ring_at(stop))
            try:
                await self._release()
                while not stop.is_set():
                    await ear.wait(await self._safe_turn())
            finally:
                renewing.cancel()
                stopping.cancel()
                await self._finish()

    async def _release(self) -> None:
        """A database that is away at the start is waited for: the leases end by themselves."""
        real = self._tools.clock.real()
        try:
            await self._tools.db.write(lambda c: deliveries.release(c, self._tools.node, real))
        except Unavailable as error:
            log.error("the outbox cannot be read: %s", error.reason)

    async def _safe_turn(self) -> float:
        """Whatever breaks here, deliveries go on: what was not settled is due again when its lease ends."""
        try:
            return await self._turn()
        except Exception:
            log.exception("a turn of the outbox broke")
            return LOOK_SECONDS

    async def _ring_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._ring()

    async def clear(self) -> None:
        """Try everything that is due now, once, and write down what came of it."""
        await self._turn()
        while self._held or self._outcomes:
            await asyncio.gather(*self._held.values())
            await self._turn()

    async def _turn(self) -> float:
        """Settle and claim in one transaction, begin the tries; returns how long nothing else will be due."""
        early, urgent = self._turned + GATHER_SECONDS - time.perf_counter(), self._urgent()
        if early > 0 and not urgent:
            await asyncio.sleep(early)
        self._tools.metrics.queued.set(self._tools.db.waiting)
        outcomes, self._outcomes = self._outcomes, []
        # After a standstill or a step of the clock the lease of what is being tried here may look as if it had ended;
        # what ends meanwhile is written down in the next turn.
        mine = set(self._held)
        real = self._tools.clock.real()
        back = self._latest is not None and real < self._latest - STEP_BACK

        def work(connection: Connection) -> Round:
            if back:
                deliveries.after_step_back(connection, real)
            return deliveries.settle_and_claim(connection, outcomes, self._room, self._tools.node, real)

        try:
            turn: Round = await self._tools.db.write(work, urgent=urgent)
        except Unavailable as error:
            log.error("the outbox cannot be read: %s", error.reason)
            self._outcomes = [*outcomes, *self._outcomes]
            await asyncio.sleep(LOOK_SECONDS)
            return LOOK_SECONDS
        for channel in turn.dead:
            self._tools.metrics.dead_letters.labels(channel).inc()
        if back:
            log.warning("the clock was set back: what waits is due by the new time")
            self._paused.clear()
        self._latest = real
        for row in turn.due:
            if row.id in mine:
                continue
            self._in_queue[row.queue] += 1
            self._held[row.id] = asyncio.create_task(self._try(row))
        self._turned = time.perf_counter()
        return LOOK_SECONDS if turn.next is None else min(LOOK_SECONDS, max(0.0, (turn.next - real).total_seconds()))

    def _room(self, queue: str) -> int:
        """How many more of this queue may be claimed; one that fails is only felt with one finger, now and then."""
        if queue in self._paused and self._paused[queue] > self._tools.clock.real():
            return 0
        most = 1 if self._streaks[queue] >= STREAK else _most(queue, WINDOW)
        return most - self._in_queue[queue]

    def _heed(self, queue: str, outcome: Outcome) -> None:
        """A row has its own patience; a queue that fails as a whole is left alone as a whole."""
        if not outcome.error:
            self._streaks.pop(queue, None)
            self._paused.pop(queue, None)
            return
        if outcome.hopeless or outcome.alone:
            return
        self._streaks[queue] += 1
        # Whatever a vendor asks for one of them, somebody else's alarm behind it is tried within seconds.
        pause = min(outcome.wait or 0.0, deliveries.longest(queue))
        if self._streaks[queue] >= STREAK:
            own = deliveries.retry_seconds(self._streaks[queue] - 1, spread=lambda: 0.0)
            pause = max(pause, min(PAUSE_SECONDS, deliveries.longest(queue), own))
        if pause:
            self._paused[queue] = self._tools.clock.real() + timedelta(seconds=pause)

    async def _try(self, row: Record) -> None:
        place = self._places.setdefault(row.queue, asyncio.Semaphore(_most(row.queue, AT_ONCE)))
        async with place:
            began, at = time.perf_counter(), self._tools.clock.real()
            outcome = replace(await self._carry(row), ms=round((time.perf_counter() - began) * 1000), began=at)
        self._tell(row, outcome)
        metrics = self._tools.metrics
        metrics.attempts.labels(row.channel).inc()
        metrics.delivery.labels(row.channel).observe(time.perf_counter() - began)
        if outcome.error:
            metrics.delivery_failures.labels(row.channel).inc()
            facts = {"delivery": row.id, "channel": row.channel, "attempt": row.attempts + 1, "reason": outcome.error}
            log.warning("delivery failed", extra=facts)
        self._heed(row.queue, outcome)
        self._outcomes.append(outcome)
        del self._held[row.id]
        self._in_queue[row.queue] -= 1
        self._ring()

    def _tell(self, row: Record, outcome: Outcome) -> None:
        """A span of this try, for whoever collects them."""
        here = trail.current()
        if self._tools.tell is None or here is None or outcome.kept:
            return
        here.facts |= {
            "channel": row.channel,
            "attempt": row.attempts + 1,
            "outcome": "failed" if outcome.error else "sent",
        }
        self._tools.tell(here, time.perf_counter(), row.trail is not None)

    async def _carry(self, row: Record) -> Outcome:
        """One of the three places in which every error ends: here it becomes the row's own story."""
        carrier = self._carriers.get(row.channel)
        if carrier is None:
            # In the demo nothing goes to a vendor: the row itself is what a newcomer looks at.
            return Outcome(row, "" if self._tools.demo else "this channel is not on", kept=self._tools.demo)
        # The message that caused the row, so that hop 8 is found in the log beside the others.
        trail.begin(row.trail)
        try:
            with self._tools.metrics.hop("send"):
                async with asyncio.timeout(LONGEST_TRY_SECONDS):
                    vendor = await carrier.carry(row)
        except Refused as error:
            return Outcome(row, error.reason, hopeless=True, gone=error.status == GONE)
        except Unavailable as error:
            return Outcome(row, error.reason, wait=error.retry_after or None, alone=error.alone)
        except TimeoutError:
            return Outcome(row, f"no answer within {LONGEST_TRY_SECONDS:.0f} s")
        except LinliError as error:
            return Outcome(row, error.reason)
        except Exception as error:
            log.exception("a carrier broke", extra={"delivery": row.id, "channel": row.channel})
            return Outcome(row, f"{type(error).__name__}: {error}"[:300])
        return Outcome(row, vendor=vendor)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            held = list(self._held)
            if held:
                real = self._tools.clock.real()
                try:
                    await self._tools.db.write(lambda c: deliveries.renew(c, held, self._tools.node, real))  # noqa: B023 - awaited at once
                except Unavailable as error:
                    log.warning("leases could not be renewed: %s", error.reason)

    async def _finish(self) -> None:
        """What is under way may end; what does not is given back."""
        if self._held:
            await asyncio.wait(list(self._held.values()), timeout=FINISH_SECONDS)
        for task in self._held.values():
            task.cancel()
        outcomes, self._outcomes = self._outcomes, []
        real = self._tools.clock.real()

        def last(connection: Connection) -> None:
            deliveries.settle(connection, outcomes, self._tools.node, real)
            deliveries.release(connection, self._tools.node, real)

        try:
            await self._tools.db.write(last)
        except Unavailable as error:
            log.warning("the last outcomes were not written, these are tried again: %s", error.reason)
        await self.close()

    async def close(self) -> None:
        for carrier in self._carriers.values():
            await carrier.close()
