"""Who still listens when an answer leaves: requests are read in any order, and a process may stand still in between."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from starlette.requests import Request

from bot.contract.line import Line
from channels.wechat import adapter, counter
from channels.wechat.counter import Counter, Turn
from tests.channels.drivers.wechat import Vendor
from tests.channels.wechat.test_answering import _asked, _held, _let, _query


class Later:
    """What is done six seconds after nobody listened, when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate, self.waiting, self.done = asyncio.Event(), 0, 0
        monkeypatch.setattr(counter, "AGAIN_SECONDS", 0.0)
        inner = Counter._leave_later

        async def gated(of: Counter, *given: Any) -> None:
            self.waiting += 1
            await self.gate.wait()
            await inner(of, *given)
            self.done += 1

        monkeypatch.setattr(Counter, "_leave_later", gated)

    def comes(self, at: Vendor) -> None:
        self.gate.set()

        async def all_done() -> None:
            async with asyncio.timeout(30):
                while self.done < self.waiting:
                    await asyncio.sleep(0)

        at.one.loop.run_until_complete(all_done())


@pytest.fixture
def later(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> Later:
    return Later(monkeypatch)


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The requests that were cut."""
    cut: set[str] = set()

    async def is_cut(request: Request) -> bool:
        return request.query_params["nonce"] in cut

    monkeypatch.setattr(Request, "is_disconnected", is_cut)
    return cut


@pytest.mark.parametrize(("cut", "told"), [((0,), 0), ((1,), 0), ((0, 1), 1), ((), 0)])
def test_of_several_that_waited_for_the_same_work_one_that_listened_is_enough(
    at: Vendor, later: Later, gone: set[str], cut: tuple[int, ...], told: int
) -> None:
    """A busy machine reads them all at once: the one that was cut may be the one that is read last."""
    gate = asyncio.Event()
    with _held(at, gate, before=True):
        queries = [_query(at), _query(at)]
        gone |= {queries[one]["nonce"] for one in cut}
        tries = []
        for query in queries:
            tries.append(_asked(at, 963, query=query))
            _let(at)
        gate.set()
        at.one.loop.run_until_complete(asyncio.wait(tries))
    later.comes(at)
    at.deliver()
    assert len(at.fake.said) == told
    assert at.rows()[-1].state == "sent"


@pytest.mark.parametrize("elsewhere", [False, True], ids=["by this process", "by another one"])
@pytest.mark.parametrize(("before", "told"), [(True, 0), (False, 1)], ids=["cut before it", "asked once more after it"])
def test_one_that_was_cut_before_it_was_read_asks_for_nothing(
    at: Vendor, later: Later, gone: set[str], monkeypatch: pytest.MonkeyPatch, before: bool, told: int, elsewhere: bool
) -> None:
    """It may be older than the one that has been listened to, here or in another process, and takes nothing over.
    Whoever is still there when it is read has not heard what left before."""
    inner = adapter._leaves
    counters: list[Counter] = []

    async def cut(of: Counter, turn: Turn, request: Request, *given: Any) -> Any:
        if counters:
            gone.add(request.query_params["nonce"])
        counters.append(of)
        return await inner(of, turn, request, *given)

    monkeypatch.setattr(adapter, "_leaves", cut)
    at.one.loop.run_until_complete(_asked(at, 964))
    if elsewhere:
        counters[0]._heard.clear()
    query = _query(at)
    if before:
        gone.add(query["nonce"])
    at.one.loop.run_until_complete(_asked(at, 964, query=query))
    later.comes(at)
    at.deliver()
    assert len(at.fake.said) == told


def test_whoever_is_there_takes_the_answer_from_one_that_was_cut(at: Vendor, later: Later, gone: set[str]) -> None:
    """The first was hung up on before it was read, and yet it was the first to write the answer down."""
    query = _query(at)
    gone.add(query["nonce"])
    at.one.loop.run_until_complete(_asked(at, 967, query=query))
    assert at.text("厨房水龙头漏水", 967).text.startswith("<xml")
    later.comes(at)
    at.deliver()
    assert at.fake.said == []


@pytest.mark.parametrize("cut", [False, True])
def test_who_holds_the_line_is_known_without_the_event_loop(cut: bool) -> None:
    """A process that stood still has not looked yet."""

    async def asked() -> tuple[bool, bool]:
        ours, caller = socket.socketpair()
        _, writer = await asyncio.open_connection(sock=ours)
        line = Line(writer.transport)
        before = line.is_cut()
        if cut:
            caller.close()
        found = before, line.is_cut()
        writer.close()
        await writer.wait_closed()
        caller.close()
        return found

    assert asyncio.run(asked()) == (False, cut)


def test_a_process_that_stood_still_before_the_response_says_it_otherwise(
    at: Vendor, later: Later, gone: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was chosen in time; when it is to leave, WeChat's five seconds are over, and nobody may have looked yet."""
    leaves = adapter._leaves

    async def late(of: Counter, turn: Turn, *given: Any) -> Any:
        turn.began -= counter.PASSIVE_SECONDS
        return await leaves(of, turn, *given)

    monkeypatch.setattr(adapter, "_leaves", late)
    assert at.text("你好", 965).text == "success"
    later.comes(at)
    at.deliver()
    assert len(at.fake.said) == 1


def test_who_hung_up_while_nobody_looked_is_found_out(
    at: Vendor, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event loop hears of it in its next rounds, not in the one in which the answer is ready."""
    rounds: list[int] = []
    leaves = adapter._leaves

    async def counted(*given: Any) -> Any:
        loop, ended = asyncio.get_running_loop(), False

        def tick() -> None:
            rounds.append(1)
            if not ended:
                loop.call_soon(tick)

        loop.call_soon(tick)
        try:
            return await leaves(*given)
        finally:
            ended = True

    async def by_now(_: Request) -> bool:
        return len(rounds) >= 2

    monkeypatch.setattr(adapter, "_leaves", counted)
    monkeypatch.setattr(Request, "is_disconnected", by_now)
    assert at.text("你好", 966).text == "success"
    later.comes(at)
    at.deliver()
    assert len(at.fake.said) == 1
