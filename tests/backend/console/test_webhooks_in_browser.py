"""The page of webhooks in a real browser: both languages and lights, on a desk and on a phone; replay by its button."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests.backend.console.conftest import Estate, Open, awake
from tests.backend.console.test_in_browser import serious
from tests.fakes.receiver import Receiver

SIZES = ((1280, 800), (390, 844))
LAMP = {"details": "路灯不亮", "where": "3号门口", "category": "public_area"}


def _call(estate: Estate, path: str, body: Any = None) -> Any:
    headers = {"Authorization": "Bearer linli-demo-key"}
    answer = httpx.post(f"{estate.base}/api/v1{path}", json=body or {}, headers=headers, timeout=30)
    assert answer.status_code < 300, answer.text
    return answer.json()


def _fits(page: Page) -> bool:
    """Nothing is wider than the screen."""
    wide = """() => { const main = document.querySelector("main"), all = document.documentElement;
        return Math.max(all.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth) <= 0; }"""
    return bool(page.evaluate(wide))


def test_the_page_in_both_languages_and_lights_on_a_desk_and_on_a_phone(
    estate: Estate, sign_in: Open, axe: str, receiver: Receiver
) -> None:
    hook = _call(estate, "/webhooks", {"url": receiver.url("/a/rather/long/path/of/the/tower"), "events": ["case.*"]})
    _call(estate, "/cases", LAMP)
    _call(estate, f"/webhooks/{hook['id']}/rotate", {"keep_hours": 24})
    receiver.answer = lambda _: (500, {})
    _call(estate, "/cases", LAMP)
    for language, words in (("en", "signs, the newest"), ("zh-CN", "正在使用，最新")):
        for size in SIZES:
            page = sign_in("admin", "webhooks", size, locale=language, bypass_csp=True)
            assert _fits(page)
            assert serious(page, axe, f"webhooks {language} {size}") == []
            page.goto(f"{estate.base}/console/webhooks/{hook['id']}")
            awake(page)
            expect(page.get_by_text(words)).to_be_visible()
            page.locator("details summary", has_text="try" if language == "en" else "尝试").first.click()
            assert _fits(page), (language, size)
            assert serious(page, axe, f"webhook {language} {size}") == []
            page.context.close()


def test_a_delivery_is_sent_again_by_its_button(estate: Estate, sign_in: Open, receiver: Receiver) -> None:
    hook = _call(estate, "/webhooks", {"url": receiver.url(), "events": ["case.created"]})
    _call(estate, "/cases", LAMP)
    page = sign_in("admin", f"webhooks/{hook['id']}")
    page.get_by_role("button", name="Send again: case.created").click()
    awake(page)
    page.get_by_role("button", name="Send a test").click()
    page.locator("code", has_text="webhook.test").first.wait_for()
    for _ in range(100):
        if len(receiver.calls) == 3:
            break
        page.wait_for_timeout(50)
    first, again, test = receiver.calls
    assert first.id == again.id
    assert test.json["type"] == "webhook.test"
