"""What a process had no time to say in a response is known to the next one, and said once."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.said import Said
from bot.sharing import Sharing
from tests.channels.drivers.wechat import Vendor
from tests.channels.wechat.test_killed import Process, _carrier


@pytest.fixture
def process(at: Vendor) -> Process:
    return Process(at)


@pytest.mark.parametrize("left", [True, False], ids=["it had left", "it had not"])
def test_what_a_kill_left_unsaid_in_a_response_is_said_at_the_start(
    at: Vendor, process: Process, left: bool, tmp_path: Path
) -> None:
    """WeChat has given up meanwhile, and shown its own excuse."""
    desk, path = at.one.app.state.desk, tmp_path / "said"
    real = desk.clock.real()
    before = Said(path)
    before.note("another", real - timedelta(minutes=1))
    at.text("你好", 980)
    (row,) = at.rows()
    if left:
        before.note(row.held_by, real)
    before.close()
    later = Sharing(desk, "wechat", gone=Said(path), began=desk.clock.real())
    for _ in range(2):
        at.one.loop.run_until_complete(later.unsaid())
        process.starts()
    assert len(at.fake.said) == (0 if left else 1)
    assert at.text("你好", 980).text.startswith("<xml") == left
    later.gone.close()


def test_what_is_asked_for_again_meanwhile_is_not_said_beside_it(at: Vendor, process: Process, tmp_path: Path) -> None:
    desk, path = at.one.app.state.desk, tmp_path / "said"
    before = Said(path)
    before.note("another", desk.clock.real() - timedelta(minutes=1))
    at.text("你好", 981)
    before.close()
    later = Sharing(desk, "wechat", gone=Said(path), began=desk.clock.real())
    assert at.text("你好", 981).text.startswith("<xml"), "WeChat is quicker than our start"
    at.one.loop.run_until_complete(later.unsaid())
    process.starts()
    assert at.fake.said == []
    later.gone.close()


def test_each_answer_that_leaves_is_noted(at: Vendor) -> None:
    noted: list[str] = []
    shared = _carrier(at)._ports.shared
    note = type(shared).said

    async def said(one: Any, by: str) -> None:
        noted.append(by)
        await note(one, by)

    type(shared).said = said
    try:
        at.text("你好", 982)
        at.text("你好", 982)
    finally:
        type(shared).said = note
    (row,) = at.rows()
    assert len(noted) == 2
    assert noted[-1] == row.held_by


def test_what_cannot_be_noted_hinders_nobody(tmp_path: Path) -> None:
    one = Said(tmp_path / "away" / "said")
    one.note("a", datetime.fromisoformat("2026-11-27T11:00:00+00:00"))
    assert (one.path, one.before) == (None, None)


@pytest.mark.parametrize("content", ["", "another-boot 2026-11-27T10:00:00+00:00\nx\n", "garbage", "\x00\x00"])
def test_where_nothing_is_known_everything_counts_as_said(content: str, tmp_path: Path) -> None:
    path, real = tmp_path / "said", datetime.fromisoformat("2026-11-27T11:00:00+00:00")
    path.write_text(content, encoding="ascii")
    one = Said(path)
    one.take_up(real)
    assert one.before is None
    one.note("a", real)
    one.close()
    following = Said(path)
    following.take_up(real)
    assert following.before is not None
    assert following.before.said == {"a"}
    following.close()
