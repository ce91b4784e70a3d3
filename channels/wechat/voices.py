"""A voice that WeChat has not put into words: fetched, and put into words by whoever can; else a person listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace

from bot.contract.channel import Ports
from bot.contract.errors import Refused, Unavailable
from bot.contract.messages import Attachment, InboundMessage, Kind
from bot.contract.plain import clean
from channels.wechat.calls import Calls
from channels.wechat.settings import Door

log = logging.getLogger("linli.wechat")


class Voices:
    """WeChat asks thrice for one message: within this process it is put into words once."""

    def __init__(self, ports: Ports, known: Mapping[str, Door]) -> None:
        self._ports, self._known = ports, known
        self._heard: dict[tuple[str, str], asyncio.Task[str]] = {}

    async def in_words(self, message: InboundMessage) -> InboundMessage:
        """The same message as a text; as it was where nobody made it out, for a person to listen to."""
        voice = next((one for one in message.attachments if one.kind == "voice"), None)
        if voice is None or self._ports.recogniser is None:
            return message
        key = (message.sender.user, message.id)
        task = self._heard.get(key)
        if task is None:
            task = self._heard[key] = asyncio.create_task(self._words(message, voice))
            task.add_done_callback(lambda _: self._heard.pop(key, None))
        # Whoever hangs up does not end it for the request that comes after.
        text = await asyncio.shield(task)
        return replace(message, kind=Kind.TEXT, text=text, attachments=()) if text else message

    async def _words(self, message: InboundMessage, voice: Attachment) -> str:
        recogniser, calls = self._ports.recogniser, Calls(self._ports, self._known)
        try:
            content = await calls.file(message.sender.account, voice.remote)
            if recogniser is None:
                return ""
            return clean(await recogniser.words(content, voice.content_type, self._ports.languages[0])).strip()
        except (Unavailable, Refused) as error:
            log.warning("a voice is left to people: %s", error.reason.split("\n", 1)[0])
            return ""
        finally:
            await calls.close()
