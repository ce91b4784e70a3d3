"""Speaks as WhatsApp does, and stands at the other end as its Cloud API."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import httpx

from bot.contract.messages import Address, OutboundMessage, Part
from bot.settings import Settings
from tests.channels.drivers.driver import Driver, Heard, picture
from tests.fakes.whatsapp import NUMBER, TOKEN, WhatsApp
from tests.standing import Standing

PATH, USER, SECRET, VERIFY = "/channels/whatsapp/demo", "8613800000501", "app-secret", "chosen-by-us"


class Vendor(Driver):
    name = "whatsapp"
    pushes = True
    user = USER

    def __init__(self, settings: Settings, standing: Standing, side: WhatsApp) -> None:
        self.fake = side
        self.fake.anew()
        self.seen = 0
        super().__init__(settings, standing, side)

    @classmethod
    def stand_in(cls) -> WhatsApp:
        return WhatsApp()

    @classmethod
    def configured(cls, side: WhatsApp) -> dict[str, Any]:
        given = {"NUMBER_ID": NUMBER, "TOKEN": TOKEN, "APP_SECRET": SECRET, "VERIFY_TOKEN": VERIFY}
        vendors = {f"WHATSAPP_DEMO_{name}": value for name, value in given.items()}
        return {"vendors": {"WHATSAPP_API_BASE": side.url, **vendors}}

    def text(self, words: str, number: int | None = None) -> httpx.Response:
        return self.message(number, type="text", text={"body": words})

    def tap(self, title: str, payload: str) -> httpx.Response:
        reply = {"type": "button_reply", "button_reply": {"id": payload, "title": title}}
        return self.message(type="interactive", interactive=reply)

    def photo(self) -> httpx.Response:
        self.fake.files["2754859441498128"] = picture()
        image = {"id": "2754859441498128", "mime_type": "image/jpeg", "sha256": "x"}
        return self.message(type="image", image=image)

    def place(self, latitude: float, longitude: float) -> httpx.Response:
        return self.message(type="location", location={"latitude": latitude, "longitude": longitude})

    def voice(self) -> httpx.Response:
        return self.message(type="audio", audio={"id": "1", "mime_type": "audio/ogg; codecs=opus", "voice": True})

    def unknown(self) -> httpx.Response:
        return self.message(type="reaction", reaction={"message_id": "wamid.1", "emoji": "👍"})

    def forged(self) -> list[httpx.Response]:
        body = json.dumps(call_of(self._said(1, type="text", text={"body": "hello"}))).encode()
        headers: tuple[dict[str, str], ...] = ({}, {"x-hub-signature-256": signature(body + b" ")})
        return [self.post(PATH, body, one) for one in headers]

    def raw(self, body: bytes) -> httpx.Response:
        return self.post(PATH, body, {"x-hub-signature-256": signature(body)})

    def stranger(self) -> httpx.Response:
        return self.post("/channels/whatsapp/nobody", b"{}", {"x-hub-signature-256": signature(b"{}")})

    def bind(self) -> None:
        self.say(self.code())

    def patience(self, seconds: int) -> None:
        self.fake.patience.append(seconds)

    def block(self, yes: bool) -> None:
        self.fake.blocked = {USER} if yes else set()

    def read(self, response: httpx.Response) -> list[Heard]:
        said = self.fake.said
        new, self.seen = said[self.seen :], len(said)
        return [Heard(one.text, one.buttons) for one in new]

    def shown(self, parts: tuple[Part, ...]) -> str:
        """As the strict stand-in took it."""
        way = self.one.app.state.tools.senders[self.name].way
        self.one.loop.run_until_complete(way.send(OutboundMessage(Address(self.name, USER), parts), "k"))
        return repr(self.fake.said[self.seen :])

    def message(self, number: int | None = None, **what: Any) -> httpx.Response:
        return self.raw(json.dumps(call_of(self._said(number or next(self.numbers), **what))).encode())

    def fate(self, vendor_id: str, state: str, **more: Any) -> httpx.Response:
        status = {"id": vendor_id, "status": state, "timestamp": "1795138300", "recipient_id": USER, **more}
        return self.raw(json.dumps(call_of(statuses=[status])).encode())

    def _said(self, number: int, **what: Any) -> dict[str, Any]:
        return {"from": USER, "id": f"wamid.in.{number}", "timestamp": "1795138200", **what}


def call_of(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": NUMBER},
        "messages": list(messages),
        **more,
    }
    change = {"value": value, "field": "messages"}
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}


def signature(body: bytes) -> str:
    return "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
