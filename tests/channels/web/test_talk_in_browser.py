"""Conversations in the real Chromium: by mouse, by keyboard, in both languages, with photos and without a network."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.channels.web.conftest import PHONE


def _photo(tmp_path: Path, name: str = "leak.jpg") -> Path:
    path = tmp_path / name
    Image.new("RGB", (640, 480), (40, 120, 180)).save(path)
    return path


def test_a_repair_in_chinese_by_mouse(visit: Any) -> None:
    one = visit()
    one.open("zh-Hans")
    one.text.click()
    one.page.keyboard.type("厨房水龙头漏水，明天下午三点来")
    one.page.locator(".send").click()
    one.page.locator(".card dd", has_text="3栋2单元501").wait_for()
    one.tap("是")
    assert re.search(r"R-\d{8}-\d{4}", one.lines()[-2])
    (case,) = one.site.api("cases", one.sender)
    assert case["kind"] == "repair"
    assert case["category"] == "water"


def test_a_repair_in_english_by_keyboard_alone(visit: Any) -> None:
    one = visit(PHONE)
    one.page.goto(f"{one.site.base}/chat?lang=en")
    _tab_to(one, "Chat with the front desk")
    one.page.keyboard.press("Enter")
    one.page.locator(".choices button").first.wait_for()
    assert _focused(one) == "Write a message"
    one.page.keyboard.type("the kitchen tap is dripping")
    one.page.keyboard.press("Enter")
    one.page.locator(".card").wait_for()
    _tab_to(one, "Yes", back=True)
    one.page.keyboard.press("Enter")
    one.answered()
    assert "Your number is R-" in one.lines()[-2]
    assert len(one.site.api("cases", one.sender)) == 1
    assert _focused(one) == "Write a message"
    one.page.keyboard.press("Escape")
    expect(one.text).to_be_hidden()
    assert _focused(one) == "Chat with the front desk"


def test_who_chooses_by_keyboard_goes_on_by_keyboard(visit: Any) -> None:
    one = visit()
    one.open("en")
    one.page.locator(".choices button", has_text="Report a repair").focus()
    one.page.keyboard.press("Enter")
    one.page.wait_for_function(
        "() => document.querySelector('linli-chat').shadowRoot.activeElement?.closest('.choices')"
    )
    assert _focused(one) == "Water or drains"


def _focused(one: Any) -> str:
    found: str = one.page.evaluate(
        """() => { let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return (at?.getAttribute('aria-label') || at?.textContent || '').trim(); }"""
    )
    return found


def _tab_to(one: Any, name: str, *, back: bool = False) -> None:
    for _ in range(60):
        if _focused(one) == name:
            return
        one.page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{name} cannot be reached by Tab")


def test_the_enter_that_ends_a_chinese_word_sends_nothing(visit: Any) -> None:
    one = visit()
    one.open()
    one.text.fill("chufang")
    one.text.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(one.text).to_have_value("chufang")
    expect(one.page.locator(".line.mine")).to_have_count(0)


def test_a_reload_keeps_the_conversation_and_the_token_is_in_no_address(visit: Any) -> None:
    one = visit()
    addresses: list[str] = []
    one.page.on("request", lambda request: addresses.append(request.url))
    one.open("zh-Hans")
    one.say("厨房水龙头漏水")
    before = one.lines()
    offered = one.page.locator(".choices button").all_inner_texts()
    one.page.reload()
    one.page.locator(".card").wait_for()
    assert one.lines() == before
    expect(one.page.locator(".choices button")).to_have_text(offered)
    token = one.page.evaluate("localStorage.getItem('linli.sunshine.token')")
    assert len(token) >= 32
    assert [url for url in addresses if token in url] == []
    one.tap("是")
    assert len(one.site.api("cases", one.sender)) == 1


def test_a_photo_is_shown_kept_and_part_of_the_case(visit: Any, tmp_path: Path) -> None:
    one = visit()
    one.open("en")
    one.say("the kitchen tap is dripping")
    one.page.locator("input[type=file]").set_input_files(_photo(tmp_path))
    one.page.locator(".card dt", has_text="Photo").wait_for()
    expect(one.page.locator(".line.mine .picture img")).to_have_count(1)
    one.tap("Yes")
    one.page.reload()
    shown = one.page.locator(".line.mine .picture img")
    shown.wait_for()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 640


@pytest.mark.parametrize(("name", "content", "words"), [
    ("notes.jpg", b"not a photo at all" * 50, "这不是能打开的照片"),
    ("report.pdf", b"%PDF-1.7 " * 50, "这不是能打开的照片"),
    ("huge.jpg", b"\xff\xd8\xff" + bytes(50_000_000), "超过 8 MB"),
])  # fmt: skip
def test_what_is_no_photo_is_refused_kindly(name: str, content: bytes, words: str, visit: Any, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    one = visit()
    one.open("zh-Hans")
    one.page.locator("input[type=file]").set_input_files(path)
    one.page.locator(".note", has_text=words).wait_for()
    expect(one.page.locator(".line.mine .again")).to_have_count(0)
    one.say("厨房水龙头漏水")
    expect(one.page.locator(".card")).to_have_count(1)


@pytest.mark.parametrize("status", [500, 503])
def test_sending_again_uses_the_same_id(status: int, visit: Any) -> None:
    one = visit()
    one.deaf()
    one.open("en")
    ids: list[str] = []

    def answer(route: Any) -> None:
        ids.append(json.loads(route.request.post_data)["id"])
        if len(ids) > 1:
            route.continue_()
            return
        # It had arrived: only its answer is lost.
        route.fetch()
        route.fulfill(status=status, headers={"retry-after": "60"}, body="{}")

    one.page.route("**/messages", answer)
    # Else what is new may be fetched first, and tell that it had arrived: then there is nothing to send again.
    one.page.route("**/history*", lambda route: route.abort())
    one.text.fill("the kitchen tap is dripping")
    one.text.press("Enter")
    one.page.locator(".note:visible").wait_for()
    one.page.locator(".again").click()
    one.answered()
    assert ids[0] == ids[1]
    expect(one.page.locator(".card")).to_have_count(1)
    expect(one.page.locator(".line.mine")).to_have_count(1)
    expect(one.page.locator(".note").first).to_be_hidden()


def test_without_a_network_words_wait_and_go_when_it_is_back(visit: Any) -> None:
    one = visit()
    one.open("zh-Hans")
    one.page.context.set_offline(True)
    one.text.fill("厨房水龙头漏水")
    one.text.press("Enter")
    one.page.locator(".note", has_text="网络断开了").wait_for()
    expect(one.page.locator(".again")).to_be_visible()
    one.page.context.set_offline(False)
    one.page.locator(".card").wait_for()
    expect(one.page.locator(".line.mine")).to_have_count(1)
    one.tap("是")
    assert len(one.site.api("cases", one.sender)) == 1


def test_what_was_not_sent_outlives_a_reload(visit: Any) -> None:
    one = visit()
    one.deaf()
    one.open("en")
    one.page.route("**/messages", lambda route: route.abort())
    one.text.fill("the kitchen tap is dripping")
    one.text.press("Enter")
    one.page.locator(".again").wait_for()
    one.page.unroute("**/messages")
    one.page.reload()
    one.page.locator(".again").click()
    one.page.locator(".card").wait_for()
    expect(one.page.locator(".line.mine")).to_have_count(1)


@pytest.mark.parametrize(("language", "words"), [("zh-Hans", "救命"), ("en", "Help!")])
def test_sos_raises_an_alarm_at_once(language: str, words: str, visit: Any) -> None:
    one = visit()
    one.open(language)
    one.page.locator(".sos").click()
    one.answered()
    expect(one.page.locator(".line.mine").first).to_contain_text(words)
    assert len(one.site.api("alarms", one.sender)) == 1
    # Whoever is in danger taps what they are told to dial.
    expect(one.page.locator('.line:not(.mine) a[href="tel:120"]').first).to_have_text("120")
    # The same digits as a price, a room, or in their own words are no number to dial.
    one.text.fill("120元，打给120室的")
    one.text.press("Enter")
    expect(one.page.locator(".line.mine").last).to_contain_text("120元")
    expect(one.page.locator('.line.mine a[href^="tel:"]')).to_have_count(0)


def test_an_sos_that_cannot_go_shows_what_to_dial_and_goes_by_itself(visit: Any) -> None:
    one = visit()
    one.open("zh-Hans")
    one.page.route("**/messages", lambda route: route.abort())
    one.page.locator(".sos").click()
    one.page.locator(".dial a").first.wait_for()
    assert one.page.locator(".dial a").evaluate_all("all => all.map((a) => a.href)") == [
        "tel:120",
        "tel:119",
        "tel:110",
    ]
    one.page.unroute("**/messages")
    one.answered()
    one.page.locator(".dial").wait_for(state="hidden")
    assert len(one.site.api("alarms", one.sender)) == 1


def test_the_language_follows_the_conversation_and_the_switch(visit: Any) -> None:
    one = visit()
    one.open("zh-Hans")
    one.say("The street lamp at gate 3 is dark since yesterday")
    expect(one.text).to_have_attribute("aria-label", "Write a message")
    one.page.locator("header .tool[lang]").click()
    one.answered()
    expect(one.text).to_have_attribute("aria-label", "请输入您要说的话")
    one.tap("是")
    assert "单号" in one.lines()[-2]


def test_a_service_on_the_page_begins_its_conversation(visit: Any) -> None:
    one = visit(PHONE)
    one.page.goto(f"{one.site.base}/chat?lang=en")
    one.page.locator("[data-say]", has_text="Water, power, gas").first.click()
    one.page.locator(".choices button", has_text="Water or drains").wait_for()


def test_a_pasted_photo_is_sent(visit: Any) -> None:
    one = visit()
    one.open("en")
    out = io.BytesIO()
    Image.new("RGB", (64, 64)).save(out, "PNG")
    one.text.evaluate(
        """(text, bytes) => { const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], 'x.png', { type: 'image/png' }));
        text.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true })); }""",
        list(out.getvalue()),
    )
    one.page.locator(".line.mine .picture").wait_for()
    one.answered()
