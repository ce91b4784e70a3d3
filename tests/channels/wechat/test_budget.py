"""What the window's few messages are used for: several things told in one, the last kept, and other ways afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from backend.services import outbox
from bot.contract.messages import Address, OutboundMessage, Words
from bot.contract.text import Text, t
from tests.channels.drivers.wechat import USER, Vendor

TOLD = (t("I have noted that."), t("Thank you. Goodbye."), t("That cannot be done."))


def _push(at: Vendor, text: Text, once: str, *, last: bool = False) -> None:
    desk, talk = at.one.app.state.desk, at.rows()[-1].conversation_id
    desk.db.submit(lambda c: outbox.push(c, talk, text, once, desk.clock.real(), last=last)).result(10)


def _down_to(at: Vendor, left: int) -> None:
    """So many of the five are left."""
    way: Any = at.one.app.state.tools.senders["wechat"].way
    for number in range(5 - left):
        one = OutboundMessage(Address("wechat", USER), (Words("一"),), last=False)
        at.one.loop.run_until_complete(way.send(one, f"k{number}"))


def _texts(at: Vendor) -> list[str]:
    return [one.text for one in at.fake.said]


def test_while_enough_is_left_nothing_waits(at: Vendor) -> None:
    at.text("你好")
    for number, text in enumerate(TOLD[:2]):
        _push(at, text, f"case:{number}")
        at.deliver()
    assert len(_texts(at)) == 2


def test_what_comes_together_goes_as_one_when_little_is_left(at: Vendor) -> None:
    at.text("你好")
    _down_to(at, 3)
    before = len(_texts(at))
    for number, text in enumerate(TOLD):
        _push(at, text, f"case:{number}")
        at.deliver()
    assert len(_texts(at)) == before, "each waits a moment for the others"
    at.later(timedelta(seconds=61))
    at.deliver()
    (told,) = _texts(at)[before:]
    assert [told.count(one) for one in ("已经记下", "再见", "办不了")] == [1, 1, 1], told
    assert [row.state for row in at.rows("push")] == ["sent"] * 3


def test_what_may_use_the_last_one_waits_for_nothing_and_takes_the_others_along(at: Vendor) -> None:
    at.text("你好")
    _down_to(at, 1)
    before = len(_texts(at))
    _push(at, TOLD[0], "case:1")
    at.deliver()
    assert len(_texts(at)) == before
    _push(at, TOLD[1], "case:2", last=True)
    at.deliver()
    (told,) = _texts(at)[before:]
    assert "已经记下" in told
    assert "再见" in told


def test_what_went_along_shares_the_end_of_what_it_went_with(at: Vendor) -> None:
    at.bind()
    at.text("你好")
    _down_to(at, 2)
    for number, text in enumerate(TOLD[:2]):
        _push(at, text, f"case:{number}")
    at.fake.errors += [-1]
    at.later(timedelta(seconds=61))
    at.deliver()
    assert [row.state for row in at.rows("push")][-2:] == ["due", "along"], "tried again together"
    at.fake.allowed[USER] = 0
    at.later(timedelta(minutes=5))
    at.deliver()
    rows = at.rows("push")[-2:]
    assert [row.state for row in rows] == ["dead", "dead"]
    assert all(row.last_error for row in rows)
