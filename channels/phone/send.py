"""Hop 8 on the telephone: what nobody asked for comes as a text message, which can be read twice."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Mapping

from bot.contract.channel import Ports
from bot.contract.errors import Refused
from bot.contract.messages import OutboundMessage
from channels.phone.render import words_of
from channels.twilio import Api, Line

TEXT = 1_600


class Way:
    """Out to Twilio."""

    def __init__(self, ports: Ports, known: Mapping[str, Line]) -> None:
        self._known, self._api = known, Api(ports.api_base)

    async def send(self, message: OutboundMessage, key: str) -> str | None:
        line = self._known.get(message.to.account)
        if line is None:
            raise Refused("this account is not configured any more")
        number = message.to.user.partition("#")[0]
        if not number.startswith("+"):
            raise Refused("the caller hid their number", status=410)
        text = "\n".join(words_of(message.parts))[:TEXT]
        answer = await self._api.post(line, "Messages", {"To": number, "From": line.number, "Body": text})
        return str(answer["sid"])

    async def fetch(self, account: str, remote: str) -> bytes:
        raise Refused("nothing is kept of a call")

    async def run(self, stop: asyncio.Event) -> None:
        # Loaded beside the first requests, never before them.
        for needed in ("twilio.request_validator", "twilio.twiml.voice_response"):
            importlib.import_module(needed)
        await stop.wait()

    async def close(self) -> None:
        await self._api.close()
