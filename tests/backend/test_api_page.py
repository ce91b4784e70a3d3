"""`/docs` is read without a network: one page of our own, all that the document holds, nothing from anywhere else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tests.databases import on_sqlite
from tests.resident import Resident

LOADS = ("src", "srcset", "data", "poster")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            assert given["id"] not in self.ids, given["id"]
            self.ids.add(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        self.loaded += [f"{tag} {name}" for name in given if name in LOADS or (name == "href" and tag != "a")]
        self.loaded += [tag] if tag in ("script", "iframe", "object", "embed") else []

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@on_sqlite
def test_every_route_event_and_shape_is_read_and_nothing_is_loaded(house: Resident) -> None:
    answer, document = house.request("GET", "/docs"), house.request("GET", "/openapi.json").json()
    assert answer.status_code == 200
    page = _Page()
    page.feed(answer.text)
    assert page.loaded == []
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert [link for link in page.links if not link.startswith("#") and link != "/openapi.json"] == []
    assert [link for link in page.links if link.startswith("#") and link[1:] not in page.ids] == []
    words = " ".join(" ".join(page.text).split())
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert f"{method.upper()} {path} {operation['summary']}" in words
    for name in document["webhooks"]:
        assert f"event {name}" in words
    assert {f"shape-{name}" for name in document["components"]["schemas"]} <= page.ids
    # Of a thing in a thing, its fields too; what a body looks like; why something is refused.
    assert re.search(r"handed_on HandedOn or null", words)
    assert '"category": "public_area"' in words
    assert document["components"]["responses"]["Problem415"]["description"] in words


@on_sqlite
def test_no_other_page_of_the_framework_is_served(house: Resident) -> None:
    assert house.request("GET", "/redoc").status_code == 404
