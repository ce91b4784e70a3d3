"""Carries what residents are told without having asked: put into words at the last moment, sent by their channel."""

from __future__ import annotations

from backend.db import Record
from bot.contract.messages import Address, OutboundMessage, Part, Words
from bot.contract.stored import part_from, sayable_from
from bot.work.tools import Hop8, Tools


class Residents:
    """Hops 7 and 8 of a push on one channel."""

    def __init__(self, tools: Tools, hop: Hop8) -> None:
        self._tools = tools
        self._hop = hop

    async def carry(self, row: Record) -> None:
        to = Address(row.channel, row.user, row.account)
        await self._hop.send(OutboundMessage(to, self._parts(row), None), f"outbox-{row.id}")

    def _parts(self, row: Record) -> tuple[Part, ...]:
        if "parts" in row.body:
            return _signed(row.body.get("by"), tuple(part_from(part) for part in row.body["parts"]))
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
        return None


def _signed(by: str | None, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """A person's line bears their name: nobody takes it for the bot's."""
    if by is None:
        return parts
    first, *rest = parts
    if isinstance(first, Words):
        return (Words(f"{by}: {first.text}" if by.isascii() else f"{by}：{first.text}"), *rest)
    return (Words(by), *parts)
