"""What every process does now and then beside its messages: old ids are forgotten, whoever comes first does it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from backend.services import bindings, identities, own_page, retention, signatures, taken
from backend.services.drills import rows as drills
from backend.services.sign_in import browsers, sessions, tries
from backend.services.teach import unclear
from bot.beside import stopped
from bot.contract.errors import Unavailable
from bot.desk import Desk

log = logging.getLogger("linli.chores")

EVERY_SECONDS = 3_600.0
# Between two portions others write: nobody waits for housekeeping.
PAUSE_SECONDS = 0.5


async def run(desk: Desk, kept: Mapping[str, int], stop: asyncio.Event) -> None:
    """Until `stop` is set; not at once, so that a start serves first. kept: days, by what config.yml calls it."""
    while not await stopped(stop, EVERY_SECONDS):
        try:
            await desk.db.write(lambda c: sessions.sweep(c, desk.clock.real()))
            await desk.db.write(lambda c: bindings.sweep(c, desk.clock.now()))
            await desk.db.write(lambda c: identities.sweep(c, desk.clock.real()))
            await desk.db.write(lambda c: own_page.sweep(c, desk.clock.real()))
            await desk.db.write(lambda c: tries.sweep(c, desk.clock.real()))
            await desk.db.write(lambda c: browsers.sweep(c, desk.clock.real()))
            await desk.db.write(lambda c: drills.forget(c, desk.clock.real()))
            await desk.db.write(lambda c: taken.sweep(c, desk.clock.real()))
            await desk.db.write(lambda c: unclear.sweep(c, desk.clock.real()))
            while await desk.db.write(lambda c: signatures.sweep(c, desk.clock.real())):
                if await stopped(stop, PAUSE_SECONDS):
                    return
            while await desk.db.write(lambda c: retention.forget_ids(c, desk.clock.real())):
                if await stopped(stop, PAUSE_SECONDS):
                    return
            while await desk.db.write(lambda c: retention.forget_old(c, kept, desk.clock.real())):
                if await stopped(stop, PAUSE_SECONDS):
                    return
        except Unavailable as error:
            log.warning("put off: %s", error.reason)
