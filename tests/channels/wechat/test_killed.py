"""A process ends at every point between a message and its answer; the next one starts on what it has left behind.

WeChat knows no key by which it would see that a message of ours is the same again. What may have gone out when a
process ended is therefore not said again (nobody hears an answer twice), except to somebody whose alarm is open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.models.talk import conversation
from backend.services import outbox
from bot.contract.errors import Unavailable
from bot.contract.text import t
from bot.work import new_courier
from channels.wechat import counter
from tests.channels.drivers.wechat import Vendor
from tests.channels.wechat.test_answering import ME, _asked, _held, _left
from tests.fakes.clock import Ahead


@dataclass
class Process:
    """What carries; it ends wherever somebody waits for the gate, and leaves everything as it stood."""

    at: Vendor

    def ends_in(self, points: Callable[[], Any]) -> None:
        """Deliveries go on until nothing more happens: whoever waits then waits for ever, and dies with it."""
        courier = new_courier(self.at.one.app.state.tools)

        async def life() -> None:
            carrying = asyncio.create_task(courier.clear())
            async with asyncio.timeout(30):
                while not points():
                    await asyncio.sleep(0.01)
            for one in (carrying, *courier._held.values()):
                one.cancel()
            await asyncio.wait({carrying})

        self.at.one.loop.run_until_complete(life())

    def starts(self) -> None:
        """The next one of its name, as `Courier.run` begins."""
        courier = new_courier(self.at.one.app.state.tools)

        async def life() -> None:
            await courier._release()
            await courier.clear()
            await courier.close()

        self.at.one.loop.run_until_complete(life())


@pytest.fixture
def process(at: Vendor) -> Process:
    return Process(at)


class Gate:
    """Stands before or behind a call, and lets nobody through while it is shut."""

    def __init__(self, owner: Any, name: str, monkeypatch: pytest.MonkeyPatch, *, behind: bool) -> None:
        self.reached, self.open = 0, False
        inner = getattr(owner, name)

        async def call(*given: Any, **more: Any) -> Any:
            found = await inner(*given, **more) if behind else None
            self.reached += 1
            while not self.open:
                await asyncio.sleep(0.01)
            return found if behind else await inner(*given, **more)

        monkeypatch.setattr(owner, name, call)


def _late(at: Vendor, monkeypatch: pytest.MonkeyPatch, words: str = "你好", number: int = 970) -> None:
    """An answer that hop 8 has to say."""
    with monkeypatch.context() as hurried:
        hurried.setattr(counter, "CHOSEN_SECONDS", 0.0)
        assert at.text(words, number).text == "success"


def _carrier(at: Vendor) -> Any:
    return at.one.app.state.tools.senders["wechat"].way


# In the response.


def test_nothing_was_stored_and_nothing_was_said(at: Vendor) -> None:
    with _held(at, asyncio.Event(), before=True):
        asked = _asked(at, 970, "你好")
        at.one.loop.run_until_complete(asyncio.sleep(0.05))
        assert not asked.done(), "WeChat must not hear that all is well"
        _forget(at)
    assert at.text("你好", 970).text.startswith("<xml"), "asked again, it is answered"
    assert at.fake.said == []


def _forget(at: Vendor) -> None:
    """What the process that ended had under way."""
    from channels.wechat.adapter import _going_on

    async def end() -> None:
        tasks = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
        for one in (*tasks, *_going_on):
            one.cancel()
        await asyncio.wait(tasks)

    at.one.loop.run_until_complete(end())


def test_stored_and_its_response_was_never_written(at: Vendor, process: Process) -> None:
    """WeChat asks again: the same words, and nothing beside them. Where it asks no more it has shown its own excuse."""
    first = at.passive(at.text("你好", 971))
    process.starts()
    assert at.fake.said == []
    again = at.text("你好", 971)
    assert at.passive(again) == first
    process.starts()
    assert at.fake.said == []
    assert at.messages() == 1


# By a message of our own.


def test_too_late_and_ended_before_it_went_out(at: Vendor, process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    _late(at, monkeypatch)
    process.starts()
    assert len(at.fake.said) == 1
    assert at.text("你好", 970).text == "success"
    process.starts()
    assert len(at.fake.said) == 1


@pytest.mark.parametrize(
    ("owner", "call", "behind", "told"),
    [
        ("shared", "spend", False, 1),
        ("shared", "spend", True, 0),
        ("calls", "post", False, 0),
        ("calls", "post", True, 1),
    ],
    ids=["claimed", "noted", "not yet asked", "said and not settled"],
)
def test_ended_on_the_way(
    at: Vendor, process: Process, monkeypatch: pytest.MonkeyPatch, owner: str, call: str, behind: bool, told: int
) -> None:
    """Between the note and WeChat's answer lies one call: ended within it, one is heard at most, and most likely."""
    _late(at, monkeypatch)
    way = _carrier(at)
    with monkeypatch.context() as shut:
        whose = type(way._ports.shared) if owner == "shared" else way._calls
        gate = Gate(whose, call, shut, behind=behind)
        process.ends_in(lambda: gate.reached)
    process.starts()
    process.starts()
    assert len(at.fake.said) == told
    assert at.text("你好", 970).text == "success"
    assert [row.state for row in at.rows()] == ["sent"]
    assert len(at.fake.said) == told


