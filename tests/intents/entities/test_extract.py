"""All finders together: who wins where spans meet, and that no message takes long."""

from __future__ import annotations

import itertools
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from intents.entities import extract

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MEANINGS = {"category", "service", "fee"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "12月5号上午来修空调，3栋2单元501",
            {"when": "2026-12-05", "location": "3栋2单元501", "category": "other"},
        ),
        ("明天下午三点我爸妈来，车牌粤B12345", {"people": "2", "plate": "粤B12345"}),
        ("工单R-20261120-0007到哪了", {"case_no": "R-20261120-0007"}),
        ("帮我交10月份的电费，充200", {"period": "2026-10", "fee": "electricity", "amount": "200"}),
        ("2026-12-05 15:00 come to 3-2-501", {"location": "3-2-501"}),
        (
            "pay my water bill for October, 327.40 yuan",
            {"period": "2026-10", "fee": "water", "amount": "327.40"},
        ),
        ("a cleaner for three hours", {"service": "cleaning", "hours": "3"}),
        ("parking fee for the last quarter, 1,200.50", {"fee": "parking", "amount": "1200.50"}),
        ("the wifi in 15B is down since yesterday", {"location": "15B", "category": "network"}),
        ("15B的网从昨天断了", {"location": "15B", "category": "network"}),
        ("不是302，是203马桶堵了", {"location": "203", "category": "water"}),
        ("周六一点来四个人，说错了五个", {"people": "5"}),
    ],
)
def test_extract(text: str, expected: dict[str, str]) -> None:
    found = {entity.name: str(entity.value) for entity in extract(text, NOW)}
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize("text", ["3栋2单元501，明天3点", "138 1234 5678", "R-20261120-0007", "12月5号楼下见，充300元"])
def test_exact_entities_share_no_characters(text: str) -> None:
    exact = [entity for entity in extract(text, NOW) if entity.name not in MEANINGS]
    assert all(one.end <= other.start for one, other in itertools.pairwise(exact))
    assert [entity.start for entity in exact] == sorted(entity.start for entity in exact)


@pytest.mark.parametrize(
    "piece",
    [
        "电",
        "3栋",
        "1",
        "a1 ",
        "one ",
        "小王和",
        " ",
        "my brother and ",
        "一万",
        "case ",
        "r-2026",
        "1-",
        "Tom, ",
        "not in the ",
        "双水龙头坏了",
        "a hundred and ",
        "京A",
        "+86 1",
        "十",
        "10月",
        "near the ",
        "[(",
        "\u200b",
        "😀",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    """The bound is 5 ms; ten times that only fails where a pattern backtracks. The best of three: what neighbours do to
    the caches is not ours."""
    text = (piece * 10_000)[:10_000]
    spent = []
    for _ in range(3):
        began = time.process_time()
        extract(text, NOW)
        spent.append(time.process_time() - began)
    assert min(spent) < 0.05
