"""How a time is told: what "last night at half past twelve" means stands in the answer, not only 00:30."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.contract.messages import Profile, Words
from bot.contract.text import Clock, t
from bot.contract.understanding import When
from bot.locales import load
from bot.speak import Speaker
from intents import entities
from tests.house.tree import ROOT

NOW = datetime.fromisoformat("2026-11-26T10:00:00+08:00")


@pytest.mark.parametrize(
    ("said", "language", "told"),
    [
        ("昨晚十二点半", "zh_Hans", "凌晨00:30"),
        ("今晚十二点半", "zh_Hans", "凌晨00:30"),
        ("明天下午三点", "zh_Hans", "15:00"),
        ("last night at half past twelve", "en", "12:30\u202fAM, in the night"),
    ],
)
def test_the_small_hours_are_called_night(said: str, language: str, told: str) -> None:
    speaker = Speaker(load(ROOT / "locales", ["zh_Hans", "en"]), "zh_Hans")
    when = next(entity.value for entity in entities.extract(said, NOW) if entity.name == "when")
    assert isinstance(when, When)
    words = speaker.words(t("{when}", when=when), language, NOW)
    assert words.endswith(told), words
    assert ("凌晨" in words or "night" in words) == ("凌晨" in told or "night" in told)


@pytest.mark.parametrize(
    ("at", "language", "told"),
    [
        ("12:00", "en", "noon"),
        ("12:00", "zh_Hans", "中午12点"),
        ("08:05", "zh_Hans", "8点05分"),
        ("12:05", "en", "12:05 PM"),
    ],
)
def test_what_is_heard_cannot_be_mistaken(at: str, language: str, told: str) -> None:
    speaker = Speaker(load(ROOT / "locales", ["zh_Hans", "en"]), "zh_Hans")
    say = t("{at}", at=Clock(datetime.fromisoformat(f"2026-11-26T{at}:00+08:00"), bare=True))
    heard = speaker.speak([say], None, language=language, profile=Profile.VOICE, now=NOW).parts[0]
    assert isinstance(heard, Words)
    assert heard.text == told
