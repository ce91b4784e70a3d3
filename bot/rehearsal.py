"""Walks the way of a cry for help once after each start and undoes it, so that the first real one finds all of it warm.

Cold, the first cry after a start took ten times as long as the second: right after a crash somebody may be waiting.
"""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import Connection

from backend.services import alarms
from bot.beside import stopped
from bot.contract.errors import Unavailable
from bot.contract.messages import Address, InboundMessage, Kind
from bot.desk import Desk
from bot.hearing import cry_of

log = logging.getLogger("linli.rehearsal")

# Nobody's name: it is never an address of ours.
SENDER = "drill"
# What was due while nothing ran goes first.
AFTER_SECONDS = 0.3


class _Undone(Exception):
    """The way was walked to its end, and nothing of it is kept."""


async def run(desk: Desk, cry: str, stop: asyncio.Event) -> None:
    """Once, then it has ended; cry: as somebody would write it."""
    if await stopped(stop, AFTER_SECONDS):
        return
    first = next(iter(desk.bindings), None)
    if first is None:
        return
    channel, account = first
    now = desk.clock.now()
    message = InboundMessage("rehearsal", Address(channel, SENDER, account), Kind.TEXT, now, cry)

    def work(connection: Connection) -> None:
        walk(desk, connection, message)
        raise _Undone

    try:
        await desk.db.write(work)
    except _Undone:
        return
    except Unavailable as error:
        log.info("not rehearsed: %s", error.reason)


def walk(desk: Desk, connection: Connection, message: InboundMessage) -> str:
    """Understood, raised, and its first rung climbed; returns the alarm, which is gone with the transaction."""
    now, real = desk.clock.now(), desk.clock.real()
    cry = cry_of(desk, message, desk.interpreter.understand(message))
    return alarms.raise_alarm(connection, cry, now, real).id
