"""What goes on beside the requests outlives whatever breaks in it, and ends when it is told to."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from bot import beside


def test_a_loop_that_breaks_is_heard_of_and_begins_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(beside, "AGAIN_SECONDS", 0.0)
    stop, begun = asyncio.Event(), 0

    async def breaks(_: asyncio.Event) -> None:
        nonlocal begun
        begun += 1
        if begun == 3:
            stop.set()
        raise KeyError("nobody thought of this")

    asyncio.run(beside.keep("a loop", breaks, stop))
    assert begun == 3
    assert caplog.text.count("a loop broke, and begins again") == 3


def test_a_loop_that_ends_by_itself_is_not_begun_again() -> None:
    begun: list[int] = []

    async def ends(_: asyncio.Event) -> None:
        begun.append(1)

    asyncio.run(beside.keep("a loop", ends, asyncio.Event()))
    assert begun == [1]


def test_one_community_that_breaks_is_not_the_end_of_the_others(caplog: pytest.LogCaptureFixture) -> None:
    looked: list[str] = []

    async def look(community: str) -> None:
        looked.append(community)
        if community == "first":
            raise ValueError("a line that nobody can read")

    async def round_of_all() -> None:
        for community in ("first", "second"):
            await beside.turn(community, partial(look, community))

    asyncio.run(round_of_all())
    assert looked == ["first", "second"]
    assert "a turn of first broke" in caplog.text
