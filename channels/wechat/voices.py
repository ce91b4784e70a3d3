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
from bot.contract.ports import Recogniser
from channels.wechat.calls import Calls
from channels.wechat.settings import Door

log = logging.getLogger("linli.wechat")

# WeChat asks three times within fifteen seconds: before the last of them is over a person must have it.
PATIENCE_SECONDS = 10.0


class Voices:
    """Asked again while it is being put into words, a message is not put into them twice (`Counter`)."""

    def __init__(self, ports: Ports, known: Mapping[str, Door]) -> None:
        self._ports, self._known = ports, known

    async def in_words(self, message: InboundMessage) -> InboundMessage:
        """The same message as a text; as it was where nobody made it out, for a person to listen to."""
        voice = next((one for one in message.attachments if one.kind == "voice"), None)
        recogniser = self._ports.recogniser
        if voice is None or recogniser is None:
            return message
        text = await self._words(recogniser, message, voice)
        return replace(message, kind=Kind.TEXT, text=text, attachments=()) if text else message

    async def _words(self, recogniser: Recogniser, message: InboundMessage, voice: Attachment) -> str:
        calls = Calls(self._ports, self._known)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                content = await calls.file(message.sender.account, voice.remote)
                said = await recogniser.words(content, voice.content_type, self._ports.languages[0])
            return clean(said).strip()
        except TimeoutError:
            log.warning("a voice is left to people: it took too long")
            return ""
        except (Unavailable, Refused) as error:
            log.warning("a voice is left to people: %s", error.reason.split("\n", 1)[0])
            return ""
        finally:
            await calls.close()
