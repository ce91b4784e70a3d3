"""One message from its envelope to the words of its response; what comes too late goes by hop 8, never both ways."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.contract.channel import Ports
from bot.contract.errors import Unavailable, Unsupported
from bot.contract.messages import InboundMessage, Kind, OutboundMessage, Part
from channels.wechat import envelope, menu
from channels.wechat.parse import Heard, parse
from channels.wechat.render import Bubble, render
from channels.wechat.reply import passive
from channels.wechat.send import Way, load
from channels.wechat.settings import Door
from channels.wechat.voices import Voices

log = logging.getLogger("linli.wechat")

NOTHING = ""
# How often an answer that was said already is still to be claimed, the storage having been away for a moment.
BEHIND_TRIES, BEHIND_SECONDS = 300, 1.0


@dataclass(slots=True)
class Turn:
    """One request. by: what it claims an answer with; late: its response has gone already."""

    by: str
    late: bool = False


def begun(real: datetime) -> Turn:
    """Sorted by when they came: WeChat still listens to the last one only."""
    return Turn(f"{int(real.timestamp() * 1e6):020}-{secrets.token_hex(4)}")


class Counter:
    """Hops 1 to 7, and the last step of the way back."""

    def __init__(self, ports: Ports, known: Mapping[str, Door]) -> None:
        self._ports, self._known = ports, known
        self._signed = envelope.Signed()
        self._voices = Voices(ports, known)
        self._loaded = False
        self._behind: set[asyncio.Task[None]] = set()

    async def take(self, account: str, query: Mapping[str, str], body: bytes, turn: Turn) -> str:
        """The body of the response, empty for nothing to say.

        Raises `NotTheirs` for what is encrypted for somebody else, `Refused` and `Unsupported` for what is no message.
        """
        ports, door = self._ports, self._known[account]
        if not self._loaded:
            # The first message may come before hop 8 has loaded it, and nobody else waits for that.
            await asyncio.to_thread(load)
            self._loaded = True
        letter = envelope.opened(door, query, body)
        heard = parse(letter.xml, account, ports.clock.now(), ports.media.name, door.kind)
        if not letter.sealed and not ports.demo:
            # The demo's token is known to everybody: whoever borrows a signature there could have made one.
            self._signed.once(query["signature"], _named(heard))
        if heard.gone:
            await ports.left(heard.who)
            return NOTHING
        if heard.agreed:
            await ports.shared.agreed(heard.who, heard.agreed)
        if heard.fates:
            await ports.fates(account, heard.fates)
        if heard.message is None:
            return NOTHING
        message = await self._voices.in_words(_in_words(ports, heard))
        words = await self._answer(door, message, turn)
        if not words:
            return NOTHING
        return passive(door, heard.to, heard.who.user, words, ports.clock.real(), sealed=letter.sealed)

    async def _answer(self, door: Door, message: InboundMessage, turn: Turn) -> str:
        """What the response says; nothing where hop 8 says it."""
        try:
            replies = await self._ports.handle(message)
        except Unavailable as error:
            # Nothing was done, and a second try of WeChat's would come too soon: who wrote is asked to write again.
            if error.say is None:
                raise
            return self._ports.say(error.say, self._ports.languages[0])
        if not replies:
            return NOTHING
        parts = tuple(part for reply in replies for part in reply.parts)
        bubbles = render(parts, door.hosts, pushed=False, pictures=door.live)
        first, rest = _split(bubbles)
        if not turn.late and await self._claimed(message, turn, rest):
            if not turn.late:
                return first
        elif not turn.late:
            return NOTHING
        await self._leave(message, turn, replies)
        return NOTHING

    async def _claimed(self, message: InboundMessage, turn: Turn, rest: tuple[Bubble, ...]) -> bool:
        parts = tuple(one.part for one in rest)
        try:
            return await self._ports.shared.claim(message, turn.by, parts)
        except Unavailable:
            # It may be a cry for help that could not be stored: said all the same, claimed before its lease is over.
            log.warning("an answer is said before it is claimed")
            task = asyncio.create_task(self._claim_behind(message, turn, parts))
            self._behind.add(task)
            task.add_done_callback(self._behind.discard)
            return True

    async def _claim_behind(self, message: InboundMessage, turn: Turn, rest: tuple[Part, ...]) -> None:
        for _ in range(BEHIND_TRIES):
            await asyncio.sleep(BEHIND_SECONDS)
            try:
                await self._ports.shared.claim(message, turn.by, rest)
            except Unavailable:
                continue
            return
        log.error("an answer that was said could not be claimed: it may be said again")

    async def _leave(self, message: InboundMessage, turn: Turn, replies: tuple[OutboundMessage, ...]) -> None:
        try:
            if await self._ports.shared.leave(message, turn.by):
                return
        except Unavailable:
            log.warning("an answer that came too late is said at once")
        way = Way(self._ports, self._known)
        try:
            for reply in replies:
                await way.send(reply, f"unstored-{turn.by}")
        finally:
            await way.close()


def _split(bubbles: list[Bubble]) -> tuple[str, tuple[Bubble, ...]]:
    """Words go into the response; a picture that comes first goes after them."""
    spoken = next((place for place, one in enumerate(bubbles) if not one.photo), None)
    if spoken is None:
        return bubbles[0].text, tuple(bubbles)
    return bubbles[spoken].text, tuple(one for place, one in enumerate(bubbles) if place != spoken)


def _in_words(ports: Ports, heard: Heard) -> InboundMessage:
    """An entry of the menu is the sentence that it stands for. Raises `Unsupported` for one that is not ours."""
    message = heard.message
    if message is None:
        raise Unsupported("nothing was said")
    if not heard.command:
        return message
    text = menu.sentence(ports, heard.command)
    if text is None:
        raise Unsupported(f"menu: {heard.command}"[:80])
    return replace(message, kind=Kind.TEXT, text=text)


def _named(heard: Heard) -> str:
    return f"{heard.who.user}:{heard.message.id if heard.message is not None else 'event'}"
