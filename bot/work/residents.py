"""Carries what residents are told without having asked: put into words at the last moment, sent by their channel."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from backend.db import Record
from backend.services import alarms, gathering, otherwise, saying
from backend.services.ringing import calls
from bot.contract.channel import Counts, Notes, Rings
from bot.contract.errors import Refused
from bot.contract.messages import Address, OutboundMessage, Part
from bot.contract.stored import part_from, sayable_from
from bot.speak import signed
from bot.work.tools import Hop8, Tools

log = logging.getLogger("linli.deliver")

# They are not there any more, or want to hear nothing.
GONE = 410


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
        to, body = Address(row.channel, row.user, row.account), await self._whole(row)
        # The last that a vendor allows is for answers, for people of the desk, and for what is marked so.
        last = row.kind != "push" or bool(body.get("last"))
        try:
            begun = await self._begun(row)
            message = OutboundMessage(to, self._parts(row, body), None, last=last, begun=begun)
            sent = await self._hop.way.send(message, saying.name(row.id))
        except Refused as refusal:
            return await self._otherwise(row, body, refusal)
        await self._ended(body, "sent")
        return sent

    async def _begun(self, row: Record) -> int:
        """How much of it went out before. What was going out when a process ended has most likely arrived: only to
        somebody in danger, or of danger, is it said again; and what had not left yet, as far as its way notes that."""
        begun, way = saying.gone_out(row), self._hop.way
        if not saying.is_doubtful(row):
            return begun
        ours = isinstance(way, Notes) and row.held_by == self._tools.node
        if ours and isinstance(way, Notes) and not way.may_have_left(saying.name(row.id), begun - 1):
            return begun - 1
        who = Address(row.channel, row.user, row.account)
        alarmed = _is_of_danger(row) or await self._tools.db.read(lambda c: alarms.open_of(c, who)) is not None
        then = "again" if alarmed else "no more"
        log.warning("a process ended while this went out: it is said %s", then, extra={"delivery": row.id})
        return begun - 1 if alarmed else begun

    async def _whole(self, row: Record) -> Mapping[str, Any]:
        """Where the vendor counts, with what waits behind it."""
        alone: Mapping[str, Any] = row.body
        if row.kind != "push" or not isinstance(self._hop.way, Counts):
            return alone
        return await self._tools.db.write(lambda c: gathering.together(c, row))

    async def _otherwise(self, row: Record, body: Mapping[str, Any], refusal: Refused) -> str:
        """Whoever wants nothing there (410) is not looked for elsewhere. Raises the refusal where no way is left."""
        tools, ways = self._tools, self._tools.senders.keys()
        now, real = tools.clock.now(), tools.clock.real()
        way = None
        if refusal.status != GONE:
            way = await tools.db.write(lambda c: otherwise.go_on(c, row, body, ways, now, real))
        if way is None:
            await self._ended(body, "dead", refusal.reason)
            raise refusal
        await self._ended(body, "sent", way)
        return way

    async def _ended(self, body: Mapping[str, Any], state: str, error: str | None = None) -> None:
        if body.get("with"):
            real = self._tools.clock.real()
            await self._tools.db.write(lambda c: gathering.ended(c, body, state, error, real))

    async def _ring(self, row: Record) -> str | None:
        """Whether anybody is still to be rung is decided at the last moment, by our rows."""
        tools, way, key = self._tools, self._hop.way, str(row.body["ring"])
        if not isinstance(way, Rings):
            raise Refused("this channel rings nobody")
        now, real = tools.clock.now(), tools.clock.real()
        urgent = row.queue.endswith(":alarms")
        purpose = await tools.db.write(lambda c: calls.begin(c, key, row.channel, now, real), urgent=urgent)
        if not purpose:
            return None
        try:
            to = Address(row.channel, row.user, row.account)
            return await way.ring(to, key, urgent=urgent, alarm=purpose in calls.OWN_NUMBER)
        except Refused:
            await tools.db.write(lambda c: calls.failed(c, key, row.channel, now, real))
            raise

    async def _fetch(self, row: Record) -> None:
        content = await self._hop.way.fetch(row.account, row.body["remote"])
        await asyncio.to_thread(self._hop.media.put, row.body["key"], content)

    def _parts(self, row: Record, body: Mapping[str, Any]) -> tuple[Part, ...]:
        if "parts" in body:
            return signed(body.get("by", ""), tuple(part_from(part) for part in body["parts"]))
        tools = self._tools
        spoken = tools.speaker.speak(
            [sayable_from(item) for item in body["say"]],
            None,
            language=row.language or tools.default_language,
            profile=self._hop.profile,
            now=tools.clock.now(),
        )
        return spoken.parts

    async def close(self) -> None:
        await self._hop.way.close()


def _is_of_danger(row: Record) -> bool:
    """Whoever is called to an alarm, and whoever is asked whether they are well, rather hears it twice than never."""
    return row.kind == "alert" or bool(row.body.get("last"))
