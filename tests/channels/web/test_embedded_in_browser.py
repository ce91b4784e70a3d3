"""The chat on somebody else's page, by two lines and under a strict policy; and for whom that page has signed in."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.channels.web.conftest import SITE_SECRET, Site
from tests.channels.web.test_identity import sealed

TWO_LINES = """<script type="module" src="{base}/widget.js"></script>
<linli-chat community="sunshine" {more}></linli-chat>"""


class Host:
    """A site of others; `words`: what it says of whoever is signed in, at /who."""

    def __init__(self, site: Site, port: int) -> None:
        base = site.base
        policy = f"default-src 'none'; script-src {base}; connect-src 'self' {base}; img-src {base} blob: data:"
        self.words: list[str] = []
        host = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                who, page = self.path == "/who", self.path.removeprefix("/")
                text = host.words.pop(0) if who else TWO_LINES.format(base=base, more=host.more.get(page, ""))
                body = (text if who else f'<!doctype html><html lang="en"><title>x</title>{text}').encode()
                self.send_response(200)
                self.send_header("content-type", "text/plain" if who else "text/html; charset=utf-8")
                self.send_header("content-security-policy", policy)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                return

        self.more = {"signed-in": 'identity-from="/who"'}
        self.server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
        self.base = f"http://127.0.0.1:{port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def vouches(self, **other: Any) -> None:
        now = time.time()
        claims = {"sub": "member-77", "aud": "sunshine", "iat": now, "exp": now + 120, "jti": f"j{now}", **other}
        self.words.append(sealed(claims, SITE_SECRET))

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def listed(site: Site) -> Iterator[Host]:
    host = Host(site, site.listed)
    yield host
    host.close()


def _open(one: Any, page: str) -> None:
    one.page.goto(page)
    one.launch.click()


def test_two_lines_show_it_on_a_listed_site_under_a_strict_policy(visit: Any, listed: Host) -> None:
    one = visit()
    _open(one, f"{listed.base}/")
    one.page.locator(".choices button").first.wait_for()
    one.say("the kitchen tap is dripping")
    assert one.page.locator(".card").count() == 1
    one.page.locator(".more").click()
    one.page.locator(".tray button").first.wait_for()


def test_on_any_other_site_it_says_nothing(visit: Any, site: Site) -> None:
    host = Host(site, site.foreign)
    try:
        one = visit()
        answers: list[int] = []
        one.page.on("response", lambda r: answers.append(r.status) if "/channels/web/sunshine" in r.url else None)
        _open(one, f"{host.base}/")
        one.page.locator(".note:visible").wait_for()
        assert one.page.locator(".line").count() == 0
        assert set(answers) <= {403}
    finally:
        host.close()


def test_whom_the_site_has_signed_in_goes_on_at_another_browser(visit: Any, listed: Host) -> None:
    first, second, guest = visit(), visit(), visit()
    listed.vouches()
    _open(first, f"{listed.base}/signed-in")
    first.page.locator(".choices button").first.wait_for()
    first.say("the kitchen tap is dripping")
    listed.vouches(jti="another-word-of-the-site")
    _open(second, f"{listed.base}/signed-in")
    second.page.locator(".card").wait_for()
    assert second.lines() == first.lines()
    _open(guest, f"{listed.base}/")
    guest.page.locator(".choices button").first.wait_for()
    assert guest.page.locator(".card").count() == 0


def test_a_word_of_a_site_that_is_over_makes_nobody_a_guest_in_silence(visit: Any, listed: Host) -> None:
    one = visit()
    listed.vouches(exp=time.time() - 1)
    _open(one, f"{listed.base}/signed-in")
    one.page.locator(".note", has_text="who you are").wait_for()
    assert one.page.locator(".line").count() == 0
