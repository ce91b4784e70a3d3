"""One message from its envelope to the words of its response; what comes too late goes by hop 8, never both ways."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.contract.channel import Ports
from bot.contract.errors import Unavailable, Unsupported
from bot.contract.line import Line
from bot.contract.messages import Address, InboundMessage, Kind, OutboundMessage, Signed
from channels.wechat import envelope, menu
from channels.wechat.parse import Heard, parse
from channels.wechat.render import Bubble, render
from channels.wechat.reply import passive
from channels.wechat.send import UNSTORED, Way, load
from channels.wechat.settings import Door
from channels.wechat.voices import Voices

log = logging.getLogger("linli.wechat")

NOTHING = ""
# WeChat hangs up after five seconds and asks again: until when an answer that is ready goes into the response, and
# until when the response may still be written.
CHOSEN_SECONDS, PASSIVE_SECONDS = 4.0, 4.7
# Within this time it has asked again.
AGAIN_SECONDS = 6.0
# So long it is remembered what has left: longer than any request is under way.
HEARD_SECONDS = 60.0
# So long what could not be written down waits for the response before it.
BEHIND_SECONDS = 1.0


@dataclass(slots=True)
class Turn:
    """One request. by: its name, sorted by when it came; says: as whose the answer in its response is written down,
    empty for none; of: the message that it answers; line: what it came over, where the server tells; cut: it was hung
    up on before it was read."""

    by: str
    began: float
    says: str = ""
    of: InboundMessage | None = None
    line: Line | None = None
    cut: bool = False

    def in_time(self) -> bool:
        return time.perf_counter() < self.began + CHOSEN_SECONDS

    def is_over(self) -> bool:
        return time.perf_counter() >= self.began + PASSIVE_SECONDS

    def there(self) -> bool:
        """Whether WeChat still holds it: of several for one message that is one."""
        return not self.cut and (self.line is None or not self.line.is_cut())


@dataclass(slots=True)
class Asked:
    """A message that is being answered; whoever asks again meanwhile waits for the same answer. turn: the newest that
    is there, as they are read in any order; written: as whose the answer was written down."""

    turn: Turn
    written: str = ""

    @property
    def by(self) -> str:
        self.written = self.turn.by
        return self.written

    def in_time(self) -> bool:
        return self.turn.in_time()

    def there(self) -> bool:
        return self.turn.there()

    def joined(self, turn: Turn) -> None:
        if turn.there() or not self.turn.there():
            self.turn = turn


class Counter:
    """Hops 1 to 7, and the last step of the way back."""

    def __init__(self, ports: Ports, known: Mapping[str, Door]) -> None:
        self._ports, self._known = ports, known
        self._seen = envelope.Seen()
        self._voices = Voices(ports, known)
        self._loaded, self._latest = False, 0
        self._under_way: dict[tuple[Address, str], tuple[Asked, asyncio.Task[str]]] = {}
        self._behind: set[asyncio.Task[None]] = set()
        self._heard: dict[tuple[Address, str], float] = {}

    def begun(self) -> Turn:
        """A request has come. However the clock is set, none sorts before those that came here before it."""
        self._latest = max(self._latest + 1, int(self._ports.clock.real().timestamp() * 1e6))
        return Turn(f"{self._latest:020}-{secrets.token_hex(4)}", time.perf_counter())

    async def take(self, account: str, query: Mapping[str, str], body: bytes, turn: Turn) -> str:
        """The body of the response, empty for nothing to say; it is not known before who says the answer is written.

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
            heard = await self._signed(heard, envelope.signed(query, letter.xml))
        if heard.gone:
            await ports.left(heard.who)
            return NOTHING
        if heard.agreed:
            await ports.shared.agreed(heard.who, heard.agreed, heard.event)
        if heard.fates:
            await ports.fates(account, heard.fates)
        if heard.message is None:
            return NOTHING
        words = await self._answer(door, _in_words(ports, heard), turn)
        if not words:
            return NOTHING
        return passive(door, heard.to, heard.who.user, words, ports.clock.real(), sealed=letter.sealed)

    async def _signed(self, heard: Heard, signed: Signed) -> Heard:
        """Raises `NotTheirs` for a signature that came with something else; of a message it is asked, for what other
        processes have heard, in the transaction in which it is written down."""
        self._seen.once(signed)
        if heard.message is None:
            await self._ports.shared.once(signed)
            self._seen.keep(signed)
            return heard
        return replace(heard, message=replace(heard.message, signed=signed))

    async def _answer(self, door: Door, message: InboundMessage, turn: Turn) -> str:
        """What the response says; nothing where hop 8 says it. Whoever hangs up does not end it for who asks again."""
        key = (message.sender, message.id)
        if turn.there() or key not in self._heard:
            await self._ports.shared.asked(message, turn.by)
        if key in self._under_way:
            asked, task = self._under_way[key]
            asked.joined(turn)
        else:
            asked = Asked(turn)
            task = asyncio.create_task(self._answered(door, replace(message, listening=asked), asked))
            self._under_way[key] = asked, task
            task.add_done_callback(lambda _: self._under_way.pop(key))
        words = await asyncio.shield(task)
        if message.signed is not None:
            self._seen.keep(message.signed)
        if words:
            turn.says, turn.of = asked.written, message
        return words

    async def _answered(self, door: Door, message: InboundMessage, asked: Asked) -> str:
        try:
            replies = await self._ports.handle(await self._voices.in_words(message))
        except Unavailable as error:
            # Nothing was done, and a second try of WeChat's would come too soon: who wrote is asked to write again.
            if error.say is None:
                raise
            return self._ports.say(error.say, self._ports.languages[0])
        if not replies:
            return NOTHING
        parts = tuple(part for reply in replies for part in reply.parts)
        first, rest = _split(render(parts, door.hosts, pushed=False, pictures=door.live))
        by = asked.written
        if rest and not await self._followed(message, by, rest):
            return NOTHING
        if not asked.turn.is_over():
            return first
        await self._leave(message, by, replies)
        return NOTHING

    async def heard(self, turn: Turn) -> None:
        """The response has left to somebody who listened."""
        if turn.of is None:
            return
        key, now = (turn.of.sender, turn.of.id), time.perf_counter()
        self._heard.pop(key, None)
        self._heard[key] = now
        await self._ports.shared.said(turn.of)
        while self._heard[oldest := next(iter(self._heard))] < now - HEARD_SECONDS:
            del self._heard[oldest]

    def unheard(self, turn: Turn) -> None:
        """WeChat had hung up before the response was there: it asks again at once, or this was its last try."""
        if turn.of is not None:
            task = asyncio.create_task(self._leave_later(turn.of, turn))
            self._behind.add(task)
            task.add_done_callback(self._behind.discard)

    async def _leave_later(self, message: InboundMessage, turn: Turn) -> None:
        await asyncio.sleep(AGAIN_SECONDS)
        if self._heard.get((message.sender, message.id), 0.0) > turn.began:
            # Several were read in another order than they came in: one of them was listened to.
            return
        try:
            await self._ports.shared.leave(message, turn.says)
        except Unavailable:
            log.warning("an answer that nobody heard is said when the process starts again")

    async def _followed(self, message: InboundMessage, by: str, rest: tuple[Bubble, ...]) -> bool:
        parts = tuple(one.part for one in rest)
        try:
            return await self._ports.shared.follow(message, by, parts)
        except Unavailable:
            # It may be a cry for help that could not be stored: what does not fit is said all the same, right after.
            log.warning("the rest of an answer is said before it is written down")
            task = asyncio.create_task(self._say(OutboundMessage(message.sender, parts), by, BEHIND_SECONDS))
            self._behind.add(task)
            task.add_done_callback(self._behind.discard)
            return True

    async def _leave(self, message: InboundMessage, by: str, replies: tuple[OutboundMessage, ...]) -> None:
        try:
            if await self._ports.shared.leave(message, by):
                return
        except Unavailable:
            log.warning("an answer that came too late is said at once")
        for reply in replies:
            await self._say(reply, by)

    async def _say(self, reply: OutboundMessage, by: str, after: float = 0.0) -> None:
        await asyncio.sleep(after)
        way = Way(self._ports, self._known)
        try:
            await way.send(reply, f"{UNSTORED}{by}")
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
