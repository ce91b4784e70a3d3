"""Wakes whoever waits for something to be written: in this process at once, in others by the database's own bell.

A ring may be lost (a process dies between its commit and the ring): whoever waits also looks by itself now and then.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType

from sqlalchemy import Connection

# ALARMS beside OUTBOX: somebody is in danger, and what was written must go out ahead of everything.
OUTBOX, ALARMS = "outbox", "outbox:alarms"
_KEPT = "linli.rings"
# What lasts for a moment only: remembered here for as long as it may matter, and written down nowhere.
_MOMENT, ANSWERING = "writing:", "answering:"
MOMENT_SECONDS = 6.0
_MOST = 2_000


def desk(community: str) -> str:
    """What the people at this community's desk look at has changed: who waits, who holds, what was said."""
    return f"desk:{community}"


def talk(conversation: int) -> str:
    """Something new is to be read in this conversation."""
    return f"talk:{conversation}"


def writing(conversation: int) -> str:
    """Somebody of the desk is writing in this conversation just now; told, never stored."""
    return f"{_MOMENT}{conversation}"


def answering(community: str, conversation: int) -> str:
    """A resident is writing to the desk of this community just now; told, never stored."""
    return f"{ANSWERING}{community}:{conversation}"


def after_commit(connection: Connection, topic: str) -> None:
    """Ring when this transaction is committed, and not at all when it is not."""
    connection.info.setdefault(_KEPT, set()).add(topic)


class Ear:
    """One who listens to some topics; open it with `with`, on the event loop that waits."""

    def __init__(self, bell: Bell, topics: tuple[str, ...]) -> None:
        self._bell = bell
        self._topics = topics
        self._heard = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> Ear:
        self._loop = asyncio.get_running_loop()
        for topic in self._topics:
            self._bell.join(topic, self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for topic in self._topics:
            self._bell.leave(topic, self)

    async def wait(self, seconds: float) -> bool:
        """True as soon as one of them was rung since the last wait, False when the time is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._heard.wait()
        except TimeoutError:
            return False
        self._heard.clear()
        return True

    def take(self) -> bool:
        """Whether one of them was rung since the last wait or take."""
        heard = self._heard.is_set()
        self._heard.clear()
        return heard

    def ring(self) -> None:
        """From any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._heard.set)


class Bell:
    """The bell of one process; `backend.db.notify` carries its rings to others."""

    def __init__(self) -> None:
        self._ears: dict[str, set[Ear]] = {}
        self._lock = threading.Lock()
        self._moments: dict[str, float] = {}
        self._overhearing: set[Callable[[str], None]] = set()

    def listen(self, *topics: str) -> Ear:
        return Ear(self, topics)

    def join(self, topic: str, ear: Ear) -> None:
        with self._lock:
            self._ears.setdefault(topic, set()).add(ear)

    def leave(self, topic: str, ear: Ear) -> None:
        with self._lock:
            listening = self._ears.get(topic, set())
            listening.discard(ear)
            if not listening:
                self._ears.pop(topic, None)

    def ring(self, *topics: str) -> None:
        """Wake everybody who listens to these."""
        self.ring_here(topics)

    def ring_here(self, topics: Iterable[str]) -> None:
        rung = list(topics)
        with self._lock:
            ears = [ear for topic in rung for ear in self._ears.get(topic, ())]
            hearing = list(self._overhearing)
            for topic in rung:
                if topic.startswith(_MOMENT):
                    self._remember(topic)
        for ear in ears:
            ear.ring()
        for topic in rung:
            if topic.startswith(ANSWERING):
                for hear in hearing:
                    hear(topic)

    def _remember(self, topic: str) -> None:
        if len(self._moments) >= _MOST:
            self._moments.clear()
        self._moments[topic] = time.monotonic()

    def is_fresh(self, topic: str) -> bool:
        """Whether this moment was rung for within the last seconds, in whichever process."""
        at = self._moments.get(topic)
        return at is not None and time.monotonic() - at < MOMENT_SECONDS

    def overhear(self, hear: Callable[[str], None], *, on: bool) -> None:
        """Be told of every resident who writes just now, from any thread; as long as it is on."""
        with self._lock:
            (self._overhearing.add if on else self._overhearing.discard)(hear)

    def ring_all(self) -> None:
        """After a time of deafness: whatever happened meanwhile, everybody looks."""
        self.ring_here(list(self._ears))

    def ring_for(self, connection: Connection) -> None:
        """What the transaction that was just committed on this connection asked for."""
        topics = connection.info.pop(_KEPT, None)
        if topics:
            self.ring(*topics)

    def forget(self, connection: Connection) -> None:
        """That transaction came to nothing."""
        connection.info.pop(_KEPT, None)

    def close(self) -> None:
        """Nothing to let go of in one process."""
