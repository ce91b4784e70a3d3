"""A resident who talks to the whole product over its REST door, as a channel would."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from bot.app import build, open_desk
from bot.clock import SystemClock
from bot.settings import Settings
from intents.understand import Embedded
from tests.fakes.clock import Ahead
from tests.standing import Standing

DEMO_KEY = "linli-demo-key"


@dataclass(frozen=True, slots=True)
class Answer:
    """text: all bubbles, one a line; titles and payloads of what the last one offered."""

    status: int
    text: str
    titles: tuple[str, ...]
    payloads: tuple[str, ...]
    body: Any


class Resident:
    """standing: an app that is there already and is only moved to this resident's database and time."""

    def __init__(
        self,
        settings: Settings,
        interpreter: Embedded,
        sender: str,
        now: str = "",
        profile: str = "buttons",
        standing: Standing | None = None,
    ):
        fixed = datetime.fromisoformat(now).replace(tzinfo=settings.zone) if now else None
        self.settings = settings.model_copy(update={"now": fixed})
        self.interpreter = interpreter
        self.sender = sender
        self.profile = profile
        self.standing = standing
        self.loop = asyncio.new_event_loop()
        self.ahead = timedelta()
        self._start({})

    def _start(self, parts: dict[str, Any]) -> None:
        clock = Ahead(SystemClock(self.settings.zone, self.settings.now), self.ahead)
        if self.standing is not None and self.standing.fits(self.settings) and parts.keys() <= {"clock"}:
            self.app = self.standing.app(self.settings, parts.get("clock", clock))
        else:
            desk = replace(open_desk(self.settings, self.interpreter), **{"clock": clock, **parts})
            self.app = build(self.settings, desk)
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://linli")

    def restart(self, **parts: Any) -> None:
        """The process ends and starts again on the same database, with these parts of the desk exchanged. A clock is
        no part that anything rests on: everything else is built anew."""
        self._stop()
        if parts.keys() != {"clock"}:
            self.standing = None
        self._start(parts)

    def wait(self, minutes: float) -> None:
        """Nothing happens for so long, on the machine's clock."""
        self.ahead += timedelta(minutes=minutes)
        self._stop()
        self._start({})

    def at(self, now: str) -> None:
        """Time passes: the same database, read by the clock of another moment."""
        self._stop()
        fixed = datetime.fromisoformat(now).replace(tzinfo=self.settings.zone)
        self.settings = self.settings.model_copy(update={"now": fixed})
        self._start({})

    def _stop(self) -> None:
        self.loop.run_until_complete(self.http.aclose())
        self.app.state.desk.db.close()

    def close(self) -> None:
        self._stop()
        self.loop.close()

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.loop.run_until_complete(self.http.request(method, path, **more))

    def say(self, message: str, sender: str | None = None, **metadata: Any) -> Answer:
        body = {
            "sender": sender or self.sender,
            "message": message,
            "metadata": {"profile": self.profile, **metadata},
        }
        # Escaped by ourselves: half an emoji must arrive as JSON can carry it.
        return self.answer(self.request("POST", "/webhooks/rest/webhook", content=json.dumps(body).encode()))

    @staticmethod
    def answer(response: httpx.Response) -> Answer:
        body = response.json()
        bubbles = body if isinstance(body, list) else []
        buttons = bubbles[-1].get("buttons", []) if bubbles else []
        return Answer(
            response.status_code,
            "\n".join(bubble["text"] for bubble in bubbles),
            tuple(button["title"] for button in buttons),
            tuple(button["payload"] for button in buttons),
            body,
        )

    def desk(self, what: str, **asked: str) -> httpx.Response:
        """A person of the desk acts in this resident's conversation: take-over, messages, hand-back."""
        path = f"/api/v1/conversations/{self.sender}/{what}"
        return self.request("POST", path, json=asked, headers={"Authorization": f"Bearer {DEMO_KEY}"})

    def tracker(self, sender: str | None = None) -> Any:
        return self.request("GET", f"/conversations/{sender or self.sender}/tracker").json()

    def items(self, what: str, **query: str) -> list[dict[str, Any]]:
        """`what`: "cases" or "alarms", of this sender unless told."""
        params = {"conversation": self.sender, **query}
        headers = {"Authorization": f"Bearer {DEMO_KEY}"}
        response = self.request("GET", f"/api/v1/{what}", params=params, headers=headers)
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json()["items"]
        return found