def test_somebody_in_danger_hears_it_again_rather_than_not_at_all(
    at: Vendor, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    at.bind()
    _late(at, monkeypatch, "救命，我家着火了", 972)
    before = len(at.fake.said)
    with monkeypatch.context() as shut:
        gate = Gate(_carrier(at)._calls, "post", shut, behind=True)
        process.ends_in(lambda: gate.reached)
    process.starts()
    said = [one.text for one in at.fake.said[before:]]
    assert len(said) == 2
    assert said[0] == said[1]


def test_whoever_is_called_to_an_alarm_reads_it_twice_rather_than_not_at_all(
    at: Vendor, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chat of somebody on duty: no alarm of their own is open."""
    at.text("你好", 973)
    before = len(at.fake.said)
    text = t("{community}, duty desk: the urgent matter that we called you for is over. You need do nothing more.")
    said = replace(text, params={"community": "阳光花园"})
    real = at.one.app.state.desk.clock.real()
    talk = select(conversation.c.id).order_by(conversation.c.id.desc()).limit(1)
    db = at.one.app.state.desk.db
    db.submit(lambda c: outbox.push(c, c.execute(talk).scalar_one(), said, "ladder:7:text", real, last=True)).result()
    with monkeypatch.context() as shut:
        gate = Gate(_carrier(at)._calls, "post", shut, behind=True)
        process.ends_in(lambda: gate.reached)
    process.starts()
    assert len(at.fake.said) == before + 2


def test_what_failed_before_our_eyes_is_tried_again_and_paid_for_once(
    at: Vendor, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WeChat is busy for longer than the window has messages: none of them is used up by trying."""
    _late(at, monkeypatch)
    at.fake.errors = [-1] * 8
    for tried in range(8):
        at.later(timedelta(minutes=tried))
        at.deliver()
    assert at.fake.said == []
    at.later(timedelta(minutes=30))
    at.deliver()
    assert len(at.fake.said) == 1
    assert _left(at) == 4


def test_several_parts_go_on_behind_the_one_that_was_going_out(
    at: Vendor, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    _late(at, monkeypatch)
    monkeypatch.setattr("channels.wechat.render.TEXT_BYTES", 150)
    with monkeypatch.context() as shut:
        gate = Gate(_carrier(at)._calls, "post", shut, behind=True)
        gate.open = True
        process.ends_in(lambda: shutting(gate))
    first = len(at.fake.said)
    process.starts()
    said = [one.text for one in at.fake.said]
    assert 2 <= first < len(said)
    assert len(set(said)) == len(said)


def shutting(gate: Gate) -> bool:
    """The first part is through, the second is held."""
    if gate.reached == 1:
        gate.open = False
    return gate.reached >= 2


def test_a_process_that_stood_still_says_nothing_that_another_carries(
    at: Vendor, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    _late(at, monkeypatch)
    (row,) = at.rows()
    shared = _carrier(at)._ports.shared
    with pytest.raises(Unavailable):
        at.one.loop.run_until_complete(
            type(shared)(shared.desk, "wechat", "another").spend(ME, last=True, key=f"outbox-{row.id}")
        )


def test_after_a_standstill_what_failed_meanwhile_is_tried_again(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lease looks as if it had ended; it fails while the next round is claimed, which must not take it too."""
    _late(at, monkeypatch)
    tools, clock = at.one.app.state.tools, Ahead(at.one.app.state.tools.clock, timedelta())
    courier = new_courier(replace(tools, clock=clock))
    at.fake.errors = [-1]
    gate = Gate(_carrier(at)._calls, "post", monkeypatch, behind=False)
    db = tools.db.part
    write = db.write

    async def meanwhile(*given: Any, **more: Any) -> Any:
        found = await write(*given, **more)
        if gate.open:
            return found
        gate.open = True
        while courier._held:
            await asyncio.sleep(0.01)
        return found

    async def life() -> None:
        carrying = asyncio.create_task(courier.clear())
        while not gate.reached:
            await asyncio.sleep(0.01)
        clock.by = timedelta(seconds=10)
        with monkeypatch.context() as slow:
            slow.setattr(db, "write", meanwhile)
            await courier._turn()
        await carrying
        assert at.fake.said == []
        clock.by = timedelta(minutes=1)
        await courier.clear()
        await courier.close()

    at.one.loop.run_until_complete(life())
    assert len(at.fake.said) == 1
