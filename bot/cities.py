"""Hands public faults to the city's own Open311 endpoint and follows them there, where config.yml names one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from backend.db import Record
from backend.providers.georeport import Caller, City, Doubtful, Handed, Status, caller
from backend.services import handed
from backend.services.handed import Heard
from bot.beside import stopped, turn
from bot.contract.errors import Misconfigured, Refused, Unavailable
from bot.contract.text import Text, t
from bot.desk import Desk
from bot.masking import mask
from bot.settings import Settings

EVERY_SECONDS = 10.0
_TAKEN = t("the city has it as number {number}. I tell you what it says.")
_WAITING = t("the city has it and will give it a number. I tell you what it says.")


@dataclass(frozen=True, slots=True)
class Hall:
    """One community's city. services: our category or kind → its service; every: how often it is asked."""

    community: str
    city: City
    services: Mapping[str, str]
    every: timedelta


def _key(settings: Settings, community: str) -> str:
    name = f"CITY_{community.upper().replace('-', '_')}_KEY"
    found = settings.vendors.get(name, "")
    if not found:
        raise Misconfigured("the city's api_key is needed", file=f"LINLI_{name}")
    return found


class Cities:
    """client: how cities are called; given by tests, else made when the first is needed."""

    def __init__(self, settings: Settings, desk: Desk, client: Caller | None = None) -> None:
        self._desk = desk
        self._runs = settings.place == "serve-1"
        self._client = client
        self._settings = {key: one.city for key, one in settings.communities.items() if one.city is not None}
        self._keys = {key: _key(settings, key) for key in self._settings}

    async def run(self, stop: asyncio.Event) -> None:
        """One process of an installation does it; what it was sending when it ended is found by its lease."""
        if not self._runs or not self._settings:
            return
        async with self._client or caller() as client:
            halls = self.halls(client)
            while not await stopped(stop, EVERY_SECONDS):
                for hall in halls:
                    await turn(f"the city of {hall.community}", partial(self.look, hall))

    def halls(self, client: Caller) -> list[Hall]:
        return [
            Hall(
                key,
                City(one.endpoint, one.jurisdiction, self._keys[key], client),
                one.services,
                timedelta(minutes=one.every),
            )
            for key, one in self._settings.items()
        ]

    async def look(self, hall: Hall) -> None:
        """Take up what is new, send what is due, ask after what is there."""
        db, clock = self._desk.db, self._desk.clock
        await db.write(lambda c: handed.take_up(c, hall.community, hall.services, clock.now(), clock.real()))
        for row in await db.write(lambda c: handed.due(c, hall.community, clock.real())):
            step = self._send if row.state == handed.DUE else self._ask
            await turn(f"{row.ours} at the city of {hall.community}", partial(step, hall, row))

    async def _send(self, hall: Hall, row: Record) -> None:
        db, clock, slots = self._desk.db, self._desk.clock, row.slots or {}
        place = (str(slots["lat"]), str(slots["long"])) if {"lat", "long"} <= slots.keys() else None
        # Whoever reported is nobody's business there, and our number lets a person find it again.
        words = f"{mask(row.details)} [{row.ours}]"
        if not await db.write(lambda c: handed.hold(c, row, clock.real())):
            return
        # Around the request alone: where our own rows fail after it, nobody may think that nothing was sent.
        try:
            ticket = await hall.city.report(Handed(row.service, words, mask(row.location), place))
        except Unavailable as error:
            await self._away(row, error.reason)
            return
        except Refused as refusal:
            why = refusal.reason
            await db.write(lambda c: handed.refused(c, row, why, clock.real()))
            return
        except Doubtful as doubt:
            why = str(doubt)
            await db.write(lambda c: handed.doubt(c, row, why, clock.real()))
            return
        reason = self._said(_TAKEN.msgid if ticket.number else _WAITING.msgid, row, ticket.number)
        now, real = clock.now(), clock.real()
        await db.write(lambda c: handed.arrived(c, row, ticket.number, ticket.token, real))
        await db.write(lambda c: handed.told(c, row, reason, now, real))

    def _said(self, msgid: str, row: Record, number: str | None) -> str:
        text = Text(msgid, {"number": number} if number else {})
        return self._desk.speaker.words(text, row.language or self._desk.default_language, self._desk.clock.now())

    async def _away(self, row: Record, why: str) -> None:
        await self._desk.db.write(lambda c: handed.away(c, row, why, self._desk.clock.real()))

    async def _ask(self, hall: Hall, row: Record) -> None:
        db, clock = self._desk.db, self._desk.clock
        number: str | None = None
        found: Status | None = None
        try:
            if row.state == handed.ASKED:
                number = await hall.city.number_of(row.token)
            elif row.state == handed.THERE:
                found = await hall.city.status_of(row.number)
        except Unavailable as error:
            await self._away(row, error.reason)
            return
        if number is not None:
            await db.write(lambda c: handed.arrived(c, row, number, row.token, clock.real()))
            return
        if found is None:
            await db.write(lambda c: handed.look_again(c, row, hall.every, clock.real()))
            return
        said, now, real = Heard(found.status, found.notes), clock.now(), clock.real()
        await db.write(lambda c: handed.heard(c, row, said, hall.every, now, real))
