"""Calls as old people make them: what they do not know, hear or say in full is met without a word of blame."""

from __future__ import annotations

import pytest

from tests.channels.drivers.phone import Vendor
from tests.channels.phone.test_phone import said


@pytest.mark.parametrize("words", ["呃，什么密码", "我没有密码", "密码忘了", "I forgot my PIN"])
def test_who_has_no_pin_hears_what_goes_without_and_who_calls_back(words: str, at: Vendor) -> None:
    at.begin()
    at.speak("物业费多少钱")
    heard = said(at.speak(words))
    assert "按0" in heard or "press 0" in heard
    assert "交哪一家的" in heard or "Which home" in heard, "what was asked is still open"


def test_who_says_that_they_hear_badly_hears_it_slowly_wherever_they_are(at: Vendor) -> None:
    at.begin()
    at.speak("马桶堵了")
    assert "慢慢来" in said(at.speak("我年纪大了，耳朵不好使"))
    assert at.twiml is not None
    assert {one.attrib["rate"] for one in at.twiml.iter("prosody")} == {"55%"}


@pytest.mark.parametrize("words", ["是的", "就打这个电话吧", "this number", "打我现在这个号码"])
def test_the_number_that_calls_is_taken_by_a_yes_and_by_pointing_at_it(words: str, at: Vendor) -> None:
    at.begin()
    at.speak("3号门的路灯不亮")
    assert "就这样提交" in said(at.speak(words)) or "Shall I send it" in said(at.silent())


def test_half_a_home_is_asked_for_with_what_is_missing(at: Vendor) -> None:
    at.begin()
    at.keys("3")
    assert "房号要说全" in said(at.keys("1"))
