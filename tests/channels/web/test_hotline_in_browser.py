"""The demo's telephone in a real browser: whole services by keys alone, in both languages, and one in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.channels.web.conftest import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

LI_NA, BROWN = "+8613800000501", "+8613800012603"


@dataclass(frozen=True, slots=True)
class Telephone:
    """Somebody at the page who calls."""

    page: Page
    listening: str

    @classmethod
    def at(cls, visitor: Visitor, language: str, caller: str) -> Telephone:
        visitor.page.goto(f"{visitor.site.base}/hotline?lang={language}")
        visitor.page.locator("#caller").select_option(caller)
        found = cls(visitor.page, "请按键或说话" if language == "zh_Hans" else "Press a key or speak")
        with found.page.expect_response("**/voice"):
            found.page.locator("#call").click()
        return found

    def press(self, *turns: str) -> None:
        """Each of them one answer; a hash says where several keys end."""
        for keys in turns:
            expect(self.page.locator("#state")).to_have_text(self.listening)
            with self.page.expect_response("**/voice/turn*"):
                for key in keys:
                    self.page.locator(f'[data-key="{key}"]').click()

    def say(self, words: str) -> None:
        expect(self.page.locator("#state")).to_have_text(self.listening)
        self.page.locator("#said").fill(words)
        with self.page.expect_response("**/voice/turn*"):
            self.page.locator("#words button[type=submit]").click()

    def pin(self, pin: str) -> None:
        """The star is an answer of its own where one key is awaited."""
        self.press("*", f"{pin}#")

    def hears(self, words: str) -> None:
        expect(self.lines.filter(has_text=re.compile(words)).last).to_be_visible()

    @property
    def lines(self) -> Locator:
        return self.page.locator("#lines li:not([data-mine])")


def test_a_repair_by_keys(visit: Any) -> None:
    at = Telephone.at(visit(), "zh_Hans", LI_NA)
    at.press("1", "1", "3*2*501#", "1#", "1")
    at.hears("单号后四位是")
    at.page.locator("#end").click()
    expect(at.page.locator("#state")).to_have_text("通话已结束")
    expect(at.page.locator("#call")).to_be_enabled()


def test_a_visitor_by_keys(visit: Any) -> None:
    at = Telephone.at(visit(), "zh_Hans", LI_NA)
    at.pin("350501")
    at.hears("密码对了")
    expect(at.page.locator("#lines")).not_to_contain_text("350501")
    at.press("4", "1", "1#", "1")
    at.hears("通行码是")


def test_the_bills_by_keys(visit: Any) -> None:
    at = Telephone.at(visit(), "zh_Hans", LI_NA)
    at.press("3")
    at.hears("请按星号，再按6")
    at.press("*6#")
    at.hears("请输入六位电话密码")
    at.press("350501#")
    at.hears(r"2410\.04元")


def test_a_repair_by_keys_in_english(visit: Any) -> None:
    at = Telephone.at(visit(), "en", BROWN)
    at.press("5", "1", "1", "12*2*603#", "1#", "1")
    at.hears("The last four digits of your number are")


@pytest.mark.parametrize("size", [(1366, 860), (390, 844)])
def test_in_words_the_keys_come_after_a_while(visit: Any, size: tuple[int, int]) -> None:
    at = Telephone.at(visit(size), "zh_Hans", LI_NA)
    at.say("厨房水龙头漏水")
    at.hears("什么地方")
    at.hears("井号结束")
    wide = at.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wide, "nothing is cut off at the side"
