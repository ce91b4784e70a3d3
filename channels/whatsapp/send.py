"""Hop 8 on WhatsApp, by its Cloud API."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

from bot.contract.channel import Ports
from bot.contract.errors import LinliError, Refused, Unavailable
from bot.contract.messages import OutboundMessage
from bot.contract.shown import Halfway
from bot.contract.text import t
from channels.whatsapp.render import render
from channels.whatsapp.settings import Number

API, VERSION = "https://graph.facebook.com", "v23.0"
ANSWER_SECONDS = 10.0
FILE_BYTES = 8_000_000
# Theirs: the rate of the app, of the number, of this pair; a passing fault.
_PATIENCE = frozenset({4, 80007, 130429, 131048, 131056, 131000, 131016, 2, 1})
# Nobody there, or they want nothing; and a day since they last wrote: only a template may begin anew.
_GONE = frozenset({131026, 131050})
_LATE = 131047
_MORE = t("Choose")


class Way:
    """Out to WhatsApp."""

    def __init__(self, ports: Ports, known: Mapping[str, Number]) -> None:
        self._ports, self._known = ports, known
        self._base = f"{(ports.api_base or API).rstrip('/')}/{VERSION}/"
        self._http: httpx.AsyncClient | None = None
        self._halfway = Halfway()

    async def send(self, message: OutboundMessage, key: str) -> str | None:
        number = self._number(message.to.account)
        bubbles = render(message.parts, self._ports.say(_MORE, self._ports.languages[0]))
        last: str | None = None
        for place in range(self._halfway.begun(key), len(bubbles)):
            body = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": message.to.user}
            answer = await self._call(number, "POST", f"{number.number_id}/messages", json=body | bubbles[place])
            last = str(answer["messages"][0]["id"])
            self._halfway.went(key, place + 1)
        self._halfway.whole(key)
        return last

    async def fetch(self, account: str, remote: str) -> bytes:
        number = self._number(account)
        found = await self._call(number, "GET", remote)
        if int(found.get("file_size") or 0) > FILE_BYTES:
            raise Refused("the picture is larger than 8 MB", status=413)
        answer = await self._ask(number, "GET", str(found["url"]))
        return answer.content

    async def run(self, stop: asyncio.Event) -> None:
        await stop.wait()

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    def _number(self, account: str) -> Number:
        if account not in self._known:
            raise Refused("this account is not configured any more")
        return self._known[account]

    async def _call(self, number: Number, method: str, path: str, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await self._ask(number, method, path, **more)).json()
        return found

    async def _ask(self, number: Number, method: str, path: str, **more: Any) -> httpx.Response:
        # Made on the loop that carries, with the first thing to send.
        self._http = self._http or httpx.AsyncClient(base_url=self._base, timeout=ANSWER_SECONDS)
        try:
            answer = await self._http.request(method, path, headers={"Authorization": f"Bearer {number.token}"}, **more)
        except httpx.HTTPError as error:
            raise Unavailable(f"WhatsApp: {type(error).__name__}", retry_after=0) from error
        if answer.is_success:
            return answer
        raise _ours(answer)


def _ours(answer: httpx.Response) -> LinliError:
    try:
        error = answer.json()["error"]
        code, said = int(error["code"]), str(error.get("message", ""))[:160]
    except (ValueError, KeyError, TypeError):
        return Unavailable(f"WhatsApp answered {answer.status_code}", retry_after=0)
    if code in _PATIENCE or answer.status_code == 429:
        return Unavailable(f"WhatsApp: {code} {said}", retry_after=float(answer.headers.get("retry-after", 10)))
    if code == 190 or answer.status_code in (401, 403):
        # Ours to mend, and nothing is lost while we do.
        return Unavailable(f"WhatsApp does not take our token: {code} {said}", retry_after=60)
    if code in _GONE:
        return Refused(f"WhatsApp: {code} {said}", status=410)
    if code == _LATE:
        return Refused(f"WhatsApp: {code}: more than a day since they wrote")
    if answer.status_code >= 500:
        return Unavailable(f"WhatsApp answered {answer.status_code}", retry_after=0)
    return Refused(f"WhatsApp: {code} {said}")
