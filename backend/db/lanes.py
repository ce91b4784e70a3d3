"""A few threads that carry out jobs: those of one lane in the order in which they came, all others side by side."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable
from queue import SimpleQueue
from typing import Any

from backend.db.work import Job, settle


class Lanes:
    """One noisy lane occupies one thread, however many jobs wait in it. `finish` runs in each thread at its end."""

    def __init__(
        self, name: str, threads: int, carry_out: Callable[[Job], Any], finish: Callable[[], None] | None = None
    ) -> None:
        self._carry_out = carry_out
        self._finish = finish
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._lanes: dict[Hashable, deque[Job]] = {}
        self._under_way = 0
        self._idle = threading.Condition()
        self._threads = [threading.Thread(target=self._run, name=f"{name}-{n}", daemon=True) for n in range(threads)]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        """How many jobs are not finished."""
        return self._under_way

    def put(self, job: Job) -> None:
        with self._idle:
            self._under_way += 1
            if job.lane is not None:
                waiting = self._lanes.get(job.lane)
                if waiting is not None:
                    waiting.append(job)
                    return
                self._lanes[job.lane] = deque()
        self._queue.put(job)

    def close(self, seconds: float = 10.0) -> None:
        """Finish what is queued, then stop."""
        with self._idle:
            self._idle.wait_for(lambda: self._under_way == 0, timeout=seconds)
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(timeout=seconds)

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            if job.future.set_running_or_notify_cancel():
                settle(job, self._carry_out)
            self._go_on(job.lane)
        if self._finish is not None:
            self._finish()

    def _go_on(self, lane: Hashable | None) -> None:
        with self._idle:
            self._under_way -= 1
            if self._under_way == 0:
                self._idle.notify_all()
            if lane is None:
                return
            waiting = self._lanes[lane]
            if not waiting:
                del self._lanes[lane]
                return
            following = waiting.popleft()
        self._queue.put(following)
