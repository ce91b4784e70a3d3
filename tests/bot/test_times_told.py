"""How a time is told: what "last night at half past twelve" means stands in the answer, not only 00:30."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.contract.text import t
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
    words = speaker.words(t("{when}", when=when), language, NOW)
    assert words.endswith(told), words
    assert ("凌晨" in words or "night" in words) == ("凌晨" in told or "night" in told)
