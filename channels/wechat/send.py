"""Hop 8 on WeChat: customer-service messages while the window is open, a notice that was agreed to afterwards."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from bot.contract.channel import Ports
from bot.contract.errors import Refused, Unavailable
from bot.contract.joint import CLOSED
from bot.contract.messages import Address, OutboundMessage
from bot.contract.shown import Halfway
from channels.wechat import menu
from channels.wechat.asking import Asking, kept_as, scene_of
from channels.wechat.calls import LOST, Calls
from channels.wechat.introducing import Introducing
from channels.wechat.render import Bubble, render
from channels.wechat.settings import Door

# Uploaded pictures are WeChat's for three days.
MEDIA_LIVES = timedelta(days=3) - timedelta(hours=2)
# How the key of an answer begins that no row stands behind.
UNSTORED = "unstored-"
PICTURES = frozenset({"image/png", "image/jpeg"})
# What a field of a notice holds.
NOTICE_CHARACTERS = 20
# The heading of a one-time message, and its text.
HEADING, CONTENT = 15, 200
Json = dict[str, Any]


class Way(Introducing, Asking):
    """Out to WeChat."""

    counts = True

    def __init__(self, ports: Ports, known: Mapping[str, Door]) -> None:
        self._ports, self._known = ports, known
        self._calls = Calls(ports, known)
        self._halfway = Halfway()

    async def send(self, message: OutboundMessage, key: str) -> str | None:
        door, to = self._calls.door(message.to.account), message.to
        bubbles = render(message.parts, door.hosts, pushed=True, pictures=True)
        for place in range(max(self._halfway.begun(key), message.begun), len(bubbles)):
            # All that takes time comes before the note that this part goes out: ended after it, nobody says it.
            body = await self._body(to.account, bubbles[place])
            token = await self._calls.ready(to.account)
            if not await self._allowed(message, key, place):
                return await self._notice(door, to, bubbles)
            try:
                await self._said(door, to, bubbles[place], body, token, partial(self._ports.shared.leaves, key, place))
            except Refused as refusal:
                if refusal.status != CLOSED:
                    raise
                # They count otherwise than we: they are right.
                await self._ports.shared.close(to)
                return await self._notice(door, to, bubbles)
            self._halfway.went(key, place + 1)
        self._halfway.whole(key)
        return None

    async def _allowed(self, message: OutboundMessage, key: str, place: int) -> bool:
        try:
            return await self._ports.shared.spend(message.to, last=message.last, key=key, place=place)
        except Unavailable:
            if not key.startswith(UNSTORED):
                raise
            # What is said while nothing can be written is a matter of life; WeChat itself knows what it allows.
            return True

    def may_have_left(self, key: str, place: int) -> bool:
        return self._ports.shared.may_have_left(key, place)

    async def _said(
        self, door: Door, to: Address, bubble: Bubble, body: Json, token: str, leaves: Callable[[], None]
    ) -> None:
        try:
            more: Json = {"token": token, "leaves": leaves}
            await self._calls.post(to.account, door.kind.say, {"touser": to.user, **body}, **more)
        except Refused as refusal:
            if not bubble.photo or refusal.status != LOST:
                raise
            # They have thrown the picture away before its time: uploaded anew, once.
            await self._ports.shared.keep(_kept_as(to.account, bubble.photo), "", self._ports.clock.real())
            body = await self._body(to.account, bubble)
            await self._calls.post(to.account, door.kind.say, {"touser": to.user, **body})

    async def _body(self, account: str, bubble: Bubble) -> Json:
        if bubble.photo:
            media = await self._media(account, bubble.photo)
            if media:
                return {"msgtype": "image", "image": {"media_id": media}}
            return _text(f"{bubble.text}\n{bubble.photo}")
        if bubble.items:
            listed = [{"id": key, "content": title} for key, title in bubble.items]
            return {"msgtype": "msgmenu", "msgmenu": {"head_content": bubble.text, "list": listed, "tail_content": ""}}
        return _text(bubble.text)

    async def _media(self, account: str, url: str) -> str:
        """Uploaded once and used while it lasts; empty for what WeChat takes for no picture, or is not ours to show."""
        name = _kept_as(account, url)
        kept, real = await self._ports.shared.kept(name), self._ports.clock.real()
        if kept is not None and kept.until > real:
            return kept.value
        if not self._ports.public_url or not url.startswith(f"{self._ports.public_url.rstrip('/')}/"):
            return ""
        # Of what we draw there is a picture that WeChat takes beside the one that scales.
        found = await self._calls.outside(url.removesuffix(".svg") + ".png" if url.endswith(".svg") else url)
        kind = found.headers.get("content-type", "").partition(";")[0]
        if kind not in PICTURES:
            return ""
        media = await self._calls.upload(account, found.content, kind)
        await self._ports.shared.keep(name, media, real + MEDIA_LIVES)
        return media

    async def _notice(self, door: Door, to: Address, bubbles: list[Bubble]) -> str | None:
        """Outside the window: one that they agreed to; without any it is said elsewhere, or not at all."""
        if door.once and await self._one_time(door, to, bubbles):
            return None
        if not door.template or not await self._ports.shared.use(to, door.template):
            raise Refused("WeChat allows no message to them before they write again", status=CLOSED)
        short = _cut(bubbles[0].text.split("\n", 1)[0], NOTICE_CHARACTERS)
        body = {"touser": to.user, "template_id": door.template, "data": {door.field: {"value": short}}}
        async with self._put_back(to, door.template):
            found = await self._calls.post(to.account, door.kind.notify, body)
        return str(found["msgid"]) if found.get("msgid") else None

    @asynccontextmanager
    async def _put_back(self, to: Address, template: str) -> AsyncIterator[None]:
        """What is tried again has not used their yes up."""
        try:
            yield
        except Unavailable:
            await self._ports.shared.agreed(to, {template: True})
            raise

    async def _one_time(self, door: Door, to: Address, bubbles: list[Bubble]) -> bool:
        """By a yes under one of our buttons; False where there is none, or WeChat knows of none."""
        name = await self._ports.shared.take(to, kept_as(door.once, ""))
        if name is None:
            return False
        heading = _cut(next(iter(door.account.titles.values()), ""), HEADING)
        content = _cut("\n".join(one.text for one in bubbles), CONTENT)
        body = {"touser": to.user, "template_id": door.once, "scene": scene_of(name), "title": heading}
        try:
            async with self._put_back(to, name):
                await self._calls.post(to.account, door.kind.once, {**body, "data": {"content": {"value": content}}})
        except Refused as refusal:
            if refusal.status != CLOSED:
                raise
            return False
        return True

    async def fetch(self, account: str, remote: str) -> bytes:
        return await self._calls.file(account, remote)

    async def publish(self, account: str) -> None:
        """The menu, as config.yml has it."""
        door = self._calls.door(account)
        await self._calls.post(account, door.kind.menu, menu.laid_out(self._ports, door.account.menu))

    async def scene(self, account: str, words: str, seconds: int) -> str:
        """What a QR code holds that opens our conversation and says these words."""
        asked = {
            "expire_seconds": seconds,
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": words}},
        }
        return str((await self._calls.post(account, self._calls.door(account).kind.scene, asked))["url"])

    async def run(self, stop: asyncio.Event) -> None:
        """wechatpy is loaded beside the first requests; what the process before us had no time to say is found."""
        await self._ports.shared.unsaid()
        await asyncio.to_thread(load)
        await stop.wait()

    async def close(self) -> None:
        await self._calls.close()


def _kept_as(account: str, url: str) -> str:
    return f"media:{account}:{hashlib.blake2b(url.encode(), digest_size=16).hexdigest()}"


def load() -> None:
    """It brings an HTTP library of its own with it, which takes longer than all of an answer."""
    import wechatpy.crypto
    import wechatpy.parser
    import wechatpy.replies  # noqa: F401 - loaded for those who import it in a hurry


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _text(words: str) -> Json:
    return {"msgtype": "text", "text": {"content": words}}
