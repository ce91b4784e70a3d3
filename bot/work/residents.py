"""Carries what residents are told without having asked: put into words at the last moment, sent by their channel."""

from __future__ import annotations

import asyncio

from backend.db import Record
from backend.services import outbox
from backend.services.ringing import calls
from bot.contract.channel import Rings
from bot.contract.errors import Refused
from bot.contract.joint import CLOSED
from bot.contract.messages import Address, OutboundMessage, Part
from bot.contract.stored import part_from, sayable_from
from bot.speak import signed
from bot.work.tools import Hop8, Tools


class Residents:
    """Hops 7 and 8 of a push on one channel."""

    def __init__(self, tools: Tools, hop: Hop8) -> None:
        self._tools = tools
        self._hop = hop

    async def carry(self, row: Record) -> str | None:
        if row.kind == "fetch":
            await self._fetch(row)
            return None
        if row.kind == "call":
            return await self._ring(row)
        to = Address(row.channel, row.user, row.account)
        # The last that a vendor allows is for answers, for people of the desk, and for what is marked so.
        last = row.kind != "push" or bool(row.body.get("last"))
        try:
            return await self._hop.way.send(OutboundMessage(to, self._parts(row), None, last=last), f"outbox-{row.id}")
        except Refused as refusal:
            if refusal.status != CLOSED or "sms" not in self._tools.senders:
                raise
            real = self._tools.clock.real()
            if not await self._tools.db.write(lambda c: outbox.instead(c, row, real)):
                raise
            return "by text message instead"

    async def _ring(self, row: Record) -> str | None:
        """Whether anybody is still to be rung is decided at the last moment, by our rows."""
        tools, way, key = self._tools, self._hop.way, str(row.body["ring"])
        if not isinstance(way, Rings):
            raise Refused("this channel rings nobody")
        now, real = tools.clock.now(), tools.clock.real()
        urgent = row.queue.endswith(":alarms")
        if not await tools.db.write(lambda c: calls.begin(c, key, row.channel, now, real), urgent=urgent):
            return None
        try:
            to = Address(row.channel, row.user, row.account)
            return await way.ring(to, key, urgent=urgent)
        except Refused:
            await tools.db.write(lambda c: calls.failed(c, key, row.channel, now, real))
            raise

    async def _fetch(self, row: Record) -> None:
        content = await self._hop.way.fetch(row.account, row.body["remote"])
        await asyncio.to_thread(self._hop.media.put, row.body["key"], content)

    def _parts(self, row: Record) -> tuple[Part, ...]:
        if "parts" in row.body:
            return signed(row.body.get("by", ""), tuple(part_from(part) for part in row.body["parts"]))
        tools = self._tools
        spoken = tools.speaker.speak(
            [sayable_from(item) for item in row.body["say"]],
            None,
            language=row.language or tools.default_language,
            profile=self._hop.profile,
            now=tools.clock.now(),
        )
        return spoken.parts

    async def close(self) -> None:
        await self._hop.way.close()
