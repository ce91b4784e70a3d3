"""A conversation followed as it goes on: what is pushed comes by itself, and what may not come does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend import wake
from backend.services import outbox
from bot.contract.errors import Refused
from bot.contract.talk import Talk
from bot.contract.text import t
from bot.pushed import MOST, Followers
from channels.web.parse import sender
from channels.web.stream import event
from tests.channels.web.test_routes import MINE, OTHERS, PATH, send
from tests.conftest import MakeResident
from tests.resident import Resident

WHO = sender(MINE["authorization"], "demo")


def _followers(one: Resident) -> Followers:
    """Of its own: one that was closed follows nothing any more."""
    return Followers(one.app.state.desk)


async def _next(news: AsyncIterator[Talk | None]) -> Talk:
    """What comes next of anything, long before anybody would look by themselves."""
    async with asyncio.timeout(30):
        async for talk in news:
            if talk is not None:
                return talk
    raise AssertionError("it ended")


def test_what_is_pushed_comes_by_itself_and_resumes_at_the_cursor(resident: MakeResident) -> None:
    one = resident()
    cursor = send(one, {"id": "message-1", "text": "厨房水龙头漏水了"}).json()["cursor"]
    desk = one.app.state.desk
    talk = desk.db.read_now(lambda c: desk.memory.peek(c, WHO))

    async def follow() -> tuple[Talk, Talk, Talk]:
        followers = _followers(one)
        news: Any = followers.follow(WHO, cursor)
        first = await _next(news)
        await desk.db.write(lambda c: outbox.push(c, talk.id, t("That cannot be done."), "a push", desk.clock.real()))
        pushed = await _next(news)
        desk.db.bell.ring(wake.writing(talk.id))
        await news.aclose()
        again = await _next(followers.follow(WHO, pushed.cursor))
        return first, pushed, again

    first, pushed, again = one.loop.run_until_complete(follow())
    assert first.lines == ()
    assert [line.message for line in pushed.lines] == [None]
    assert again.lines == ()
    assert event(pushed).startswith(f"id: {pushed.cursor}\nevent: news\ndata: {{")


def test_a_quiet_line_ends_when_the_server_does(resident: MakeResident) -> None:
    one = resident()
    send(one, {"id": "message-1", "text": "你好"})

    async def follow() -> list[Talk | None]:
        followers = _followers(one)
        news = followers.follow(WHO, "")
        first = await _next(news)
        asyncio.get_running_loop().call_later(0.05, followers.close)
        async with asyncio.timeout(30):
            return [first, *[talk async for talk in news]]

    assert len(one.loop.run_until_complete(follow())) == 1


def test_so_many_and_no_more_may_follow(resident: MakeResident) -> None:
    one = resident()
    send(one, {"id": "message-1", "text": "你好"})

    async def follow() -> None:
        followers = _followers(one)
        opened: list[Any] = [followers.follow(WHO, "") for _ in range(MOST + 1)]
        for each in opened[:-1]:
            await _next(each)
        with pytest.raises(Refused, match="enough"):
            await _next(opened[-1])
        await opened[0].aclose()
        last: Any = followers.follow(WHO, "")
        assert (await _next(last)).lines
        for each in (*opened, last):
            await each.aclose()

    one.loop.run_until_complete(follow())


def test_a_stream_is_opened_by_the_token_and_for_listed_sites_only(resident: MakeResident) -> None:
    one = resident()
    send(one, {"id": "message-1", "text": "你好"})
    for headers, status in (({}, 401), (OTHERS, 404), ({**MINE, "origin": "https://evil.example"}, 403)):
        assert one.request("GET", f"{PATH}/stream", headers=headers).status_code == status
