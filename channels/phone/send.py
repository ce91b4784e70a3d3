"""Hop 8 on the telephone: what nobody asked for comes as a text message, which can be read twice; a call rings."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Mapping

from bot.contract.channel import Ports
from bot.contract.errors import Refused
from bot.contract.messages import Address, OutboundMessage
from channels.phone.render import words_of
from channels.twilio import Api, Line

TEXT = 1_600
# Until a call is given up, and until it is known whether a machine has answered it.
RINGS_SECONDS, MACHINE_SECONDS = 25, 8


class Way:
    """Out to Twilio."""

    def __init__(self, ports: Ports, known: Mapping[str, Line]) -> None:
        self._known, self._api, self._public = known, Api(ports.api_base), ports.public_url.rstrip("/")

    async def send(self, message: OutboundMessage, key: str) -> str | None:
        line = self._known.get(message.to.account)
        if line is None:
            raise Refused("this account is not configured any more")
        number = message.to.number
        if number.startswith("hidden-"):
            raise Refused("the caller hid their number", status=410)
        text = "\n".join(words_of(message.parts))[:TEXT]
        form = {"To": number, "From": line.number, "Body": text}
        if self._public:
            form["StatusCallback"] = f"{self._public}/channels/phone/{message.to.account}/voice/text"
        answer = await self._api.post(line, "Messages", form)
        return str(answer["sid"])

    async def ring(self, to: Address, call: str, *, urgent: bool, alarm: bool) -> str | None:
        """An alarm is heard at once, and whether a machine has answered comes afterwards; what can wait is said when it
        is known."""
        line = self._known.get(to.account)
        if line is None:
            raise Refused("this account is not configured any more")
        if not self._public:
            raise Refused("LINLI_PUBLIC_URL is not set: nobody could be asked what to say")
        begun = f"{self._public}/channels/phone/{to.account}/voice/out"
        form: dict[str, object] = {
            "To": to.user,
            "From": (line.alarms if alarm else "") or line.number,
            "Url": f"{begun}?call={call}",
            "Method": "POST",
            "Timeout": RINGS_SECONDS,
            "StatusCallback": f"{begun}/status?call={call}",
            "StatusCallbackMethod": "POST",
            "StatusCallbackEvent": "completed",
            "MachineDetection": "Enable",
            "MachineDetectionTimeout": MACHINE_SECONDS,
        }
        if urgent:
            form |= {"AsyncAmd": "true", "AsyncAmdStatusCallback": f"{begun}/machine?call={call}"}
        return str((await self._api.post(line, "Calls", form))["sid"])

    async def fetch(self, account: str, remote: str) -> bytes:
        line = self._known.get(account)
        if line is None:
            raise Refused("this account is not configured any more")
        return await self._api.sound(line, remote)

    async def run(self, stop: asyncio.Event) -> None:
        # Loaded beside the first requests, never before them.
        for needed in ("twilio.request_validator", "twilio.twiml.voice_response"):
            importlib.import_module(needed)
        await stop.wait()

    async def close(self) -> None:
        await self._api.close()
