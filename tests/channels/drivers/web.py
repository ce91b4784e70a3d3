"""Speaks as the widget does."""

from __future__ import annotations

from typing import Any

import httpx

from bot.contract.messages import Address, OutboundMessage, Part
from bot.contract.talk import Talk
from channels.web.parse import sender
from channels.web.render import render
from tests.channels.drivers.driver import Driver, Heard, picture

PATH = "/channels/web/sunshine"
TOKEN = {"authorization": "Bearer " + "w" * 40}


class Vendor(Driver):
    name = "web"
    # There is no microphone but the browser's own, which writes text.
    lacks = frozenset({"voice", "unknown"})

    cursor = ""

    @property
    def sender(self) -> str:
        return sender(TOKEN["authorization"], "demo").user

    def text(self, words: str, number: int | None = None) -> httpx.Response:
        return self._send(number, text=words)

    def tap(self, title: str, payload: str) -> httpx.Response:
        return self._send(None, choice=payload)

    def photo(self) -> httpx.Response:
        kept = self.one.request("POST", f"{PATH}/photos", content=picture(), headers=TOKEN)
        return self._send(None, photo=kept.json()["key"])

    def place(self, latitude: float, longitude: float) -> httpx.Response:
        return self._send(None, place={"latitude": latitude, "longitude": longitude})

    def forged(self) -> list[httpx.Response]:
        body = {"id": "forged-message", "text": "hello"}
        return [self.post(f"{PATH}/messages", body, headers) for headers in ({}, {"authorization": "Bearer short"})]

    def raw(self, body: bytes) -> httpx.Response:
        return self.post(f"{PATH}/messages", body, TOKEN)

    def stranger(self) -> httpx.Response:
        return self.post("/channels/web/elsewhere/messages", {"id": "abcdefgh", "text": "hello"}, TOKEN)

    def read(self, response: httpx.Response) -> list[Heard]:
        talk = response.json()
        self.cursor = talk["cursor"]
        return [_heard(line) for line in talk["lines"] if not line["mine"]]

    def shown(self, parts: tuple[Part, ...]) -> str:
        return repr(render(Talk(), (OutboundMessage(Address("web", self.user), parts, "m"),)))

    def _send(self, number: int | None, **what: Any) -> httpx.Response:
        n = number or next(self.numbers)
        sent = {"id": f"message-{n:04}", "language": "zh", "after": self.cursor, **what}
        return self.post(f"{PATH}/messages", sent, TOKEN)


def _heard(line: dict[str, Any]) -> Heard:
    texts: list[str] = []
    buttons: dict[str, str] = {}
    for part in line["parts"]:
        texts.append(part.get("text") or part.get("title") or part.get("alt") or "")
        texts += [": ".join(row) for row in part.get("rows", [])]
        buttons |= {item["title"]: item["payload"] for item in part.get("items", [])}
    return Heard("\n".join(texts), buttons)
