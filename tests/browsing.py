"""A browser without scripts at the resident's own page: cookies, forms as they stand there, and what it is called."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx

from tests.resident import Resident

ORIGIN = "http://linli"
LINK = re.compile(r"(?:http://[\w.:]+)?(/my/in/[\w-]+)")
_FIELD = re.compile(r'<input type="(hidden|checkbox|radio)" name="([^"]+)"(?: value="([^"]*)")?( checked)?')


def link_in(text: str) -> str:
    found = LINK.search(text)
    assert found is not None, text
    return found[1]


class Browser:
    """`house` lends the app and its loop."""

    def __init__(self, house: Resident, **headers: str) -> None:
        self.house = house
        transport = httpx.ASGITransport(house.app, raise_app_exceptions=False)
        headers = {"accept-language": "zh-CN", **headers}
        self.http = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)

    def get(self, path: str) -> httpx.Response:
        return self._ask("GET", path)

    def post(self, path: str, origin: str | None = ORIGIN, **form: str) -> httpx.Response:
        return self._ask("POST", path, data=form, headers={"origin": origin} if origin else {})

    def open(self, link: str) -> httpx.Response:
        """The button behind the link, and the page that it leads to."""
        answer = self.post(link)
        assert (answer.status_code, answer.headers.get("location")) == (303, "/my"), answer.text
        return self.get("/my")

    def press(self, act: str, page: str = "/my", **changed: str) -> httpx.Response:
        """A form of the page as it stands there, with what was changed in it."""
        answer = self.post(f"/my/{act}", **{**self.form(act, page), **changed})
        return self.get(answer.headers["location"]) if answer.status_code == 303 else answer

    def form(self, act: str, page: str = "/my") -> dict[str, str]:
        """The first form of this name, as it would be sent."""
        text = self.get(page).text
        found = re.search(rf'<form method="post" action="/my/{act}">(.*?)</form>', text, re.DOTALL)
        assert found is not None, text
        fields = _FIELD.findall(found[1])
        return {name: html.unescape(value or "on") for kind, name, value, on in fields if kind == "hidden" or on}

    def close(self) -> None:
        self.house.loop.run_until_complete(self.http.aclose())

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.house.loop.run_until_complete(self.http.request(method, path, **more))
