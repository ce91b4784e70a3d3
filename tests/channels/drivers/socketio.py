"""Speaks as Rasa's socket.io clients do, by its long polling, and hears the refusals of the protocol as statuses."""

from __future__ import annotations

import json
from typing import Any

import httpx

from bot.contract.messages import Part
from bot.settings import Settings
from channels.socketio.render import render
from tests.channels.drivers.driver import Driver, Heard
from tests.resident import DEMO_KEY, Resident
from tests.standing import Standing

PATH = "/socket.io/"


class Vendor(Driver):
    name = "socketio"
    # Its callers name themselves to one account; what is no message of words has no event in Rasa's protocol.
    lacks = frozenset({"voice", "place", "unknown", "account"})

    def __init__(self, settings: Settings, standing: Standing, side: Any) -> None:
        super().__init__(settings, standing, side)
        self.sid = self._open(self.one)
        self.acks = 0

    def text(self, words: str, number: int | None = None) -> httpx.Response:
        return self._utter(words, number)

    def tap(self, title: str, payload: str) -> httpx.Response:
        return self._utter(payload, None)

    def photo(self) -> httpx.Response:
        return self._utter("", None, image="https://estate.example/p.jpg")

    def forged(self) -> list[httpx.Response]:
        """Outside the demo a key is needed, and the demo's own opens nothing."""
        strict = self.settings.model_copy(update={"demo": False, "now": None})
        other = Resident(strict, self.one.interpreter, self.user, standing=self.one.standing)
        try:
            refused = [self._open(other, auth) for auth in ("", json.dumps({"token": DEMO_KEY}))]
            return [httpx.Response(401 if answer.startswith("44") else 200) for answer in refused]
        finally:
            other.close()

    def raw(self, body: bytes) -> httpx.Response:
        return self._post(self.one, self.sid, body)

    def read(self, response: httpx.Response) -> list[Heard]:
        said = [data for name, data in response.json() if name == "bot_uttered"]
        return [Heard(one["text"], {r["title"]: r["payload"] for r in one.get("quick_replies", [])}) for one in said]

    def shown(self, parts: tuple[Part, ...]) -> str:
        return repr(list(render(parts)))

    def close(self) -> None:
        self._post(self.one, self.sid, b"1")
        super().close()

    def _utter(self, words: str, number: int | None, **more: Any) -> httpx.Response:
        """The event with the question to confirm it: what was said until then is its answer."""
        self.acks += 1
        custom = {"message_id": f"m-{number or next(self.numbers)}", **more}
        said = ["user_uttered", {"message": words, "session_id": self.user, "customData": custom}]
        taken = self._post(self.one, self.sid, f"42{self.acks}{json.dumps(said)}".encode())
        assert taken.status_code == 200, taken.text
        heard: list[Any] = []
        while True:
            for packet in self._get(self.one, self.sid).split("\x1e"):
                if packet == "2":
                    self._post(self.one, self.sid, b"3")
                elif packet.startswith("42"):
                    heard.append(json.loads(packet[2:]))
                elif packet.startswith("43"):
                    (done,) = json.loads(packet[2 + len(str(self.acks)) :])
                    return httpx.Response(done["status"], json=heard)

    def _open(self, one: Resident, auth: str = "") -> str:
        """The session's id, or the packet that refuses it."""
        greeting = one.request("GET", PATH, params={"EIO": "4", "transport": "polling"})
        sid = str(json.loads(greeting.text[1:])["sid"])
        self._post(one, sid, f"40{auth}".encode())
        answer = self._get(one, sid)
        return sid if answer.startswith("40") else answer

    def _post(self, one: Resident, sid: str, body: bytes) -> httpx.Response:
        where = {"EIO": "4", "transport": "polling", "sid": sid}
        return one.request("POST", PATH, params=where, content=body, headers={"content-type": "text/plain"})

    def _get(self, one: Resident, sid: str) -> str:
        return one.request("GET", PATH, params={"EIO": "4", "transport": "polling", "sid": sid}).text
