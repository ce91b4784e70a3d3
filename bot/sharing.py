"""What a channel's processes hold together, in the one database that they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from backend.services import answers, bindings, tokens, windows
from bot.contract.joint import Kept
from bot.contract.messages import Address, InboundMessage, Part
from bot.desk import Desk


@dataclass(frozen=True, slots=True)
class Sharing:
    """`Shared` of one channel."""

    desk: Desk
    channel: str

    async def claim(self, message: InboundMessage, by: str, rest: tuple[Part, ...] = ()) -> bool:
        who, real = message.sender, self.desk.clock.real()
        return await self.desk.db.write(lambda c: answers.claim(c, who, message.id, by, rest, real), lane=who)

    async def leave(self, message: InboundMessage, by: str) -> bool:
        who, real = message.sender, self.desk.clock.real()
        return await self.desk.db.write(lambda c: answers.leave(c, who, message.id, by, real), lane=who)

    async def overdue(self) -> None:
        real = self.desk.clock.real()
        await self.desk.db.write(lambda c: answers.overdue(c, self.channel, real))

    async def spend(self, who: Address, *, last: bool) -> bool:
        real = self.desk.clock.real()
        return await self.desk.db.write(lambda c: windows.spend(c, who, real, last=last))

    async def close(self, who: Address, left: int = 0) -> None:
        await self.desk.db.write(lambda c: windows.closed(c, who, left))

    async def agreed(self, who: Address, templates: Mapping[str, bool]) -> None:
        await self.desk.db.write(lambda c: windows.agreed(c, who, templates))

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
