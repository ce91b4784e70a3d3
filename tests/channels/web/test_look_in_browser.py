"""How the page and the widget look and serve everybody: contrast, names, sizes, large text, both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.channels.web.conftest import DESKTOP, PHONE

SMALLEST = 44


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_axe_finds_nothing_serious(language: str, scheme: str, size: tuple[int, int], visit: Any, axe: str) -> None:
    one = visit(size, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    one.page.goto(f"{one.site.base}/chat?lang={language}")
    _clean(one, axe)
    if one.launch.is_visible():
        one.launch.click()
    one.page.locator(".choices button").first.wait_for()
    one.say("厨房水龙头漏水" if language != "en" else "the kitchen tap is dripping")
    one.page.route("**/messages", lambda route: route.fulfill(status=503, body="{}"))
    one.text.fill("1")
    one.text.press("Enter")
    one.page.locator(".again").wait_for()
    one.page.locator(".more").click()
    one.page.locator(".tray button").first.wait_for()
    _clean(one, axe)


def _clean(one: Any, axe: str) -> None:
    one.page.evaluate(axe)
    found = one.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    serious = [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
    assert not serious, "\n".join(serious)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_everything_to_press_is_large_enough(size: tuple[int, int], visit: Any) -> None:
    one = visit(size)
    one.open("zh-Hans")
    one.say("厨房水龙头漏水")
    one.page.locator(".more").click()
    one.page.locator(".tray button").first.wait_for()
    small = one.page.evaluate(
        """(least) => { const chat = document.querySelector('linli-chat').shadowRoot;
        const all = [...document.querySelectorAll('a, button'), ...chat.querySelectorAll('a, button, textarea')];
        return all.filter((e) => e.checkVisibility() && !e.matches('.skip, .bubble a'))
          .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
          .filter(([, box]) => box.width < least || box.height < least); }""",
        SMALLEST,
    )
    assert small == []


def test_large_text_is_four_tenths_larger_and_stays(visit: Any) -> None:
    one = visit()
    one.open("en")
    plain = _size(one)
    one.page.locator(".tool[aria-pressed]").click()
    assert _size(one) == pytest.approx(plain * 1.4)
    one.page.reload()
    one.page.locator(".choices button").first.wait_for()
    assert _size(one) == pytest.approx(plain * 1.4)
    expect(one.page.locator(".tool[aria-pressed=true]")).to_have_count(1)


def _size(one: Any) -> float:
    size: float = one.page.locator(".bubble").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    return size


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1366, 1920])
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_nothing_sticks_out_sideways(language: str, width: int, visit: Any) -> None:
    one = visit((width, 800))
    one.open(language)
    for _ in range(2):
        wide = one.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        inner = one.page.locator("linli-chat .panel").evaluate("p => p.scrollWidth - p.clientWidth")
        assert (wide, inner) == (0, 0)
        one.page.locator(".tool[aria-pressed]").click()


def test_a_screen_reader_hears_what_comes(visit: Any) -> None:
    one = visit()
    one.open("en")
    log = one.page.locator("linli-chat [role=log]")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_have_attribute("aria-label", "Conversation")
    expect(one.page.locator("linli-chat [role=dialog]")).to_have_attribute("lang", "en")
    one.say("the kitchen tap is dripping")
    expect(one.page.locator(".line.mine .away").first).to_have_text("You said:")
    expect(one.page.get_by_role("group", name="Answers to choose from")).to_have_count(1)


def test_typing_is_shown_while_the_desk_writes(visit: Any) -> None:
    one = visit()
    one.open("en")
    held: list[Any] = []
    one.page.route("**/messages", lambda route: held.append(route))
    one.text.fill("hello")
    one.text.press("Enter")
    one.page.locator(".typing:visible").wait_for()
    expect(one.page.locator("[role=status].away")).to_have_text("The desk is writing")
    held[0].continue_()
    one.answered()
    expect(one.page.locator(".typing")).to_be_hidden()
