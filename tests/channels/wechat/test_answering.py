"""One answer, one way: in the response while it is in time, by hop 8 afterwards, and what the window then allows."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from backend.services import windows
from bot.contract.messages import Address, InboundMessage, Kind, Opening
from bot.sharing import Sharing
from channels.wechat import counter
from tests.channels.drivers.wechat import PATH, USER, Vendor, query_of, xml_of

ME = Address("wechat", USER)


def _shared(at: Vendor) -> Sharing:
    return Sharing(at.one.app.state.desk, "wechat")


def _inbound(at: Vendor, number: int) -> InboundMessage:
    return InboundMessage(str(23450000000000000 + number), ME, Kind.TEXT, at.one.app.state.desk.clock.real())


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a response has time for: nothing, or only to be chosen and then no more to be written."""

    def hurried(chosen: float, written: float) -> None:
        monkeypatch.setattr(counter, "CHOSEN_SECONDS", chosen)
        monkeypatch.setattr(counter, "PASSIVE_SECONDS", written)

    return hurried


@contextmanager
def _held(at: Vendor, gate: asyncio.Event, *, before: bool) -> Iterator[None]:
    """The storage takes its time; before: nothing is written yet, else it is, and nobody knows."""
    db = at.one.app.state.desk.db.part
    write = db.write

    async def slow(*given: Any, **more: Any) -> Any:
        if before:
            await gate.wait()
        found = await write(*given, **more)
        await gate.wait()
        return found

    db.write = slow
    try:
        yield
    finally:
        db.write = write


def _query(at: Vendor) -> dict[str, str]:
    return query_of(at.real)


def _asked(
    at: Vendor, number: int, words: str = "厨房水龙头漏水", query: dict[str, str] | None = None
) -> asyncio.Task[httpx.Response]:
    """One of WeChat's requests, under way."""
    at.fake.opens(USER, 5)
    body = xml_of(**at.said(number, MsgType="text", Content=words))
    return at.one.loop.create_task(at.one.http.post(PATH, params=query or _query(at), content=body))


def _let(at: Vendor, seconds: float = 0.05) -> None:
    at.one.loop.run_until_complete(asyncio.sleep(seconds))


def test_too_late_it_goes_out_by_itself_and_never_both_ways(at: Vendor, hurry: Any) -> None:
    hurry(0.0, 0.0)
    first = at.text("厨房水龙头漏水", 950)
    assert first.text == "success"
    assert at.rows()[-1].state == "due", "written down with the message, before anything was said"
    at.deliver()
    assert len(at.read(first)) == 1
    hurry(4.0, 4.7)
    assert at.text("厨房水龙头漏水", 950).text == "success", "said already, by a message of its own"
    at.deliver()
    assert at.read(first) == []


def test_chosen_in_time_and_late_all_the_same(at: Vendor, hurry: Any) -> None:
    hurry(4.0, 0.0)
    assert at.text("厨房水龙头漏水", 951).text == "success"
    at.deliver()
    assert len(at.fake.said) == 1


@pytest.mark.parametrize("before", [True, False], ids=["nothing stored", "stored"])
def test_asked_thrice_while_it_is_under_way_it_is_answered_once(at: Vendor, before: bool) -> None:
    """WeChat has cut the first two, and is told nothing before it is written down who says the answer."""
    at.bind()
    gate = asyncio.Event()
    with _held(at, gate, before=before):
        tries = []
        for _ in range(3):
            tries.append(_asked(at, 952))
            _let(at)
        assert not any(one.done() for one in tries)
        gate.set()
        at.one.loop.run_until_complete(asyncio.wait(tries))
    at.deliver()
    assert [len(at.read(one.result())) for one in tries] == [1, 1, 1], "of which WeChat shows the last"
    assert at.fake.said == []
    assert at.messages() == 2


