"""The long evaluation keeps what it finished, and says of what code each part is."""

from __future__ import annotations

from pathlib import Path

from intents.exam.figures import Judged
from tests.evaluate.parts import FILE, Result, checksum, kept
from tests.evaluate.report import commits, times_table

ROW = Judged("greet", "en", "greet", "greet", 0.9, 0.95)


def test_a_finished_part_is_not_measured_twice(tmp_path: Path) -> None:
    measured: list[int] = []

    def measure() -> Result:
        measured.append(1)
        return Result("Rasa diet", 0, [ROW], 12.5, "abc", ([1.0], [20.0]), (0.5, 12.5))

    first, was_there = kept(tmp_path / "part", "sentences of today", measure)
    again, was_there_again = kept(tmp_path / "part", "sentences of today", measure)
    assert (again, was_there, was_there_again, len(measured)) == (first, False, True, 1)
    assert kept(tmp_path / "part", "other sentences", measure, as_is=True) == (first, True)
    kept(tmp_path / "part", "other sentences", measure)
    assert len(measured) == 2
    assert [file.name for file in (tmp_path / "part").iterdir()] == [FILE]


def test_the_checksum_follows_files_and_texts(tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text("a = 1")
    first = checksum([file], ["sentence"])
    assert checksum([file], ["sentence"]) == first
    assert checksum([file], ["another"]) != first
    file.write_text("a = 2")
    assert checksum([file], ["sentence"]) != first


def test_each_commit_is_named_only_where_they_differ() -> None:
    runs = [Result("embedded", 0, [ROW], 1.0, "abc"), Result("Rasa diet", 0, [ROW], 1.0, "old")]
    assert commits(runs[:1], "abc") == "All of it was measured at commit abc."
    assert commits(runs, "abc") == (
        "Measured at these commits: abc (embedded 0, danger and values); old (Rasa diet 0)."
    )


def test_what_a_core_did_stands_beside_what_was_waited_for() -> None:
    """Also of a part that was measured before it was counted."""
    new = Result("Rasa logistic", 1, [ROW], 1.0, "abc", ([2.0], [20.0]), (0.5, 12.5))
    rows = times_table([Result("Rasa logistic", 0, [ROW], 1.0, "abc", ([2.0], [20.0])), new])
    ends = [row.split(" | ")[-4:] for row in rows[2:]]
    assert ends == [["10.0", "–", "–", "– |"], ["10.0", "0.50", "12.50", "25.0 |"]]
