"""Messages to one conversation keep their order, whatever fails in between; what cannot be sent is seen."""

from __future__ import annotations

import asyncio
import random
import re
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from backend.media import Shelf
from backend.services import conversations, outbox
from backend.services.conversations import Binding
from bot.contract.errors import Refused, Unavailable
from bot.contract.messages import Address, OutboundMessage, Profile, Words
from bot.contract.text import t
from bot.settings import Settings
from bot.work import Hop8
from intents.understand import Embedded
from tests.bot.work.station import COMMUNITY, Station, until

NAME = "pigeon"


class Pigeon:
    """A channel's hop 8 whose vendor stumbles; keeps what arrived, in order."""

    def __init__(self, stumbles: float) -> None:
        self.arrived: dict[str, list[str]] = {}
        self.keys: list[str] = []
        self._stumbles = stumbles
        self._dice = random.Random(7)  # noqa: S311 - no secret

    async def send(self, message: OutboundMessage, key: str) -> None:
        if self._dice.random() < self._stumbles:
            raise Unavailable("the pigeon is asleep", retry_after=0)
        (part,) = message.parts
        assert isinstance(part, Words)
        if "forbidden" in part.text:
            raise Refused("this user has blocked us")
        self.keys.append(key)
        self.arrived.setdefault(message.to.user, []).append(part.text)

    async def fetch(self, account: str, remote: str) -> bytes:
        raise Refused("pigeons keep nothing")

    async def run(self, stop: asyncio.Event) -> None:
        await stop.wait()

    async def close(self) -> None:
        return None


def _talk(station: Station, user: str) -> int:
    who = Address(NAME, user)

    def begin(connection: Connection) -> int:
        conversations.begin(connection, who, Binding(COMMUNITY, None), station.clock.real())
        row = conversations.find(connection, who)
        assert row is not None
        return int(row.id)

    return station.do(begin)


def _push(station: Station, talk: int, user: str, n: int, words: str = "number") -> None:
    text = t("Your case {number} is closed.", number=f"{words} {n}")
    station.do(lambda c: outbox.push(c, talk, text, f"{user}:{words}:{n}", station.clock.real()))


def test_messages_of_one_conversation_arrive_in_order(fresh: Settings, interpreter: Embedded) -> None:
    pigeon = Pigeon(stumbles=0.3)
    station = Station(fresh, interpreter, senders={NAME: Hop8(Profile.TEXT, pigeon, Shelf(fresh.media_path))})
    try:
        talks = {f"u{n}": _talk(station, f"u{n}") for n in range(5)}
        for n in range(6):
            for user, talk in talks.items():
                _push(station, talk, user, n)
        rounds = 0
        while any(row.queue for row in station.rows("push")):
            rounds += 1
            station.clear()
            station.clock.ahead += timedelta(seconds=30)
            assert rounds < 300
        for user in talks:
            said = [re.findall(r"number (\d)", text)[0] for text in pigeon.arrived[user]]
            assert said == [str(n) for n in range(6)], user
        assert len(set(pigeon.keys)) == len(pigeon.keys) == 30
        assert {row.state for row in station.rows("push")} == {"sent"}
    finally:
        station.close()


def test_a_message_that_can_never_arrive_holds_up_nobody(fresh: Settings, interpreter: Embedded) -> None:
    pigeon = Pigeon(stumbles=0.0)
    station = Station(fresh, interpreter, senders={NAME: Hop8(Profile.TEXT, pigeon, Shelf(fresh.media_path))})
    try:
        talk = _talk(station, "u")
        for n, words in enumerate(("number", "forbidden", "number")):
            _push(station, talk, "u", n, words)
        with station.running():
            until(lambda: not any(row.queue for row in station.rows("push")))
        assert [row.state for row in station.rows("push")] == ["sent", "dead", "sent"]
        assert station.rows("push")[1].last_error == "this user has blocked us"
        assert station.rows("push")[1].attempts == 1
    finally:
        station.close()


def test_in_the_demo_a_channel_that_is_off_keeps_its_rows_to_look_at(station: Station) -> None:
    talk = _talk(station, "u")
    _push(station, talk, "u", 1)
    station.clear()
    (row,) = station.rows("push")
    assert (row.state, row.queue, row.attempts) == ("kept", None, 0)


def test_outside_the_demo_a_channel_that_is_off_is_a_failure_that_is_seen(
    fresh: Settings, interpreter: Embedded
) -> None:
    station = Station(fresh, interpreter, demo=False)
    try:
        talk = _talk(station, "u")
        _push(station, talk, "u", 1)
        station.clear()
        (row,) = station.rows("push")
        assert (row.state, row.last_error) == ("due", "this channel is not on")
    finally:
        station.close()


class Strict(Pigeon):
    """Its vendor asks for an hour's patience for the first it is given."""

    async def send(self, message: OutboundMessage, key: str) -> None:
        if message.to.user == "full":
            raise Unavailable("a limit of the day", retry_after=3600)
        await super().send(message, key)


def test_an_alarm_waits_seconds_behind_another_whatever_a_vendor_asks_for(
    fresh: Settings, interpreter: Embedded
) -> None:
    pigeon = Strict(stumbles=0)
    station = Station(fresh, interpreter, senders={NAME: Hop8(Profile.TEXT, pigeon, Shelf(fresh.media_path))})
    try:
        for user in ("full", "other"):
            to, text = Address(NAME, user), t("Your case {number} is closed.", number=user)
            station.do(
                partial(outbox.alert, community=COMMUNITY, to=to, text=text, once=user, real=station.clock.real())
            )
            station.clear()
        station.clock.ahead += timedelta(seconds=10)
        station.clear()
        assert list(pigeon.arrived) == ["other"]
    finally:
        station.close()
