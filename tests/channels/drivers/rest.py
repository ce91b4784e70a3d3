"""Speaks as a program of an integrator does."""

from __future__ import annotations

from typing import Any

import httpx

from bot.contract.messages import Address, OutboundMessage, Part
from channels.rest.render import render
from tests.channels.drivers.driver import Driver, Heard
from tests.resident import DEMO_KEY, Resident

PATH = "/webhooks/rest/webhook"


class Vendor(Driver):
    name = "rest"
    # Its callers fetch what is said to them; there are no accounts in its address.
    lacks = frozenset({"voice", "unknown", "account"})

    def text(self, words: str, number: int | None = None) -> httpx.Response:
        return self._send(words, number)

    def tap(self, title: str, payload: str) -> httpx.Response:
        return self._send(payload)

    def photo(self) -> httpx.Response:
        return self._send("", image="https://estate.example/p.jpg")

    def place(self, latitude: float, longitude: float) -> httpx.Response:
        return self._send("", location={"latitude": latitude, "longitude": longitude})

    def forged(self) -> list[httpx.Response]:
        """Outside the demo a key is needed, and the demo's own opens nothing."""
        strict = self.settings.model_copy(update={"demo": False, "now": None})
        other = Resident(strict, self.one.interpreter, self.user, standing=self.one.standing)
        body = self._body("hello", 1)
        try:
            keys: tuple[dict[str, str], ...] = ({}, {"authorization": f"Bearer {DEMO_KEY}"})
            return [other.request("POST", PATH, json=body, headers=headers) for headers in keys]
        finally:
            other.close()

    def raw(self, body: bytes) -> httpx.Response:
        return self.post(PATH, body, {})

    def read(self, response: httpx.Response) -> list[Heard]:
        return [
            Heard(one.get("text", ""), {b["title"]: b["payload"] for b in one.get("buttons", [])})
            for one in response.json()
        ]

    def shown(self, parts: tuple[Part, ...]) -> str:
        said = render((OutboundMessage(Address("rest", self.user), parts, "m"),))
        return repr(said)

    def _send(self, words: str, number: int | None = None, **metadata: Any) -> httpx.Response:
        return self.post(PATH, self._body(words, number or next(self.numbers), **metadata), {})

    def _body(self, words: str, number: int, **metadata: Any) -> dict[str, Any]:
        return {"sender": self.user, "message": words, "metadata": {"message_id": f"m-{number}", **metadata}}
