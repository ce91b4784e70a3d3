"""How many: of pieces, of square metres, or a bare number in answer to a question."""

from __future__ import annotations

import pytest

from bot import configure as configuration
from intents.entities.quantities import find_quantity
from intents.turns import Turns


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("clean 3 air conditioners", {"quantity": "3", "unit": "piece", "pieces": "3"}),
        ("two fridges please", {"quantity": "2", "unit": "piece", "pieces": "2"}),
        ("洗空调，三台", {"quantity": "3", "unit": "piece", "pieces": "3"}),
        ("60平米", {"quantity": "60", "unit": "m2"}),
        ("六十平的房子", {"quantity": "60", "unit": "m2"}),
        ("120 sqm flat", {"quantity": "120", "unit": "m2"}),
        ("three", {"count": "3"}),
        ("两个", {"count": "2"}),
        ("第二个", {"ordinal": "2"}),
        ("the third one", {"ordinal": "3"}),
        ("yes", {}),
        ("building 17 unit 3 room 1101", {}),
        ("3栋2单元501", {}),
        ("I live in building 3", {}),
        ("平时没有时间", {}),
        ("周六下午三点", {}),
    ],
)
def test_quantities(text: str, found: dict[str, str]) -> None:
    assert find_quantity(text) == found


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("reschedule it to Sunday", "move"),
        ("改到周日上午", "move"),
        ("备注：家里有狗", "note"),
        ("please note: ring twice", "note"),
        ("door code 4711#", "secret"),
        ("the code is four seven one one", "secret"),
        ("门锁密码是四七一一", "secret"),
        ("取消我的预约", "booked"),
        ("I don't need the cleaner any more", "drop"),
        ("阿姨不用来了", "drop"),
        ("can she come earlier", "move"),
    ],
)
def test_marks(text: str, mark: str) -> None:
    assert mark in Turns().read(text, ())


@pytest.mark.parametrize("text", ["I forgot my password", "the code of conduct", "note the time", "密码忘了"])
def test_no_code_is_heard_where_none_is_told(text: str) -> None:
    assert "secret" not in Turns().read(text, ())


def test_a_clock_time_alone_says_that_the_day_is_ours() -> None:
    from datetime import datetime

    from intents.entities.times import find_times

    now = datetime(2026, 11, 20, 9, 30, tzinfo=configuration.load({}).zone)
    values = [find_times(text, now)[0].value for text in ("at 4 pm", "tomorrow at 4 pm", "下午四点", "明天下午四点")]
    assert [getattr(value, "dayless", None) for value in values] == [True, False, True, False]
