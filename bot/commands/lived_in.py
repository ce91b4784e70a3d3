"""Gives an empty demo's desk a past: what `backend/demo/day.yml` tells is played through the product, at its time.

Whoever opens the console for the first time sees people who wait, cases in every state, and alarms that are over.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from backend.demo import day
from backend.demo.day import Act
from backend.services import alarm_desk, alarms, case_board, cases, conversations, handover, notes, staff, stories
from backend.services.acting import Actor
from backend.services.casework import assigning, costs, quotes, record, visits
from backend.services.conversations import Binding
from backend.services.ladder import climb, start
from bot.app import open_desk
from bot.contract.errors import Misconfigured
from bot.contract.messages import Address, InboundMessage, Kind, Profile
from bot.contract.ports import Clock
from bot.desk import Desk
from bot.inbox import take
from bot.settings import Settings

ACCOUNT = "demo"
# What an act is called by what it bears; the first that fits.
ON_ALARMS = ("going", "arrived", "closed")
ON_TALKS = ("take", "say", "note", "label")


@dataclass(frozen=True, slots=True)
class Then:
    """The clock as it was so long ago."""

    clock: Clock
    ago: timedelta

    def now(self) -> datetime:
        return self.clock.now() - self.ago

    def real(self) -> datetime:
        return self.clock.real() - self.ago


def live_in(settings: Settings) -> bool:
    """Play it where nobody has said anything yet; False where somebody has."""
    if not settings.demo:
        raise Misconfigured("only the demo is given a past", file="--lived-in")
    desk = open_desk(settings)
    community = next(iter(settings.communities))
    try:
        if not desk.db.read_now(lambda c: day.is_new(c, community)):
            return False
        people, acts = day.told(desk.clock.now())
        with asyncio.Runner() as runner:
            for number, (ago, act) in enumerate(acts):
                play = replace(desk, clock=Then(desk.clock, ago))
                runner.run(_Play(play, community, people[act["who"]], act, number).go())
        return True
    finally:
        desk.db.close()


class _Play:
    """One act, at its time."""

    def __init__(self, desk: Desk, community: str, person: Act, act: Act, number: int) -> None:
        self._desk, self._clock = desk, desk.clock
        self._community, self._person, self._act, self._number = community, person, act, number
        self._who = Address(person["channel"], person["user"], ACCOUNT)

    async def go(self) -> None:
        await self._desk.db.write(self._climb)
        if "says" in self._act:
            await self._say()
        elif any(name in self._act for name in ON_ALARMS):
            await self._desk.db.write(self._alarm)
        elif any(name in self._act for name in ON_TALKS):
            await self._desk.db.write(self._talk)
        else:
            await self._desk.db.write(self._case)

    def _climb(self, connection: Connection) -> None:
        """The rungs of alarms whose second has come: nothing else waits for them while a past is played."""
        for row in day.waited(connection, start.STORY, self._clock.real()):
            until = datetime.fromisoformat(row.body["until"])
            back = until - self._clock.real()
            climb.climb(connection, row.id, row.body["data"], self._clock.now() + back, until)
            stories.end(connection, row.id)

    async def _say(self) -> None:
        resident = await self._desk.db.read(lambda c: day.whose(c, self._community, self._person.get("phone")))
        key = (self._who.channel, self._who.account)
        bindings = {**self._desk.bindings, key: Binding(self._community, resident)}
        profile = Profile.TEXT if self._who.channel == "sms" else Profile.BUTTONS
        now = self._clock.now()
        message = InboundMessage(f"day-{self._number}", self._who, Kind.TEXT, now, self._act["says"], profile=profile)
        await take(replace(self._desk, bindings=bindings), message)

    def _clerk(self, connection: Connection, login: str) -> staff.Clerk:
        found = staff.by_login(connection, login)
        if found is None:
            raise Misconfigured(f"nobody is called {login}", file="backend/demo/day.yml")
        return found

    def _alarm(self, connection: Connection) -> None:
        found = alarms.open_of(connection, self._who)
        if found is None:
            raise Misconfigured(f"no alarm of {self._who.user} is open", file="backend/demo/day.yml")
        how = next(name for name in ON_ALARMS if name in self._act)
        by, now, real = self._clerk(connection, self._act[how]).name, self._clock.now(), self._clock.real()
        if how == "going":
            alarm_desk.take(connection, self._community, found.id, by, now, real, self._act["minutes"])
        elif how == "arrived":
            alarm_desk.arrived(connection, self._community, found.id, by, now, real)
        else:
            alarm_desk.close(connection, self._community, found.id, by, self._act["outcome"], now, real)
            alarm_desk.remark(connection, self._community, found.id, by, self._act["text"], now)

    def _talk(self, connection: Connection) -> None:
        talk, real = self._row(connection), self._clock.real()
        clerk = self._clerk(connection, self._act.get("by") or next(self._act[n] for n in ON_TALKS if n in self._act))
        held = handover.of_conversation(connection, talk)
        if "take" in self._act:
            handover.take_over(connection, self._community, talk, clerk, real)
        elif "note" in self._act:
            notes.add(connection, self._community, talk, clerk.id, self._act["text"], real)
        elif "label" in self._act:
            notes.put_label(connection, self._community, talk, self._act["label"], True, real)
        elif held is not None:
            handover.say(connection, self._community, held.id, clerk, self._act["text"], real)

    def _row(self, connection: Connection) -> int:
        found = conversations.find(connection, self._who)
        if found is None:
            raise Misconfigured(f"{self._who.user} has said nothing yet", file="backend/demo/day.yml")
        return int(found.id)

    def _case(self, connection: Connection) -> None:
        act, now, real = self._act, self._clock.now(), self._clock.real()
        clerk = self._clerk(connection, act.get("by") or act["quote"])
        newest = cases.of_conversation(connection, self._row(connection), None, 1)[0]
        found = record.find(connection, self._community, newest.number)
        who = Actor(self._community, clerk.id, clerk.login, clerk.name, clerk.role, now, real)
        if "given" in act:
            assigning.assign(connection, who, found.number, act["given"])
        elif "moved" in act:
            case_board.move(
                connection, self._community, found.number, act["moved"], clerk.name, act.get("text", ""), now, real
            )
        elif "visit" in act:
            visits.plan(connection, found, act["visit"], None, clerk.name, now, real)
            visits.on_way(connection, record.find(connection, self._community, found.number), act["visit"], now, real)
        elif "cost" in act:
            kind = act.get("kind", "part")
            costs.add(connection, found, kind, act["cost"], act["quantity"], act["price"], clerk.name, now)
        else:
            quotes.offer(connection, who, found.number)
