"""A city's Open311 endpoint that takes nothing but what GeoReport v2 says, and fails as it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY, JURISDICTION, SERVICES = "city-key", "city.example", ("17", "23")
_FIELDS = frozenset(
    {
        *("jurisdiction_id", "service_code", "lat", "long", "address_string", "address_id", "email", "device_id"),
        *("account_id", "first_name", "last_name", "phone", "description", "media_url", "api_key"),
    }
)


@dataclass
class CityHall:
    """tokens: a number comes only when asked with the token; fails: statuses of the next answers, 0 for none at all."""

    tokens: bool = False
    fails: list[int] = field(default_factory=list)
    reports: list[dict[str, str]] = field(default_factory=list)
    status: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: int = 0

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v2/requests.json", self._report, methods=["POST"]),
                Route("/v2/requests/{number}.json", self._request),
                Route("/v2/tokens/{token}.json", self._token),
            ]
        )

    async def _report(self, request: Request) -> Response:
        if request.headers["content-type"] != "application/x-www-form-urlencoded":
            return _error(400, "form expected")
        pairs = parse_qsl((await request.body()).decode(), strict_parsing=True, keep_blank_values=True)
        form = dict(pairs)
        if self.fails and (wrong := self.fails.pop(0)) != 200:
            if wrong == 0:
                self.reports.append(form)
                raise ConnectionResetError
            return _error(wrong, "not today")
        if form.get("api_key") != KEY or form.get("jurisdiction_id") != JURISDICTION:
            return _error(403, "api_key")
        if len(form) != len(pairs) or set(form) - _FIELDS or form.get("service_code") not in SERVICES:
            return _error(400, "no such service_code")
        if not (form.get("address_string") or {"lat", "long"} <= form.keys()):
            return _error(400, "a place")
        self.reports.append(form)
        number = f"SR-{len(self.reports)}"
        self.status[number] = ("open", "")
        told = {"token": f"t-{number}"} if self.tokens else {"service_request_id": number, "service_notice": "thanks"}
        return JSONResponse([told], status_code=201)

    async def _token(self, request: Request) -> Response:
        self.asked += 1
        token = request.path_params["token"]
        known = {"service_request_id": token.removeprefix("t-")} if self.asked > 1 else {}
        return JSONResponse([{"token": token, **known}])

    async def _request(self, request: Request) -> Response:
        number = request.path_params["number"]
        if number not in self.status:
            return _error(404, "no such request")
        status, notes = self.status[number]
        found: dict[str, Any] = {"service_request_id": number, "status": status, "service_code": "17"}
        return JSONResponse([found | ({"status_notes": notes} if notes else {})])


def _error(status: int, description: str) -> Response:
    return JSONResponse([{"code": status, "description": description}], status_code=status)
