"""Every kind of emergency on the telephone, by speech in both languages and by the danger key: what is said first."""

from __future__ import annotations

import pytest

from bot.contract.emergency import NUMBERS
from tests.channels.drivers.phone import Vendor

CRIES = (
    ("zh_Hans", "fall", "我摔倒了起不来", "先别动"),
    ("en", "fall", "I fell down and cannot get up", "do not move"),
    ("zh_Hans", "medical", "我胸口疼得厉害，喘不上气", "坐下来"),
    ("en", "medical", "I have bad chest pain and my left arm is numb", "Sit down"),
    ("zh_Hans", "medical", "我老伴半边脸歪了，话都说不清", "一分钟也别耽误"),
    ("en", "medical", "half of his face is drooping and his speech is slurred", "every minute counts"),
    ("zh_Hans", "fire", "厨房着火了", "现在就出去"),
    ("en", "fire", "the kitchen is on fire", "Out now"),
    ("zh_Hans", "gas", "家里煤气味很大，我头晕", "所有人现在就出去"),
    ("en", "gas", "there is a strong smell of gas and I feel dizzy", "Get everybody out"),
    ("zh_Hans", "violence", "有人撬门进来了", ""),
    ("en", "violence", "somebody is breaking into my flat", ""),
    ("zh_Hans", "suicide", "我不想活了", "您不是一个人"),
    ("en", "suicide", "I want to end my life", "not alone"),
    ("zh_Hans", "child", "孩子被反锁在家里了", "隔着门"),
    ("en", "child", "my toddler locked himself in the bathroom", "through the door"),
    ("zh_Hans", "lift", "我被困在电梯里了", "别慌"),
    ("en", "lift", "I am stuck in the lift", "Stay calm"),
)
LOUD = ("求救", "报警", "值班", "alarm", "duty", "police", "110", "1 1 0")


@pytest.mark.parametrize(("language", "kind", "cry", "first"), CRIES)
def test_spoken(language: str, kind: str, cry: str, first: str, at: Vendor) -> None:
    at.begin()
    if language == "en":
        at.keys("5")
    told = " ".join(one.text for one in at.speak(cry))
    (alarm,) = at.one.items("alarms")
    assert alarm["kind"] == kind
    assert first in told
    assert at.twiml is not None
    assert at.twiml.find("Hangup") is None, "nobody in danger is hung up on"
    if kind == "violence":
        assert len(told) < 40
        assert not [word for word in LOUD if word in told]
    # Whoever can only hold the phone is not asked what they want, and is not left.
    silences = [" ".join(one.text for one in at.silent()) for _ in range(2)]
    assert at.twiml.find("Hangup") is None
    if kind in ("violence", "suicide", "fire", "gas"):
        assert silences == [("I am still here." if language == "en" else "我还在。")] * 2


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_the_danger_key_alone(language: str, at: Vendor) -> None:
    """Place and what happened by digits; what is told to dial comes from config.yml."""
    at.begin()
    if language == "en":
        at.keys("5")
    told = " ".join(one.text for one in at.keys("9"))
    (alarm,) = at.one.items("alarms")
    assert (alarm["kind"], alarm["state"]) == ("plea", "open")
    for number in ("ambulance", "fire", "police"):
        assert " ".join(at.one.app.state.desk.memory.community("sunshine").emergency[number]) in told
    assert NUMBERS.keys() >= {"crisis", "youth"}
    at.keys("3*2*501#")
    at.keys("1")
    (alarm,) = at.one.items("alarms")
    assert alarm["location_confirmed"] is True
    assert alarm["kind"] == "fall"
