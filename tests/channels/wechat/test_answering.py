"""One answer, one way: in the response while it is in time, by hop 8 afterwards, and what the window then allows."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from backend.models.talk import outbox
from backend.services import windows
from bot.contract.errors import Unavailable
from bot.contract.messages import Address, InboundMessage, Kind, Opening
from bot.sharing import Sharing
from channels.wechat import adapter
from tests.channels.drivers.wechat import USER, Vendor

ME = Address("wechat", USER)


def _shared(at: Vendor) -> Sharing:
    return Sharing(at.one.app.state.desk, "wechat")


def _inbound(at: Vendor, number: int) -> InboundMessage:
    return InboundMessage(str(23450000000000000 + number), ME, Kind.TEXT, at.one.app.state.desk.clock.real())


def _unsaid(at: Vendor, lease: timedelta = timedelta(seconds=30)) -> None:
    """As it stands after the commit, before any response."""
    desk = at.one.app.state.desk
    fresh = {"state": "inline", "sent_at": None, "held_by": None, "lease_until": desk.clock.real() + lease}
    desk.db.submit(lambda c: c.execute(update(outbox).where(outbox.c.kind == "reply").values(**fresh))).result(10)


@contextmanager
def _slow(at: Vendor, monkeypatch: pytest.MonkeyPatch, gate: asyncio.Event) -> Iterator[None]:
    """Every answer waits for the gate; the response has no patience."""
    monkeypatch.setattr(adapter, "PASSIVE_SECONDS", 0.0)
    write = at.one.app.state.desk.db.part.write

    async def late(*given: Any, **more: Any) -> Any:
        found = await write(*given, **more)
        await gate.wait()
        return found

    at.one.app.state.desk.db.part.write = late
    try:
        yield
    finally:
        at.one.app.state.desk.db.part.write = write


def test_too_late_it_goes_out_by_itself_and_never_both_ways(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    at.bind()
    gate = asyncio.Event()
    with _slow(at, monkeypatch, gate):
        answers = [at.text("厨房水龙头漏水", 950) for _ in range(3)]
        assert [answer.text for answer in answers] == ["success"] * 3
        gate.set()
        _until(at, lambda: not adapter._going_on)
    at.deliver()
    assert len(at.read(answers[0])) == 1
    assert at.messages() == 2
    monkeypatch.undo()
    assert at.text("厨房水龙头漏水", 950).text == "success", "said already, by a message of its own"
    at.deliver()
    assert at.read(answers[0]) == []


@pytest.mark.parametrize("order", list(itertools.permutations(["claim 1", "claim 2", "leave 1"])), ids=str)
def test_however_two_requests_of_one_message_meet_one_says_it(at: Vendor, order: tuple[str, ...]) -> None:
    """The first is late and leaves it, the second is in time; both as WeChat sees them."""
    at.text("你好", 960)
    shared, message = _shared(at), _inbound(at, 960)
    claimed = {"1": False, "2": False}

    async def act() -> None:
        for step in order:
            what, _, who = step.partition(" ")
            if what == "claim":
                claimed[who] = await shared.claim(message, who)
            else:
                await shared.leave(message, who)

    _unsaid(at)
    at.one.loop.run_until_complete(act())
    at.deliver()
    pushed = len(at.fake.said)
    # WeChat reads the later request's response only: it has cut the first.
    said = [claimed["2"], bool(pushed)]
    assert said.count(True) == 1, (order, claimed, pushed)


def test_what_was_said_while_the_storage_stumbled_is_claimed_behind(
    at: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.wechat.counter.BEHIND_SECONDS", 0.01)
    db = at.one.app.state.desk.db.part
    write, calls = db.write, itertools.count(1)

    async def stumbles(*given: Any, **more: Any) -> Any:
        # The first is the message itself, the second the claim.
        if next(calls) == 2:
            raise Unavailable("a moment")
        return await write(*given, **more)

    monkeypatch.setattr(db, "write", stumbles)
    assert at.text("你好").text.startswith("<xml")
    _until(at, lambda: at.rows()[-1].state == "sent")
    at.one.loop.run_until_complete(_shared(at).overdue())
    at.deliver()
    assert at.fake.said == []


def test_an_answer_that_no_response_took_is_said_when_its_lease_is_over(at: Vendor) -> None:
    at.text("你好", 970)
    _unsaid(at, lease=-timedelta(seconds=1))
    at.one.loop.run_until_complete(_shared(at).overdue())
    at.deliver()
    assert len(at.fake.said) == 1


def test_what_does_not_fit_follows_the_response(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.wechat.render.TEXT_BYTES", 120)
    first = at.text("你好")
    assert len(at.passive(first).encode()) <= 120
    assert at.fake.said == []
    at.later(timedelta(seconds=3))
    at.deliver()
    assert at.fake.said


def test_each_message_opens_the_window_and_each_of_ours_uses_it(at: Vendor) -> None:
    at.event("CLICK", EventKey="zh_Hans:help")
    assert _left(at) == 3
    at.text("你好")
    assert _left(at) == 8
    spend = [at.one.loop.run_until_complete(_shared(at).spend(ME, last=False)) for _ in range(8)]
    assert spend == [True] * 7 + [False], "the last one is kept"
    assert at.one.loop.run_until_complete(_shared(at).spend(ME, last=True))
    assert not at.one.loop.run_until_complete(_shared(at).spend(ME, last=True))


def _left(at: Vendor) -> int:
    desk = at.one.app.state.desk
    found = desk.db.read_now(lambda c: windows.allowed(c, ME, desk.clock.real()))
    assert found is not None
    return int(found.left)


def _until(at: Vendor, there: Any) -> None:
    async def wait() -> None:
        async with asyncio.timeout(30):
            while not there():
                await asyncio.sleep(0.01)

    at.one.loop.run_until_complete(wait())


def test_windows_of_somebody_unknown_open_for_nobody(at: Vendor) -> None:
    desk, who = at.one.app.state.desk, Address("wechat", "o-nobody")
    desk.db.submit(lambda c: windows.opened(c, who, Opening(5, 60), desk.clock.real())).result(10)
    assert desk.db.read_now(lambda c: windows.allowed(c, who, desk.clock.real())) is None
