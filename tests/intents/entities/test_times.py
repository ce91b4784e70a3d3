"""What residents say of times is read as they mean it, cheaply, whatever they send."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import NotRequired, TypedDict

import pytest
import yaml

from bot.contract.understanding import Entity, When
from intents.entities import times
from intents.entities.times import chinese, english, find_times, lunar, written
from intents.entities.times.spoken import CLOCK

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=CHINA)


class Row(TypedDict):
    text: str
    now: str
    when: str | None
    part: NotRequired[str]
    end: NotRequired[str]
    rival: NotRequired[str]


ROWS: list[Row] = yaml.safe_load(Path(__file__).with_name("times.yml").read_text("utf-8"))
SPRING_FESTIVALS = [
    "2024-02-10",
    "2025-01-29",
    "2026-02-17",
    "2027-02-06",
    "2028-01-26",
    "2029-02-13",
    "2030-02-03",
    "2031-01-23",
    "2032-02-11",
    "2033-01-31",
    "2034-02-19",
    "2035-02-08",
]
MID_AUTUMNS = ["2024-09-17", "2025-10-06", "2026-09-25", "2027-09-15", "2028-10-03", "2029-09-22", "2030-09-12"]
# Each repeated to 10,000 characters; near misses of every rule, so that a greedy one would show.
HOSTILE = (
    "一点", "三", "十一", "二十", "周三下午3点到", "1", "1-", "1:", "12/", "a", "at ", "the ", " ", "号", "1号、",
    "三号和", "明天,", "明天 ", "half past ", "one ", "twenty-", "ten to ", "月", "正月初", "农历", "every ",
    "5 to 6 to ", "早上好", "过三个", "5、", "a1", "-1", "between 2 and ", "an hour and a ", "in a ",
    "上上下下", "\x00",
)  # fmt: skip


def last(entities: list[Entity]) -> Entity | None:
    return entities[-1] if entities else None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['text']}@{row['now'][:10]}")
def test_reads(row: Row) -> None:
    found = last(find_times(row["text"], datetime.fromisoformat(row["now"])))
    if row["when"] is None:
        assert found is None
        return
    assert found is not None
    if row["when"].startswith("no_such"):
        assert (found.value, found.problem) == (None, row["when"])
        return
    assert isinstance(found.value, When)
    assert found.problem is None
    assert found.value.iso == row["when"]
    assert found.value.part == row.get("part")
    assert (found.value.end.isoformat() if found.value.end else None) == row.get("end")
    assert (found.value.rival.isoformat() if found.value.rival else None) == row.get("rival")


def test_rows_are_many_and_both_languages() -> None:
    assert len(ROWS) >= 220
    ascii_rows = [row for row in ROWS if row["text"].isascii()]
    assert min(len(ascii_rows), len(ROWS) - len(ascii_rows)) >= 100
    keys = [(row["text"], row["now"]) for row in ROWS]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_offsets_are_those_of_the_raw_text(row: Row) -> None:
    text = f"  Ｑ，{row['text'].upper()}"
    spans = []
    for entity in find_times(text, datetime.fromisoformat(row["now"])):
        assert entity.name == "when"
        assert text[entity.start : entity.end] == entity.text
        assert (entity.value is None) == (entity.problem is not None)
        spans.append((entity.start, entity.end))
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_one_entity_from_day_to_hour() -> None:
    [entity] = find_times("麻烦明天，下午三点过来", NOW)
    assert entity.text == "明天，下午三点"
    [entity] = find_times("Tomorrow, if possible at 3pm please", NOW)
    assert entity.text == "Tomorrow, if possible at 3pm"


def test_what_stands_between_day_and_hour_stays_free() -> None:
    [entity] = find_times("明天3号楼下午3点", NOW)
    assert isinstance(entity.value, When)
    assert (entity.text, entity.value.iso) == ("下午3点", "2026-11-22T15:00:00+08:00")


def test_full_width_figures() -> None:
    [entity] = find_times("１２月５号１５：３０", NOW)
    assert isinstance(entity.value, When)
    assert entity.value.iso == "2026-12-05T15:30:00+08:00"


def test_a_guessed_half_of_the_day_is_less_sure() -> None:
    assert find_times("3点", NOW)[0].confidence < find_times("下午3点", NOW)[0].confidence == 1.0


def test_the_offset_is_that_of_now() -> None:
    [entity] = find_times("tomorrow 3pm", NOW.astimezone(UTC))
    assert isinstance(entity.value, When)
    assert entity.value.iso == "2026-11-22T15:00:00+00:00"


@pytest.mark.parametrize("day", SPRING_FESTIVALS)
def test_spring_festival(day: str) -> None:
    expected = date.fromisoformat(day)
    assert lunar.find_day(date(expected.year, 1, 1), 1, 1) == expected
    assert lunar.find_day(date(expected.year, 1, 1), 1, 1, eve=True) == expected - timedelta(days=1)


@pytest.mark.parametrize("day", MID_AUTUMNS)
def test_mid_autumn(day: str) -> None:
    expected = date.fromisoformat(day)
    assert lunar.find_day(date(expected.year, 3, 1), 8, 15) == expected


def test_beyond_the_calendar_there_is_no_time() -> None:
    assert find_times("中秋节", datetime(2099, 1, 1, tzinfo=CHINA)) == []


class _Counted:
    """A grammar that counts how many pieces are drawn from it."""

    def __init__(self, read: times.Reader) -> None:
        self.read, self.drawn, self.longest = read, 0, 0

    def __call__(self, text: str) -> times.Pieces:
        self.longest = max(self.longest, len(text))
        for piece in self.read(text):
            self.drawn += 1
            yield piece


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_input_is_bounded(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: no grammar sees more than a bounded text nor yields more than a bounded list."""
    counted = [_Counted(module.read) for module in (chinese, english, written)]
    for module, counter in zip((chinese, english, written), counted, strict=True):
        monkeypatch.setattr(module, "read", counter)
    find_times((unit * 10_000)[:10_000], NOW)
    assert all(counter.drawn <= 41 and counter.longest <= 1_500 for counter in counted)


@pytest.mark.parametrize("unit", HOSTILE)
def test_no_rule_backtracks_without_end(unit: str) -> None:
    """Generous: a rule that went quadratic within the bound would need seconds, not this. The processor's time, and
    the best of five, so that a busy machine is not taken for a slow rule."""
    text = (unit * 10_000)[:10_000]
    spent = []
    for _ in range(5):
        started = process_time()
        find_times(text, NOW)
        spent.append(process_time() - started)
    assert min(spent) < 0.06


def test_english_hours_have_no_unbounded_repeat() -> None:
    assert not any(mark in CLOCK for mark in ("*", "+"))
