"""Somebody at the staff console over HTTP, with a browser's cookies and the token that its forms bear."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.resident import Resident

PASSWORD = "linli-demo"  # noqa: S105 - the demo's, printed in the README
ORIGIN = "http://linli"


class Hands:
    """A clock that a test turns: sessions grow old without anybody waiting."""

    def __init__(self, at: datetime | None = None) -> None:
        self.at = at or datetime(2026, 11, 20, 1, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def real(self) -> datetime:
        return self.at

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)


class Clerk:
    """One browser; `house` lends the app and its loop."""

    def __init__(self, house: Resident, login: str = "", password: str = PASSWORD) -> None:
        self.house = house
        transport = httpx.ASGITransport(house.app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url=ORIGIN)
        self.login = login
        if login:
            assert self.sign_in(login, password).status_code == 303

    def sign_in(self, login: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
        form = {"login": login, "password": password}
        return self._ask("POST", "/console/sign-in", data=form, headers={"origin": ORIGIN, **headers})

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._ask("GET", path, headers=headers)

    def post(self, path: str, token: str | None = None, origin: str = ORIGIN, **form: str) -> httpx.Response:
        """As our script sends it; token None: the one that the page bears."""
        headers = {"origin": origin, "x-linli": "1", "x-linli-token": self.token() if token is None else token}
        return self._ask("POST", path, data=form, headers=headers)

    def token(self) -> str:
        found = re.search(r'data-token="(\w+)"', self.get("/console/account").text)
        return found.group(1) if found else ""

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.house.loop.run_until_complete(self.http.request(method, path, **more))
