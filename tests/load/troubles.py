"""What happens to a served product while it is used: processes killed and stopped, its storage begun again."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.load.process import PRODUCT, READY_SECONDS, ROOT, Server, served
from tests.postgres import Postgres

STOPPED = 5.5
# Whoever keeps a service alive begins it again also while the last one's children still hold the port.
TRIES = 10
DATABASE = "linli.db"
KILL, STOP, STORAGE = "kills", f"stops of {STOPPED} s", "storages begun again"


@dataclass
class Troubled:
    """One product in a folder; told: more of LINLI_*; storage: the PostgreSQL that two processes of it share, else one
    with SQLite; happened: how often what."""

    folder: Path
    port: int
    told: Mapping[str, str]
    stack: ExitStack
    dice: random.Random
    storage: Postgres | None = None
    url: str = ""
    server: Server | None = None
    happened: Counter[str] = field(default_factory=Counter)

    @property
    def database(self) -> Path | str:
        """As `rungs.rows` reads it."""
        return self.url or self.folder / DATABASE

    def begin(self) -> None:
        crew = ("--workers", "2") if self.storage is not None else ()
        for _ in range(TRIES):
            words = (*PRODUCT, *crew)
            product = served(
                words, self.folder, DATABASE, self.url, port=self.port, root=ROOT, within=READY_SECONDS, **self.told
            )
            try:
                self.server = self.stack.enter_context(product)
            except RuntimeError as error:
                print(f"  {str(error).splitlines()[-1]}", file=sys.stderr, flush=True)
                time.sleep(1)
            else:
                return
        raise RuntimeError("it cannot be begun again")

    async def next(self) -> None:
        """By turns; which process of several it hits is chance."""
        kinds = (KILL, STOP) if self.storage is None else (KILL, STOP, KILL, STORAGE)
        what = kinds[sum(self.happened.values()) % len(kinds)]
        self.happened[what] += 1
        if what == KILL:
            await self._kill()
        elif what == STOP:
            await self._stop()
        elif self.storage is not None:
            await asyncio.to_thread(self.storage.again)

    async def _kill(self) -> None:
        assert self.server is not None, "nothing runs yet"
        victim = self.dice.choice([self.server.pid, *self.server.crew()])
        os.kill(victim, signal.SIGKILL)
        if victim == self.server.pid:
            await asyncio.to_thread(self.begin)

    async def _stop(self) -> None:
        assert self.server is not None, "nothing runs yet"
        victims = self.server.crew() or [self.server.pid]
        stood = self.dice.sample(victims, self.dice.randint(1, len(victims)))
        for one in stood:
            os.kill(one, signal.SIGSTOP)
        await asyncio.sleep(STOPPED)
        for one in stood:
            os.kill(one, signal.SIGCONT)
