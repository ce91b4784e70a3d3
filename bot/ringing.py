"""What the house says in calls that it began, in words: between a channel's line and the rows of `ringing.calls`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.services.ringing import calls, cry
from bot.contract.messages import Address, InboundMessage, Kind, Profile, Words
from bot.contract.ringing import Script, Turn
from bot.contract.understanding import Danger
from bot.hearing import understood

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.contract.text import Text
    from bot.desk import Desk


@dataclass(frozen=True, slots=True)
class House:
    """`Ringing` of one channel. An alarm's call stands in no queue of the database."""

    desk: Desk
    channel: str
    languages: tuple[str, ...]

    async def turn(self, account: str, turn: Turn) -> Script:
        now, real = self.desk.clock.now(), self.desk.clock.real()
        danger = self._danger(account, turn)
        following = await self.desk.db.write(
            lambda c: calls.turn(c, account, turn, self.languages, now, real, danger), urgent=True
        )
        return self._script(following)

    def _script(self, following: calls.Next) -> Script:
        said, language = following.said, following.language
        also = self._words([following.also], following.other) if following.also is not None else []
        return Script(
            tuple(self._words(said.texts, language)),
            language,
            said.stage,
            following.quiet,
            said.keys,
            said.hears,
            hints=tuple(self._words(said.hints, language)),
            connect=said.connect,
            also=tuple((text, following.other) for text in also),
        )

    async def machine(self, account: str, call: str) -> None:
        real = self.desk.clock.real()
        await self.desk.db.write(lambda c: calls.machine(c, account, call, real))

    async def ended(self, account: str, call: str, how: str) -> None:
        now, real = self.desk.clock.now(), self.desk.clock.real()
        await self.desk.db.write(lambda c: calls.ended(c, account, call, how, self.channel, now, real))

    def _danger(self, account: str, turn: Turn) -> str:
        """Whatever we rang for, a cry is heard as one: its kind, or that somebody had better ask."""
        if not turn.words:
            return ""
        who = Address(self.channel, turn.call, account)
        heard = understood(self.desk, InboundMessage(turn.call, who, Kind.TEXT, self.desk.clock.now(), turn.words))
        if heard.danger is Danger.ALERT:
            return heard.danger_kind or "plea"
        return cry.DOUBT if heard.danger is Danger.ASK else ""

    async def beyond(self, account: str, call: str, how: str) -> Script:
        now, real = self.desk.clock.now(), self.desk.clock.real()
        return self._script(
            await self.desk.db.write(
                lambda c: calls.beyond(c, account, call, how, self.languages, now, real), urgent=True
            )
        )

    def _words(self, texts: Sequence[Text], language: str) -> list[str]:
        spoken = self.desk.speaker.speak(
            texts, None, language=language, profile=Profile.VOICE, now=self.desk.clock.now()
        )
        return [part.text for part in spoken.parts if isinstance(part, Words)]
