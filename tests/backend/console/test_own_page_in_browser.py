"""The resident's own page in a real browser: without a script, by large targets, in both languages, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
from playwright.sync_api import expect

from tests.backend.console.conftest import Estate
from tests.browsing import link_in
from tests.channels.web.conftest import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LEAST, LETTERS = 44, 18
_SMALL = """least => [...document.querySelectorAll('a:not(.skip), button, summary, label')]
  .map(one => [one.outerHTML.slice(0, 60), one.getBoundingClientRect().height])
  .filter(([, height]) => height > 0 && height < least)"""

_SPILLS = """() => [...document.querySelectorAll('.box, nav a')].flatMap(box => [...box.querySelectorAll('*')]
  .filter(one => one.getBoundingClientRect().right > box.getBoundingClientRect().right + 1)
  .map(one => one.outerHTML.slice(0, 60)))"""
_TINY = """least => [...document.querySelectorAll('body *')]
  .filter(one => [...one.childNodes].some(part => part.nodeType === 3 && part.data.trim()))
  .filter(one => one.getBoundingClientRect().height > 0 && parseFloat(getComputedStyle(one).fontSize) < least)
  .map(one => one.outerHTML.slice(0, 60))"""


def _link(estate: Estate, sender: str) -> str:
    body = {"sender": sender, "message": "我的页面"}
    answer = httpx.post(f"{estate.base}/webhooks/rest/webhook", json=body, timeout=30)
    return estate.base + link_in(answer.text)


def _opened(browser: Browser, estate: Estate, sender: str, **given: Any) -> Page:
    page = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, **given).new_page()
    page.goto(_link(estate, sender))
    page.get_by_role("button").click()
    page.wait_for_url("**/my")
    return page


def test_the_page_is_used_without_a_script(browser: Browser, estate: Estate) -> None:
    estate.say("own-page", "水管漏水")
    estate.say("own-page", "是")
    page = _opened(browser, estate, "own-page", java_script_enabled=False, locale="zh-CN")
    expect(page.locator("#cases")).to_contain_text("水管漏水")
    page.get_by_text("这个不需要了").first.click()
    page.get_by_role("button", name="撤回", exact=True).first.click()
    expect(page.get_by_role("status")).to_contain_text("已经撤回了")
    page.get_by_label("English").check()
    page.get_by_label("Slowly").or_(page.get_by_label("请慢一点")).check()
    page.locator("#ways").get_by_role("button", name="就这样").click()
    expect(page.get_by_role("status")).to_contain_text("from now on")
    page.get_by_role("button", name="Pay what is ticked").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pay ")
    page.get_by_role("link", name="Back to my page").click()
    page.get_by_role("button", name="Close my page here").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Closed")
    page.context.close()


def test_the_page_is_for_everybody(browser: Browser, estate: Estate, axe: str) -> None:
    for scheme in ("light", "dark"):
        page = _opened(browser, estate, "own-eyes", bypass_csp=True, color_scheme=scheme)
        for _ in range(page.locator("summary").count()):
            page.locator("details:not([open]) > summary").first.click()
        assert page.evaluate(_SMALL, LEAST) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.impact, v.nodes[0].html]))")
        assert [one for one in found if one[1] in ("serious", "critical")] == []
        assert page.evaluate(_TINY, LETTERS) == []
        page.context.close()


def test_large_letters_stay_in_their_boxes(browser: Browser, estate: Estate) -> None:
    """In English, whose words and sums are longer."""
    page = _opened(browser, estate, "own-large", locale="en")
    page.get_by_label("English").check()
    page.get_by_label("Slowly").or_(page.get_by_label("请慢一点")).check()
    page.locator("#ways").get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("from now on")
    expect(page.locator("body.large")).to_have_count(1)
    # The words of the answer are there before its style is.
    page.wait_for_load_state("load")
    assert page.evaluate(_SPILLS) == []
    assert page.evaluate(_TINY, LETTERS) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.context.close()
