"""A repair and what its resident is told of it in two days: the window's few messages, and every way after them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from backend import instant
from backend.models.work import case
from backend.services import cases
from bot.settings import Settings
from intents.understand import Embedded
from tests.channels.drivers import Bench
from tests.channels.drivers.wechat import USER, Vendor
from tests.channels.wechat.test_consent import _back, _filed, _link
from tests.clerk import Clerk
from tests.fakes.twilio import Twilio
from tests.fakes.wechat import WeChat

Pass = Callable[..., None]
THEIRS = "+8613800000501"


@dataclass
class Vendors(WeChat):
    """WeChat, and who carries text messages and calls."""

    twilio: Twilio = field(default_factory=Twilio)

    def anew(self) -> None:
        super().anew()
        self.twilio.anew()

    def close(self) -> None:
        super().close()
        self.twilio.close()


class Everywhere(Vendor):
    """A resident on WeChat whose number is known."""

    @classmethod
    def stand_in(cls) -> WeChat:
        return Vendors()

    @classmethod
    def configured(cls, side: WeChat) -> dict[str, Any]:
        assert isinstance(side, Vendors)
        found = super().configured(side)
        return {**found, "vendors": {**found["vendors"], "TWILIO_API_BASE": side.twilio.url}}


@pytest.fixture
def at(
    prepared: Settings, interpreter: Embedded, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> Iterator[Vendor]:
    bench = Bench("wechat", prepared, interpreter, tmp_path_factory.mktemp("everywhere"), Everywhere)
    with bench.driver(tmp_path) as one:
        assert isinstance(one, Vendor)
        yield one
    bench.close()


@pytest.fixture
def passes(at: Vendor, monkeypatch: pytest.MonkeyPatch) -> Pass:
    """So much time goes by for everybody, and what waited for it goes out."""

    def pass_(*, minutes: float = 0.0, hours: float = 0.0) -> None:
        ahead = instant.now_ns() + int((60 * minutes + 3600 * hours) * 1e9)
        monkeypatch.setattr(instant, "_anchor", (ahead, time.monotonic_ns()))
        at.deliver()

    return pass_


class Desk:
    """Somebody of the desk, who moves the case and reads what WeChat still lets through."""

    def __init__(self, at: Vendor) -> None:
        self.at, self.clerk = at, Clerk(at.one, "agent")
        self.talk = at.rows()[-1].conversation_id

    def moves(self, *states: str) -> None:
        clock = self.at.one.app.state.desk.clock

        def move(connection: Connection, to: str) -> None:
            found = connection.execute(select(case).where(case.c.number.like("R-%"))).one()
            cases.move(connection, found, to, "agent", None, clock.now(), clock.real())

        for state in states:
            self.at.do(lambda c, to=state: move(c, to))
        self.at.deliver()

    def reads(self) -> tuple[int, int]:
        """Beside the text field: what the window lets through, and how many notices are welcome besides."""
        page = self.clerk.get(f"/console/inbox/{self.talk}").text
        left, agreed = re.search(r"微信还能主动发 (\d+) 条", page), re.search(r"另外还可以发 (\d+) 条订阅通知", page)
        assert left or "微信现在送不到" in page
        return int(left[1]) if left else 0, int(agreed[1]) if agreed else 0


def test_what_a_resident_with_a_repair_is_told_in_two_days(at: Vendor, passes: Pass) -> None:
    vendors = at.fake
    assert isinstance(vendors, Vendors)
    twilio = vendors.twilio

    def told() -> tuple[int, int, int, int]:
        """In WeChat, by a notice, by text message, by a call."""
        calls = len(twilio.sent) - len(twilio.texts())
        return len(vendors.said), len(vendors.once.sent), len(twilio.texts()), calls

    link = _link(_filed(at))
    _back(at, *vendors.once.asked(link, USER))
    desk = Desk(at)
    assert desk.reads() == (8, 1), "five for what they wrote, three for what they scanned, and their yes"
    passes(minutes=2)
    assert desk.reads() == (5, 1)
    desk.moves("assigned")
    desk.moves("on_site")
    assert (told(), desk.reads()) == ((2, 0, 0, 0), (3, 1)), "while enough is left nothing waits"
    desk.moves("waiting_parts", "on_site", "waiting_parts")
    assert told() == (2, 0, 0, 0), "then each waits a minute for the others"
    passes(minutes=1.1)
    assert (told(), desk.reads()) == ((3, 0, 0, 0), (2, 1))
    assert vendors.said[-1].text.count("R-2026") == 3
    desk.moves("on_site")
    passes(minutes=1.1)
    assert (told(), desk.reads()) == ((4, 0, 0, 0), (1, 1))
    desk.moves("waiting_parts")
    passes(minutes=1.1)
    assert (told(), desk.reads()) == ((4, 1, 0, 0), (1, 0)), "the last is kept: their yes is used"
    desk.moves("on_site")
    passes(minutes=1.1)
    assert (told(), desk.reads()) == ((4, 1, 1, 0), (1, 0)), "and then a text message"
    desk.moves("fixed")
    assert (told(), desk.reads()) == ((5, 1, 1, 0), (0, 0)), "is it fixed? For this the last was kept"
    assert "修好了" in vendors.said[-1].text
    desk.moves("reopened")
    passes(minutes=1.1)
    assert (told(), desk.reads()) == ((5, 1, 2, 0), (0, 0))
    passes(hours=48)
    desk.clerk = Clerk(at.one, "agent")
    twilio.landlines.add(THEIRS)
    desk.moves("fixed")
    passes(minutes=1.1)
    assert (told(), desk.reads()) == ((5, 1, 2, 1), (0, 0)), "where no text message arrives either, they are rung"
    at.text("谢谢")
    assert desk.reads() == (5, 0)
