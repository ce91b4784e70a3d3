"""The chat on somebody else's page, by two lines and under a strict policy; and for whom that page has signed in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import expect

from backend import instant
from tests.channels.web.conftest import NODE, SITE_SECRET, Site
from tests.channels.web.test_identity import sealed

TWO_LINES = """<script type="module" src="{base}/widget.js"></script>
<linli-chat community="sunshine" {more}></linli-chat>"""

SCRIPT = '<script src="/socket.io.js"></script>'
CLIENT = NODE / "socket.io-client" / "dist" / "socket.io.min.js"
# As a chat page that was written for Rasa does it.
RASA = """([base, transports, session_id]) => new Promise((done) => {
  window.heard = [];
  const line = (window.line = io(base, { transports }));
  line.on('connect', () => line.emit('session_request', { session_id }));
  line.on('session_confirm', done);
  line.on('connect_error', (error) => { line.close(); done(`refused: ${error.message}`); });
  line.on('bot_uttered', (said) => heard.push(said));
})"""


class Host:
    """A site of others; `words`: what it says of whoever is signed in, at /who."""

    def __init__(self, site: Site, port: int) -> None:
        self.site, base = site, site.base
        lines = f"{base} {base.replace('http', 'ws', 1)}"
        policy = f"default-src 'none'; script-src 'self' {base}; connect-src 'self' {lines}; img-src {base} blob: data:"
        self.words: list[str] = []
        host = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = host.page(self.path)
                self.send_response(200)
                self.send_header("content-type", kind)
                self.send_header("content-security-policy", policy)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
        self.base = f"http://127.0.0.1:{port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def page(self, path: str) -> tuple[str, bytes]:
        if path == "/who":
            return "text/plain", self.words.pop(0).encode()
        if path == "/socket.io.js":
            return "text/javascript", CLIENT.read_bytes()
        more = 'identity-from="/who"' if path == "/signed-in" else ""
        lines = SCRIPT if path == "/rasa" else TWO_LINES.format(base=self.site.base, more=more)
        return "text/html; charset=utf-8", f'<!doctype html><html lang="en"><title>x</title>{lines}'.encode()

    def vouches(self, **other: Any) -> None:
        now = instant.now().timestamp()
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
    expect(one.page.locator(".card")).to_have_count(1)
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
        expect(one.page.locator(".line")).to_have_count(0)
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
    expect(guest.page.locator(".card")).to_have_count(0)


def test_a_word_of_a_site_that_is_over_makes_nobody_a_guest_in_silence(visit: Any, listed: Host) -> None:
    one = visit()
    listed.vouches(exp=instant.now().timestamp() - 1)
    _open(one, f"{listed.base}/signed-in")
    one.page.locator(".note", has_text="who you are").wait_for()
    expect(one.page.locator(".line")).to_have_count(0)


@pytest.mark.parametrize("transports", [["polling", "websocket"], ["websocket"]], ids=["both", "websocket"])
def test_the_public_client_of_rasas_socket_protocol(transports: list[str], visit: Any, listed: Host) -> None:
    page, base, me = visit().page, listed.site.base, f"a-browser-with-{len(transports)}"
    page.goto(f"{listed.base}/rasa")
    assert page.evaluate(RASA, [base, transports, me]) == me
    say = f"(message) => line.emitWithAck('user_uttered', {{ message, session_id: '{me}' }})"
    assert page.evaluate(say, "厨房水龙头漏水")["status"] == 200
    offered = page.evaluate("heard.at(-1).quick_replies")
    assert offered
    page.evaluate(say, "转人工")
    listed.site.desk(me, "take-over")
    listed.site.desk(me, "messages", text="我是前台，马上帮您看。")
    page.wait_for_function("() => heard.some((said) => said.text.includes('马上帮您看'))")


def test_the_socket_is_shut_to_pages_that_are_not_listed(visit: Any, site: Site) -> None:
    host = Host(site, site.foreign)
    try:
        page = visit().page
        page.goto(f"{host.base}/rasa")
        for transports in (["polling"], ["websocket"]):
            assert page.evaluate(RASA, [site.base, transports, "x"]).startswith("refused")
    finally:
        host.close()
