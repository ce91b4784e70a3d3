"""Our own expectations of Chinese times beside another library's recorded answers: ours cannot be all wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

import yaml

HERE = Path(__file__).parent


class Row(TypedDict):
    text: str
    now: str
    when: str | None


ROWS: list[Row] = yaml.safe_load((HERE / "times.yml").read_text("utf-8"))
BESIDE: dict[str, str | None] = yaml.safe_load((HERE / "times_beside.yml").read_text("utf-8"))


# Where the witness names another day ahead: it rounds ("two weeks" to a Monday, "the end of" to the 25th), takes the
# last of several days where we take the first, or the Sunday of a weekend. Read by a person, ours stand.
REVIEWED = frozenset(
    {"明后天都行", "两个星期后", "三个月后", "这周末", "周末", "周末下午3点", "周六或者周日", "周六、周日都可以"}
    | {"下个月底", "12月底"}
)


def _pairs() -> list[tuple[str, str, str, str]]:
    """(text, today, the day we expect, the day the library gives) where both see a day."""
    found: list[tuple[str, str, str, str]] = []
    for row in ROWS:
        other = BESIDE.get(f"{row['now']} {row['text']}")
        if other and row["when"] and row["when"][:2] == "20":
            found.append((row["text"], row["now"][:10], row["when"][:10], other[:10]))
    return found


def test_the_witness_sees_the_same_day_or_one_gone_by() -> None:
    """It reads "on the 3rd" as past and "tomorrow morning at 8" as today; nobody wishes a visit for yesterday."""
    pairs = _pairs()
    assert len(pairs) >= 190
    apart = [pair for pair in pairs if pair[2] != pair[3] and pair[3] > pair[1] and pair[0] not in REVIEWED]
    assert not apart
    assert sum(ours == theirs for _, _, ours, theirs in pairs) / len(pairs) >= 0.65


def test_where_they_differ_ours_lies_ahead() -> None:
    assert not [pair for pair in _pairs() if pair[2] != pair[3] and pair[2] < pair[1]]
