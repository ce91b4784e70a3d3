"""What a channel's processes hold together, in the one database that they have."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from backend.said import Said
from backend.services import answers, bindings, saying, signatures, tokens, windows
from bot.contract.joint import Kept
from bot.contract.messages import Address, InboundMessage, Part, Signed
from bot.desk import Desk

log = logging.getLogger("linli.sharing")


@dataclass(frozen=True, slots=True)
class Sharing:
    """`Shared` of one channel. node: this process, as it holds deliveries; gone: what has left in its responses."""

    desk: Desk
    channel: str
    node: str = "solo"
    gone: Said = field(default_factory=lambda: Said(None))

    async def once(self, signed: Signed) -> None:
        real = self.desk.clock.real()
        await self.desk.db.write(lambda c: signatures.once(c, signed, real))

    async def follow(self, message: InboundMessage, by: str, rest: tuple[Part, ...]) -> bool:
        who, real = message.sender, self.desk.clock.real()
        return await self.desk.db.write(lambda c: answers.follow(c, who, message.id, by, rest, real), lane=who)

    async def leave(self, message: InboundMessage, by: str) -> bool:
        who, real = message.sender, self.desk.clock.real()
        return await self.desk.db.write(lambda c: answers.leave(c, who, message.id, by, real), lane=who)

    async def asked(self, message: InboundMessage, by: str) -> None:
        self.gone.asked(message.sender, message.id, by)

    async def said(self, message: InboundMessage) -> None:
        self.gone.left(message.sender, message.id)

    def leaves(self, key: str, place: int) -> None:
        self.gone.leaves(key, place)

    def may_have_left(self, key: str, place: int) -> bool:
        return self.gone.may_have_left(key, place)

    async def unsaid(self) -> None:
        self.gone.take_up()
        real, noted = self.desk.clock.real(), self.gone.before
        if noted is not None and noted.waits:
            count = await self.desk.db.write(lambda c: answers.unsaid(c, self.channel, noted, real))
            if count:
                log.warning("answers that a process had no time to say are said now", extra={"count": count})
        self.gone.before = None

    async def spend(self, who: Address, *, last: bool, key: str = "", place: int = 0) -> bool:
        real, row = self.desk.clock.real(), saying.numbered(key)
        if row is not None:
            self.gone.begins(key, place)

        def spent(connection: Connection) -> bool:
            paid = row is not None and saying.is_paid(connection, row, self.node, place)
            if not paid and not windows.spend(connection, who, real, last=last):
                return False
            if row is not None:
                saying.begin(connection, row, place)
            return True

        return await self.desk.db.write(spent)

    async def close(self, who: Address, left: int = 0) -> None:
        await self.desk.db.write(lambda c: windows.closed(c, who, left))

    async def agreed(self, who: Address, templates: Mapping[str, bool], by: str = "") -> None:
        await self.desk.db.write(lambda c: windows.agreed(c, who, templates, by))

    async def use(self, who: Address, template: str) -> bool:
        return await self.desk.db.write(lambda c: windows.use(c, who, template))

    async def take(self, who: Address, start: str) -> str | None:
        return await self.desk.db.write(lambda c: windows.take(c, who, start))

    async def kept(self, name: str) -> Kept | None:
        return await self.desk.db.read(lambda c: tokens.kept(c, self.channel, name))

    async def keep(self, name: str, value: str, until: datetime) -> None:
        await self.desk.db.write(lambda c: tokens.keep(c, self.channel, name, value, until))

    async def begin(self, name: str, seconds: float) -> bool:
        real = self.desk.clock.real()
        return await self.desk.db.write(lambda c: tokens.begin(c, self.channel, name, seconds, real))


async def left(desk: Desk, who: Address) -> None:
    """They want to hear nothing more there until they write again."""
    real = desk.clock.real()
    await desk.db.write(lambda c: bindings.unreachable(c, who, real), lane=who)