def test_the_newest_request_has_its_own_time(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first was cut; the second has come while the answer was made, and is still listened to."""
    monkeypatch.setattr(counter.Turn, "in_time", lambda turn: turn.by == newest[-1])
    monkeypatch.setattr(counter.Turn, "is_over", lambda turn: turn.by != newest[-1])
    newest: list[str] = []
    begun = counter.Counter.begun

    def noted(one: counter.Counter) -> counter.Turn:
        newest.append(begun(one).by)
        return counter.Turn(newest[-1], 0.0)

    monkeypatch.setattr(counter.Counter, "begun", noted)
    gate = asyncio.Event()
    with _held(at, gate, before=True):
        tries = [_asked(at, 953)]
        _let(at)
        tries.append(_asked(at, 953))
        _let(at)
        gate.set()
        at.one.loop.run_until_complete(asyncio.wait(tries))
    assert tries[1].result().text.startswith("<xml")
    at.deliver()
    assert at.fake.said == []


@pytest.mark.parametrize("order", list(itertools.permutations(["ask 2", "leave 1", "ask 3"])), ids=str)
def test_however_requests_of_one_message_meet_one_says_it(at: Vendor, order: tuple[str, ...]) -> None:
    """The first was answered too late, perhaps by another process; the later ones are in time; the third is read."""
    at.text("你好", 960)
    by = at.rows()[-1].held_by
    told: dict[str, str] = {}
    for step in order:
        if step == "leave 1":
            at.one.loop.run_until_complete(_shared(at).leave(_inbound(at, 960), by))
        else:
            told[step] = at.text("你好", 960).text
    at.deliver()
    assert [told["ask 3"].startswith("<xml"), bool(at.fake.said)].count(True) == 1, (order, told)


def test_late_and_older_than_who_says_it_it_is_not_said_again(
    at: Vendor, hurry: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy holds the line of a request that WeChat has left long ago: another one has been listened to since."""
    inner = counter.Counter.begun
    older: list[counter.Turn] = []

    def begun(one: counter.Counter) -> counter.Turn:
        if older:
            return older.pop()
        older.append(inner(one))
        return inner(one)

    monkeypatch.setattr(counter.Counter, "begun", begun)
    assert at.text("你好", 968).text.startswith("<xml")
    hurry(0.0, 4.7)
    assert at.text("你好", 968).text == "success"
    at.deliver()
    assert at.fake.said == []


def test_what_could_not_be_written_down_is_said_all_the_same(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cry while the disk is full: in the response, and what does not fit there right after it."""
    monkeypatch.setattr("channels.wechat.render.TEXT_BYTES", 60)
    monkeypatch.setattr(counter, "BEHIND_SECONDS", 0.0)
    with at.nothing_stored():
        answer = at.text("救命，我家着火了")
        assert answer.text.startswith("<xml")
        assert len(at.passive(answer).encode()) <= 60
        for _ in range(100):
            _let(at)
            if at.fake.said:
                break
    assert any("119" in text for text in [at.passive(answer), *(one.text for one in at.fake.said)])


def test_where_wechat_has_hung_up_and_asks_no_more_it_is_said(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last try was cut before the response was there, however soon that was: a busy machine sees requests late."""
    monkeypatch.setattr(counter, "AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(Request, "is_disconnected", _has_gone)
    at.text("你好", 962)
    for _ in range(1000):
        _let(at, 0.02)
        if at.rows()[-1].state == "due":
            break
    at.deliver()
    assert len(at.fake.said) == 1


async def _has_gone(_: Any) -> bool:
    return True


def test_what_does_not_fit_follows_the_response(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.wechat.render.TEXT_BYTES", 120)
    first = at.text("你好", 961)
    assert len(at.passive(first).encode()) <= 120
    assert at.fake.said == []
    assert at.passive(at.text("你好", 961)) == at.passive(first)
    at.later(timedelta(seconds=3))
    at.deliver()
    said = [one.text for one in at.fake.said]
    assert said
    assert len(set(said)) == len(said)


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


def test_windows_of_somebody_unknown_open_for_nobody(at: Vendor) -> None:
    desk, who = at.one.app.state.desk, Address("wechat", "o-nobody")
    desk.db.submit(lambda c: windows.opened(c, who, Opening(5, 60), desk.clock.real())).result(10)
    assert desk.db.read_now(lambda c: windows.allowed(c, who, desk.clock.real())) is None
