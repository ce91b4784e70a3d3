"""Calls as old people make them: what they do not know, hear or say in full is met without a word of blame."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from backend.models.staff import handover
from channels.phone import adapter
from channels.phone.voices import aloud
from channels.twilio import of
from tests.channels.drivers.phone import PIN, Vendor
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


def test_a_number_plate_is_spelled_and_read_where_its_first_sign_is_no_letter() -> None:
    assert aloud("车牌，京A12345。", "cmn-CN") == "车牌，京 A 1 2 3 4 5。"
    assert aloud("Number plate: 京A8K321.", "en-US") == "Number plate: Jing A 8 K 3 2 1."
    assert aloud("新的一年", "cmn-CN") == "新的一年"


def test_five_is_the_other_language_while_nothing_is_asked(at: Vendor) -> None:
    at.begin()
    at.keys(f"*{PIN}#")
    assert "English it is" in said(at.keys("5"))
    assert "Hello" in said(at.begin()), "and the next call begins in it"


def test_how_somebody_likes_it_is_kept_with_their_number_and_every_prompt_can_be_cut_short(at: Vendor) -> None:
    at.is_known(slow=True)
    at.begin()
    assert at.twiml is not None
    assert {one.attrib["rate"] for one in at.twiml.iter("prosody")} == {"55%", "75%"}
    gather = at.twiml.find("Gather")
    assert gather is not None
    assert gather.attrib["bargeIn"] == "true"


def test_the_recogniser_is_told_what_is_offered_at_this_step(at: Vendor) -> None:
    at.begin()
    at.keys("1")
    assert at.twiml is not None
    gather = at.twiml.find("Gather")
    assert gather is not None
    assert gather.attrib["hints"].split(", ")[:2] == ["水和下水", "电"]


def test_who_takes_over_hears_what_it_is_about_and_reads_the_rest(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "of", lambda known, account: replace(of(known, account), staff=("+8610000001",)))
    at.begin()
    at.speak("马桶堵了")
    at.keys("0")
    assert at.twiml is not None
    number = at.twiml.find("Dial/Number")
    assert number is not None
    assert "报修" in said(at.hear(at.send(number.attrib["url"])))
    notes = at.do(lambda c: c.execute(select(handover.c.note)).scalars().all())
    assert "马桶堵了" in str(notes)
