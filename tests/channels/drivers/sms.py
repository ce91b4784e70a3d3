"""Writes text messages as Twilio hands them on, and stands at the other end as its API."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import httpx

from bot.contract.messages import Address, OutboundMessage, Part
from bot.settings import Settings
from tests.channels.drivers.driver import Driver, Heard
from tests.channels.drivers.phone import signature
from tests.fakes.twilio import NUMBER, SID, Twilio
from tests.standing import Standing

PATH, USER = "/channels/phone/demo/sms", "+8613800000501"
# "1. Yes" on a line, or "1 Yes; 2 No" in one.
_NUMBERED = re.compile(r"(?:^|[;；] ?)(\d{1,2})(?:\. ?| )([^;；\n]+)", re.MULTILINE)


class Vendor(Driver):
    name = "sms"
    pushes = True
    user = USER
    lacks = frozenset({"photo", "place", "voice"})

    def __init__(self, settings: Settings, standing: Standing, side: Twilio) -> None:
        self.fake = side
        self.fake.anew()
        self.seen = 0
        super().__init__(settings, standing, side)

    @classmethod
    def stand_in(cls) -> Twilio:
        return Twilio()

    @classmethod
    def configured(cls, side: Twilio) -> dict[str, Any]:
        return {"vendors": {"TWILIO_API_BASE": side.url}}

    def text(self, words: str, number: int | None = None) -> httpx.Response:
        return self.message(number, Body=words)

    def tap(self, title: str, payload: str) -> httpx.Response:
        return self.message(Body=payload)

    def unknown(self) -> httpx.Response:
        return self.message(Body="STOP", OptOutType="STOP")

    def forged(self) -> list[httpx.Response]:
        body = urlencode({"MessageSid": sid(1), "From": USER, "Body": "hello", "FromCity": ""}).encode()
        plain = {"content-type": "application/x-www-form-urlencoded"}
        wrong = {**plain, "x-twilio-signature": signature(PATH, body, token="another")}  # noqa: S106 - nobody's
        return [self.one.request("POST", PATH, content=body, headers=one) for one in (plain, wrong)]

    def raw(self, body: bytes) -> httpx.Response:
        return self.signed(PATH, body)

    def stranger(self) -> httpx.Response:
        return self.signed("/channels/phone/nobody/sms", b"")

    def bind(self) -> None:
        self.say(self.code())

    def patience(self, seconds: int) -> None:
        self.fake.patience.append(seconds)

    def block(self, yes: bool) -> None:
        self.fake.blocked = {USER} if yes else set()

    def at_once(self, response: httpx.Response) -> list[Heard]:
        return [Heard(text) for text in re.findall(r"<Message>(.*?)</Message>", response.text, re.DOTALL)]

    def read(self, response: httpx.Response) -> list[Heard]:
        new, self.seen = self.fake.sent[self.seen :], len(self.fake.sent)
        return [
            Heard(one["Body"], {title.strip(): key for key, title in _NUMBERED.findall(one["Body"])}) for one in new
        ]

    def shown(self, parts: tuple[Part, ...]) -> str:
        """As the strict stand-in took it."""
        way = self.one.app.state.tools.senders[self.name].way
        self.one.loop.run_until_complete(way.send(OutboundMessage(Address(self.name, USER), parts), "k"))
        return repr(self.fake.texts()[self.seen :])

    def message(self, number: int | None = None, **what: str) -> httpx.Response:
        form = {"MessageSid": sid(number or next(self.numbers)), "AccountSid": SID, "From": USER, "To": NUMBER}
        return self.raw(urlencode({**form, "NumMedia": "0", "FromCity": "", **what}).encode())

    def fate(self, vendor_id: str, state: str, **more: str) -> httpx.Response:
        form = {"MessageSid": vendor_id, "MessageStatus": state, "AccountSid": SID, "To": USER, **more}
        return self.signed(f"{PATH}/status", urlencode(form).encode())

    def signed(self, path: str, body: bytes) -> httpx.Response:
        headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature(path, body)}
        return self.one.request("POST", path, content=body, headers=headers)


def sid(number: int) -> str:
    return f"SM{number:032x}"
