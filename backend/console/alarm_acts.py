"""What people at the desk do with an alarm: go, follow, arrive, call by hand, say who dialled, look, note, close."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from backend.console.door import Door
from backend.console.talk_acts import done
from backend.console.visit import Visit, whole
from backend.console.words import ALARM_OUTCOMES
from backend.services import alarm_calls, alarm_desk, audit, health
from backend.services.ladder import steps
from bot.contract.errors import Refused
from bot.contract.text import t

Act = Callable[[Connection, str, str], None]
# An alarm that was none is believed where somebody has spoken with them (practice 4).
_NEEDS_WORDS = {
    "false": t("Please write who spoke with them and what they said: a false alarm is not closed without it."),
    "other": t("Please write what came of it."),
}
_PRIVATE = {"Cache-Control": "no-store"}


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    acts = Acts(door)
    for name in (
        "take",
        "follow",
        "arrived",
        "dialled",
        "reached",
        "note",
        "close",
        "number",
        "call",
        "health",
        "entry",
        "entered",
    ):
        door.add(router, "POST", f"/console/alarms/{{key}}/{name}", getattr(acts, name))
    return router


class Acts:
    def __init__(self, door: Door) -> None:
        self._parts = door.parts

    async def take(self, visit: Visit) -> Response:
        """minutes: how soon they are there; until then nobody is called further."""
        (said,) = visit.fields("minutes?")
        minutes = int(said) if said in map(str, alarm_desk.MINUTES) else None
        now, real, login = visit.now, visit.real, visit.who.login
        return await self._do(
            visit, "taken", lambda c, key, by: alarm_desk.take(c, visit.community, key, by, now, real, minutes, login)
        )

    async def follow(self, visit: Visit) -> Response:
        visit.fields()
        return await self._do(
            visit, "followed", lambda c, key, by: alarm_desk.follow(c, visit.community, key, by, visit.now)
        )

    async def arrived(self, visit: Visit) -> Response:
        visit.fields()
        now, real, login = visit.now, visit.real, visit.who.login
        return await self._do(
            visit, "arrived", lambda c, key, by: alarm_desk.arrived(c, visit.community, key, by, now, real, login)
        )

    async def dialled(self, visit: Visit) -> Response:
        (number,) = visit.fields("number")
        if number not in self._parts.communities[visit.community].emergency.values():
            raise Refused("no such number", pointer="/number")
        return await self._do(
            visit, "dialled", lambda c, key, by: alarm_desk.dial(c, visit.community, key, by, number, visit.now)
        )

    async def reached(self, visit: Visit) -> Response:
        """step: whom somebody called by hand; state: whether they answered."""
        step, state = _step(visit), visit.fields("step", "state")[1]
        if state not in steps.BY_HAND:
            raise Refused("what came of it?", pointer="/state")
        now, real = visit.now, visit.real
        return await self._do(
            visit,
            "reached",
            lambda c, key, by: alarm_desk.reached(c, visit.community, key, step, state, by, now, real),
        )

    async def note(self, visit: Visit) -> Response:
        (words,) = visit.fields("text")
        return await self._do(
            visit, "noted", lambda c, key, by: alarm_desk.remark(c, visit.community, key, by, words, visit.now)
        )

    async def close(self, visit: Visit) -> Response:
        outcome, words = visit.fields("outcome?", "text?")
        if outcome not in ALARM_OUTCOMES:
            raise Refused(
                "an alarm is closed with an outcome",
                t("Please say what came of it. An alarm is never closed without an outcome."),
                pointer="/outcome",
            )
        if outcome in _NEEDS_WORDS and not words:
            raise Refused("this outcome is told in words", _NEEDS_WORDS[outcome], pointer="/text")
        said = f"{outcome}: {words}" if words else outcome
        now, real = visit.now, visit.real
        return await self._do(
            visit, "closed", lambda c, key, by: alarm_desk.close(c, visit.community, key, by, said, now, real)
        )

    async def call(self, visit: Visit) -> Response:
        """whom: who is to be spoken with; via: which phone of ours rings first, the clerk's own or one on duty."""
        whom, via = visit.fields("whom", "via")
        key, actor, language = visit.path("key"), visit.actor, visit.language

        def work(connection: Connection) -> None:
            call = alarm_calls.begin(connection, actor, key, whom, via, language)
            told = {"whom": whom, "via": via, "call": call}
            audit.note(connection, actor.community, actor.login, "alarm.called", f"alarm {key}", actor.real, told)

        await self._parts.db.write(work, urgent=True)
        return done(visit, f"/console/alarms/{key}")

    async def number(self, visit: Visit) -> Response:
        """step: a number of the ladder, or somebody who may be called; shown whole after it was written down that
        somebody looked."""
        (which,) = visit.fields("step")
        key, who, real = visit.path("key"), visit.who, visit.real

        def work(connection: Connection) -> str:
            if which.isdecimal():
                phone = alarm_desk.number(connection, who.community, key, _step(visit))
            else:
                phone = alarm_calls.number(connection, who.community, key, which)
            audit.note(connection, who.community, who.login, "phone.revealed", f"alarm {key}", real, {"which": which})
            return phone

        return JSONResponse({"phone": await self._parts.db.write(work)}, headers=_PRIVATE)

    async def health(self, visit: Visit) -> Response:
        visit.fields()
        key, who, real = visit.path("key"), visit.who, visit.real

        def work(connection: Connection) -> list[tuple[str, str]]:
            row = alarm_desk.one(connection, who.community, key)
            living, _ = alarm_desk.people(connection, who.community, row.household_id)
            notes = health.of(connection, who.community, alarm_desk.concerned(row, living))
            audit.note(
                connection, who.community, who.login, "health.shown", f"alarm {key}", real, {"notes": len(notes)}
            )
            return notes

        return JSONResponse({"notes": await self._parts.db.write(work)}, headers=_PRIVATE)

    async def entry(self, visit: Visit) -> Response:
        """How to get in, for whoever goes; that they looked stands in the alarm and in the log."""
        visit.fields()
        key, who, real, now = visit.path("key"), visit.who, visit.real, visit.now

        def work(connection: Connection) -> list[tuple[str, str]]:
            notes = alarm_desk.entry(connection, who.community, key, who.name, who.login, now)
            audit.note(connection, who.community, who.login, "entry.shown", f"alarm {key}", real, {"notes": len(notes)})
            return notes

        return JSONResponse({"notes": await self._parts.db.write(work)}, headers=_PRIVATE)

    async def entered(self, visit: Visit) -> Response:
        (second,) = visit.fields("second?")
        return await self._do(
            visit,
            "entered",
            lambda c, key, by: alarm_desk.entered(c, visit.community, key, by, second or "", visit.now),
        )

    async def _do(self, visit: Visit, what: str, act: Act) -> Response:
        key, who, real = visit.path("key"), visit.who, visit.real

        def work(connection: Connection) -> None:
            act(connection, key, who.name)
            audit.note(connection, who.community, who.login, f"alarm.{what}", f"alarm {key}", real)

        await self._parts.db.write(work, urgent=True)
        return done(visit, f"/console/alarms/{key}")


def _step(visit: Visit) -> int:
    step = whole(visit.form.get("step", ""))
    if step is None:
        raise Refused("no such step", status=404)
    return step
