"""Cries for help that nobody uttered: each is understood like a real one, stands as quickly, and is timed."""

from __future__ import annotations

import asyncio
import logging
from functools import lru_cache
from pathlib import Path

import yaml

from backend.db import Record
from backend.services.drills import heartbeat, rows
from bot import beside, rehearsal
from bot.contract.errors import Unavailable
from bot.contract.messages import Address, InboundMessage, Kind
from bot.contract.understanding import Danger
from bot.desk import Desk

log = logging.getLogger("linli.drills")

# Without a ring: how often it is seen whether one is under way, and how often one that is is looked after.
LOOK_SECONDS, WATCH_SECONDS = 20.0, 1.0
_FILE = Path(__file__).with_name("drilling.yml")


async def run(desk: Desk, stop: asyncio.Event) -> None:
    """Until `stop` is set; in every process, and whoever comes first does it. The way itself is walked once before."""
    await beside.turn("the rehearsal", lambda: rehearsal.run(desk, cries()[0], stop))
    ending = asyncio.create_task(stop.wait())
    try:
        with desk.db.bell.listen(rows.TOPIC) as ear:
            while not stop.is_set():
                busy = await _look(desk)
                heard = asyncio.create_task(ear.wait(WATCH_SECONDS if busy else LOOK_SECONDS))
                await asyncio.wait({heard, ending}, return_when=asyncio.FIRST_COMPLETED)
                heard.cancel()
    finally:
        ending.cancel()


async def _look(desk: Desk) -> bool:
    """Whether any is under way."""
    try:
        found = await desk.db.read(lambda c: rows.under_way(c, rows.HEARTBEAT))
        for one in found:
            await _cry(desk, one)
        if found:
            now, real = desk.clock.now(), desk.clock.real()
            await desk.db.write(lambda c: heartbeat.settle(c, now, real))
    except Unavailable as error:
        log.error("a drill is put off: %s", error.reason)
        return False
    return bool(found)


async def _cry(desk: Desk, found: Record) -> None:
    key, real = found.id, desk.clock.real()
    if found.state == rows.WAITING:
        if not await desk.db.write(lambda c: rows.begin(c, key, real)):
            return
    elif found.stored_at is not None or real - found.began_at < heartbeat.STALE:
        return
    if not _hears(desk, found):
        now = desk.clock.now()
        await desk.db.write(lambda c: heartbeat.fail(c, found, heartbeat.NOT_HEARD, now, real))
        log.critical("a cry for help is not heard any more", extra={"drill": key})
        return
    await desk.db.write(lambda c: heartbeat.stand(c, key, desk.clock.real()), urgent=True)


@lru_cache(1)
def cries() -> tuple[str, ...]:
    return tuple(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def _hears(desk: Desk, found: Record) -> bool:
    """Hop 2, as for a message of that channel."""
    who, now = Address(found.way, rehearsal.SENDER), desk.clock.now()
    heard = [InboundMessage(found.id, who, Kind.TEXT, now, text) for text in cries()]
    return all(desk.interpreter.understand(one).danger is Danger.ALERT for one in heard)
