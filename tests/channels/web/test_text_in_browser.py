"""Whatever anybody writes stays text in the real Chromium, and no address is followed that could run something."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

XSS = (
    "<script>window.caught=1</script>",
    "<img src=x onerror=window.caught=1>",
    '"><svg onload=window.caught=1>',
    "<a href=javascript:window.caught=1>x</a>",
    "javascript:window.caught=1",
    "${window.caught=1} {{window.caught=1}}",
    "&lt;b&gt;&#60;i&#62;</p></div><h1>big",
    "</script><iframe srcdoc='<script>parent.caught=1</script>'>",
)


@pytest.mark.parametrize("text", XSS)
def test_what_is_typed_stays_text(text: str, visit: Any) -> None:
    one = visit()
    one.open("en")
    one.say(text)
    expect(one.page.locator(".line.mine .bubble").last).to_have_text(text, use_inner_text=True)
    one.say(f"the kitchen tap drips {text}")
    one.page.reload()
    one.page.locator(".line.mine").nth(1).wait_for()
    assert one.page.evaluate("window.caught") is None
    inside = one.page.locator(".log").evaluate("log => log.querySelectorAll('script, img, iframe, h1, a').length")
    assert inside == 0


def test_addresses_of_parts_are_followed_only_where_that_is_safe(visit: Any) -> None:
    one = visit()
    one.deaf()
    one.open()
    parts = [
        {"type": "link", "title": "bad", "url": "javascript:window.caught=1"},
        {"type": "link", "title": "bad", "url": "data:text/html,<script>1</script>"},
        {"type": "media", "kind": "image", "url": "javascript:1", "alt": "bad"},
        {"type": "media", "kind": "image", "url": "data:text/html;base64,eA==", "alt": "bad"},
        {"type": "unheard-of", "text": "<b>bad</b>"},
        {"type": "link", "title": "good", "url": "/pay/1"},
        {"type": "media", "kind": "image", "url": "data:image/png;base64,iVBORw0KGgo=", "alt": "good"},
        {"type": "text", "text": "see https://linli.example/pay?a=1，thanks"},
    ]
    line = {"id": "o999", "mine": False, "at": None, "message": None, "parts": parts}
    body = json.dumps({"lines": [line], "cursor": "9.9", "language": "zh_Hans", "with_staff": False})
    one.page.route("**/history*", lambda route: route.fulfill(body=body))
    drawn = one.page.locator(".log .line").last
    drawn.get_by_text("thanks").wait_for()
    hrefs = drawn.evaluate(
        "e => [...e.querySelectorAll('a, img, b')].map((e) => e.getAttribute('href') ?? e.getAttribute('src'))"
    )
    good = [f"{one.site.base}/pay/1", "data:image/png;base64,iVBORw0KGgo=", "https://linli.example/pay?a=1"]
    assert hrefs == good
