"""Visits that repeat: the days, the hour, and the end, however they are said."""

from __future__ import annotations

from datetime import datetime

import pytest

from intents.entities.recurring import find_recurring

NOW = datetime.fromisoformat("2026-11-20T09:30:00+08:00")
WEEK = "MO,TU,WE,TH,FR"


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("every Tuesday and Friday till the end of the year", "BYDAY=TU,FR;UNTIL=2026-12-31"),
        ("tutor every Tuesday and Thursday at six until new year", "BYDAY=TU,TH;TIME=18:00;UNTIL=2027-01-01"),
        ("Mondays and Fridays at 3pm until 31 March", "BYDAY=MO,FR;TIME=15:00;UNTIL=2027-03-31"),
        ("a regular pass, weekdays lunchtime", f"BYDAY={WEEK};PART=noon"),
        ("called Xiao Mei, mon to fri", f"BYDAY={WEEK}"),
        ("every day at 9 for two weeks", "BYDAY=MO,TU,WE,TH,FR,SA,SU;TIME=09:00;UNTIL=2026-12-04"),
        ("every weekend until the end of March", "BYDAY=SA,SU;UNTIL=2027-03-31"),
        ("钢琴老师每周五晚上六点来上课", "BYDAY=FR;TIME=18:00"),
        ("家教老师以后每周二四晚上都来", "BYDAY=TU,TH;PART=evening"),
        ("每周二和周五，到年底", "BYDAY=TU,FR;UNTIL=2026-12-31"),
        ("保姆周一到周五每天早上八点来，到明年6月30号", f"BYDAY={WEEK};TIME=08:00;UNTIL=2027-06-30"),
        ("每周末来，来三个月", "BYDAY=SA,SU;UNTIL=2027-02-18"),
        ("送水工，每周二都来", "BYDAY=TU"),
    ],
)
def test_recurring(sentence: str, value: str) -> None:
    assert [entity.value for entity in find_recurring(sentence, NOW)] == [value]


@pytest.mark.parametrize(
    "sentence", ["明天下午三点来", "周二来", "next Tuesday at six", "一个礼拜来两趟", "Monday or Tuesday"]
)
def test_once_is_not_recurring(sentence: str) -> None:
    assert find_recurring(sentence, NOW) == []
