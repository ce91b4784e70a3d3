"""Hop 8 by text message."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Mapping

from bot.contract.channel import Ports
from bot.contract.errors import Refused
from bot.contract.messages import OutboundMessage
from bot.contract.shown import Halfway
from channels import tencent
from channels.sms.approved import chosen
from channels.sms.render import render
from channels.tencent import Sender
from channels.twilio import Api, Line


class Way:
    """Out to Twilio or Tencent, by account; both tell afterwards what became of each message."""

    def __init__(self, ports: Ports, known: Mapping[str, Line], tencents: Mapping[str, Sender]) -> None:
        self._tencents, self._tencent = tencents, tencent.Api(lambda: ports.clock.real())
        self._known, self._api, self._public = known, Api(ports.api_base), ports.public_url.rstrip("/")
        self._halfway = Halfway()

    async def send(self, message: OutboundMessage, key: str) -> str | None:
        sender = self._tencents.get(message.to.account)
        if sender is not None:
            return await self._approved(sender, message, key)
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

    async def _approved(self, sender: Sender, message: OutboundMessage, key: str) -> str:
        """One message, however long the answer: what is approved is short, and the rest is read elsewhere."""
        one = chosen("\n".join(render(message.parts)), sender.templates)
        return await self._tencent.send(sender, tencent.e164(message.to.user), one.template, one.words, key)

    async def fetch(self, account: str, remote: str) -> bytes:
        raise Refused("pictures are not taken by text message")

    async def run(self, stop: asyncio.Event) -> None:
        if self._known:
            importlib.import_module("twilio.request_validator")
        await stop.wait()

    async def close(self) -> None:
        await self._api.close()
        await self._tencent.close()
