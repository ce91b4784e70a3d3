"""Whoever cries, whoever is rung and picks up, and the desk: over the wire, as the product meets them."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import yaml

from tests.channels.drivers.phone import NUMBER, PATH, SID, new_call, signature
from tests.clerk import PASSWORD
from tests.load.rungs import REST, Vendor, alarms_of_calls, clock

_FILE = Path(__file__).with_name("scripts.yml")
_KEY = {"Authorization": "Bearer linli-demo-key"}
TEXT_PATH, EVENTS = "/channels/phone/demo/sms", "/api/v1/events"
# A server that is being begun again answers after a while; whoever cries cries again, with the same id.
AGAIN_SECONDS, PATIENCE = 0.2, 120.0


@dataclass(frozen=True, slots=True)
class Script:
    name: str
    by: str
    says: str
    kind: str
    rings: tuple[str, ...]
    never: tuple[str, ...] = ()
    home: str = ""
    answers: str = ""


def scripts() -> list[Script]:
    found = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    lists = ("rings", "never")
    made: list[Any] = [{key: tuple(it) if key in lists else it for key, it in one.items()} for one in found]
    return [Script(**one) for one in made]


@dataclass
class Played:
    """One script as it went. who: how the product knows whoever cried; answered: seconds until its own answer;
    went: when somebody had pressed that they go."""

    script: Script
    number: int
    began: float = 0.0
    answered: float | None = None
    went: float | None = None
    wrong: list[str] = field(default_factory=list)

    @property
    def who(self) -> str:
        if self.script.by in ("chat", "silence"):
            return f"drill-{self.number}"
        return f"drill/{self.number}" if self.script.by == "event" else f"+86177{self.number:08d}"

    @property
    def known(self) -> str:
        """As an alarm's row has it: a device by the digest of its source."""
        return sha256(self.who.encode()).hexdigest() if self.script.by == "event" else self.who


class Stage:
    def __init__(self, base: str, vendor: Vendor, database: Path) -> None:
        self._http = httpx.AsyncClient(base_url=base, timeout=30)
        self._base, self._vendor, self._database = base, vendor, database

    async def close(self) -> None:
        await self._http.aclose()

    async def _through(self, ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        until = clock() + PATIENCE
        while True:
            try:
                answer = await ask()
                if answer.status_code < 500 or clock() > until:
                    return answer
            except httpx.TransportError:
                if clock() > until:
                    raise
            await asyncio.sleep(AGAIN_SECONDS)

    async def cry(self, played: Played) -> None:
        played.began = clock()
        ways = {"chat": self._chat, "silence": self._chat, "event": self._event, "text": self._text}
        answer = await ways.get(played.script.by, self._call)(played)
        played.answered = clock() - played.began
        if answer.status_code >= 300:
            played.wrong.append(f"the cry was answered {answer.status_code}")

    async def _chat(self, played: Played) -> httpx.Response:
        body = {"sender": played.who, "message": played.script.says, "metadata": {"message_id": uuid.uuid4().hex}}
        return await self._through(lambda: self._http.post(REST, json=body))

    async def _event(self, played: Played) -> httpx.Response:
        event = {"specversion": "1.0", "id": "1", "source": played.who, "type": "linli.device.alarm"}
        body = {**event, "data": {"kind": played.script.says, "home": played.script.home}}
        kind = {"content-type": "application/cloudevents+json", **_KEY}
        return await self._through(lambda: self._http.post(EVENTS, json=body, headers=kind))

    async def _text(self, played: Played) -> httpx.Response:
        form = {"MessageSid": f"SM{played.number:032x}", "From": played.who, "To": NUMBER, "Body": played.script.says}
        return await self._signed(TEXT_PATH, form | {"AccountSid": SID, "NumMedia": "0"})

    async def _call(self, played: Played) -> httpx.Response:
        form = {"CallSid": new_call(), "AccountSid": SID, "From": played.who, "To": NUMBER}
        await self._signed(PATH, form)
        said = (
            {"Digits": "9"} if played.script.by == "key" else {"SpeechResult": played.script.says, "Confidence": "0.8"}
        )
        played.began = clock()
        return await self._signed(f"{PATH}/turn?step=1", form | said)

    async def _signed(self, path: str, form: dict[str, str]) -> httpx.Response:
        body = urlencode(form).encode()
        signed = signature(path, body, host=self._base)
        kind = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signed}
        return await self._through(lambda: self._http.post(path, content=body, headers=kind))

    async def pick_up(self, played: Played, alarm: Callable[[], str | None], until: float) -> None:
        """Whoever answers of this script: as soon as their phone rings for it they listen, and go."""
        while clock() < until:
            about = await asyncio.to_thread(alarms_of_calls, self._database)
            for call, number, _ in list(self._vendor.hands):
                if number == played.script.answers and call in about and about[call] == alarm():
                    await self._goes(played, call, number)
                    return
            await asyncio.sleep(0.2)
        played.wrong.append(f"{played.script.answers} was never rung")

    async def _goes(self, played: Played, call: str, number: str) -> None:
        path = f"{PATH}/out?call={call}"
        form = {"CallSid": new_call(), "AccountSid": SID, "From": NUMBER, "To": number, "Direction": "outbound-api"}
        for place, keys in enumerate(("", "1", "1")):
            answer = await self._signed(path, form | ({"Digits": keys} if keys else {}))
            if place == 2:
                break
            gather = ElementTree.fromstring(answer.text).find("Gather")  # noqa: S314 - our own answer
            if gather is None:
                played.wrong.append("the call ended before anybody could say that they go")
                return
            path = gather.attrib["action"].removeprefix(self._base)
        played.went = clock()

    async def desk(self, played: list[tuple[Played, str | None]]) -> None:
        """The board shows every alarm, none is closed without an outcome, and each with one."""
        form, origin = {"login": "duty", "password": PASSWORD}, {"origin": self._base}
        await self._through(lambda: self._http.post("/console/sign-in", data=form, headers=origin))
        page = await self._http.get("/console/account")
        found = re.search(r'data-token="(\w+)"', page.text)
        token = {"origin": self._base, "x-linli": "1", "x-linli-token": found.group(1) if found else ""}
        board = (await self._http.get("/console/alarms")).text
        for one, key in played:
            if key is None:
                continue
            if key not in board:
                one.wrong.append("the board does not show it")
            path = f"/console/alarms/{key}/close"
            closed = [
                await self._status(path, said, token) for said in ({}, {"outcome": "false", "text": "演练，电话核实"})
            ]
            if closed[0] < 400:
                one.wrong.append("it was closed without an outcome")
            if closed[1] >= 300:
                one.wrong.append(f"it could not be closed: {closed[1]}")

    async def _status(self, path: str, said: dict[str, Any], headers: dict[str, str]) -> int:
        return (await self._http.post(path, data=said, headers=headers)).status_code
