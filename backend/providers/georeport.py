"""A city's Open311 endpoint, as its client: hands a report over, asks what became of it.

Source: Open311 GeoReport v2, https://wiki.open311.org/GeoReport_v2/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from bot.contract.errors import Refused, Unavailable

ANSWER_SECONDS = 20.0
# Said before anything was done; any other failure leaves it open whether the report was taken.
_NOT_TAKEN = frozenset({429, 503})
SHORT = 80

Caller = httpx.AsyncClient


def caller() -> Caller:
    """Follows nobody anywhere."""
    return Caller(follow_redirects=False)


class Doubtful(Exception):
    """The report went out and no answer came that says whether it arrived."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What is handed over; place: latitude and longitude, where they are known."""

    service: str
    words: str
    where: str
    place: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """number: as the city calls it; token: in its place until there is one; notice: what the city adds."""

    number: str | None
    token: str | None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    status: str
    notes: str


class City:
    """endpoint: up to and with its `/v2`; jurisdiction: as the city calls itself, empty where it needs none."""

    def __init__(self, endpoint: str, jurisdiction: str, key: str, client: httpx.AsyncClient) -> None:
        self._base = endpoint.rstrip("/")
        self._named = {"jurisdiction_id": jurisdiction} if jurisdiction else {}
        self._key = key
        self._client = client

    async def report(self, what: Handed) -> Ticket:
        """Raises `Unavailable` where nothing was taken, `Refused` with the city's words, `Doubtful` in between."""
        form = {**self._named, "api_key": self._key, "service_code": what.service, "description": what.words}
        form |= {"address_string": what.where} if what.where else {}
        form |= {"lat": what.place[0], "long": what.place[1]} if what.place else {}
        try:
            answer = await self._client.post(f"{self._base}/requests.json", data=form, timeout=ANSWER_SECONDS)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unavailable(f"the city cannot be reached: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise Doubtful(type(error).__name__) from error
        if answer.status_code in _NOT_TAKEN:
            raise Unavailable(f"the city answered {answer.status_code}")
        if 400 <= answer.status_code < 500:
            raise Refused(_errors(answer) or f"the city answered {answer.status_code}")
        found = _first(answer) if answer.is_success else {}
        number, token = _text(found, "service_request_id"), _text(found, "token")
        if not number and not token:
            raise Doubtful(f"the city answered {answer.status_code} without a number")
        return Ticket(number, token, _text(found, "service_notice") or "")

    async def number_of(self, token: str) -> str | None:
        """None until there is one. Raises `Unavailable`."""
        return _text(await self._ask(f"tokens/{_part(token)}.json"), "service_request_id")

    async def status_of(self, number: str) -> Status | None:
        """None where the city does not show it yet. Raises `Unavailable`."""
        found = await self._ask(f"requests/{_part(number)}.json")
        status = _text(found, "status")
        return Status(status, _text(found, "status_notes") or "") if status in ("open", "closed") else None

    async def _ask(self, path: str) -> dict[str, Any]:
        try:
            answer = await self._client.get(f"{self._base}/{path}", params=self._named, timeout=ANSWER_SECONDS)
        except httpx.HTTPError as error:
            raise Unavailable(f"the city cannot be reached: {type(error).__name__}") from error
        if answer.status_code == 404:
            return {}
        if not answer.is_success:
            raise Unavailable(f"the city answered {answer.status_code}")
        return _first(answer)


def _part(name: str) -> str:
    return httpx.URL("http://x").copy_with(path=f"/{name}").raw_path.decode()[1:].replace("/", "%2F")


def _first(answer: httpx.Response) -> dict[str, Any]:
    """Open311 answers a list also of one."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    found = found[0] if isinstance(found, list) and found else found
    return found if isinstance(found, dict) else {}


def _text(found: dict[str, Any], name: str) -> str | None:
    value = found.get(name)
    return str(value)[: SHORT if name != "status_notes" else 2000] if value not in (None, "") else None


def _errors(answer: httpx.Response) -> str:
    return str(_first(answer).get("description") or "")[:200]
