"""Hop 8 by text message."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Mapping

from bot.contract.channel import Ports
from bot.contract.errors import Refused
from bot.contract.messages import OutboundMessage
from bot.contract.shown import Halfway
from channels.sms.render import render
from channels.twilio import Api, Line


class Way:
    """Out to Twilio, which tells afterwards what became of each message."""

    def __init__(self, ports: Ports, known: Mapping[str, Line]) -> None:
        self._known, self._api, self._public = known, Api(ports.api_base), ports.public_url.rstrip("/")
        self._halfway = Halfway()

    async def send(self, message: OutboundMessage, key: str) -> str | None:
        line = self._known.get(message.to.account)
        if line is None:
            raise Refused("this account is not configured any more")
        last: str | None = None
        texts = render(message.parts)
        for place in range(self._halfway.begun(key), len(texts)):
            form = {"To": message.to.user, "From": line.number, "Body": texts[place]}
            if self._public:
                form["StatusCallback"] = f"{self._public}/channels/phone/{message.to.account}/sms/status"
            last = str((await self._api.post(line, "Messages", form))["sid"])
            self._halfway.went(key, place + 1)
        self._halfway.whole(key)
        return last

    async def fetch(self, account: str, remote: str) -> bytes:
        raise Refused("pictures are not taken by text message")

    async def run(self, stop: asyncio.Event) -> None:
        importlib.import_module("twilio.request_validator")
        await stop.wait()

    async def close(self) -> None:
        await self._api.close()
