"""The SOS board: what stands open, one alarm with everything that is known, and what came of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console import looks
from backend.console.door import Door
from backend.console.live import banner_of
from backend.console.talk_acts import done
from backend.console.visit import Visit
from backend.console.words import ALARM_EVENTS, ALARM_OUTCOMES, ALARM_RULES, ALARMS
from backend.db import Record
from backend.services import alarm_desk, audit, duty
from backend.services.alarms import OPEN
from bot.contract.errors import Refused
from bot.contract.text import Text, t


@dataclass(frozen=True, slots=True)
class Known:
    """An alarm as the pages show it; dials: which number, as the settings have it; began: seconds count from here."""

    row: Record
    kind: Text
    dials: str
    dialled: Record | None
    arrived: Record | None
    began: str


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    board = Board(door)
    door.add(router, "GET", "/console/alarms", board.list)
    door.add(router, "GET", "/console/alarms/{key}", board.one)
    for name in ("take", "arrived", "dialled", "note", "close"):
        door.add(router, "POST", f"/console/alarms/{{key}}/{name}", getattr(board, name))
    return router


class Board:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def list(self, visit: Visit) -> Response:
        community, before = visit.community, visit.asked("before", 26)
        banner = await banner_of(visit)

        def work(connection: Connection) -> dict[str, Any]:
            return {
                "open_alarms": [self._known(connection, visit, row.id) for row in banner["alarms"]],
                "closed": alarm_desk.history(connection, community, before),
                "watched": duty.watched(connection, community, visit.real),
            }

        known = await self._parts.db.read(work)
        template = "alarms_list.html" if visit.part == "list" else "alarms.html"
        return self._pages.show(visit, template, **banner, **known, kinds=ALARMS)

    async def one(self, visit: Visit) -> Response:
        key = visit.path("key")

        def work(connection: Connection) -> dict[str, Any]:
            known = self._known(connection, visit, key)
            living, contacts = alarm_desk.people(connection, visit.community, known.row.household_id)
            return {
                "known": known,
                "events": alarm_desk.events(connection, key),
                "living": living,
                "contacts": contacts if not known.row.quiet else [],
            }

        found = await self._parts.db.read(work)
        template = "alarm_parts.html" if visit.part == "alarm" else "alarm.html"
        tables: dict[str, Any] = {
            "event_words": ALARM_EVENTS,
            "outcomes": ALARM_OUTCOMES,
            "rules": ALARM_RULES,
            "masked": looks.masked,
            "open": OPEN,
        }
        return self._pages.show(visit, template, **await banner_of(visit), **found, **tables)

    def _known(self, connection: Connection, visit: Visit, key: str) -> Known:
        row = alarm_desk.one(connection, visit.community, key)
        events = alarm_desk.events(connection, key)
        purpose = alarm_desk.DIALS.get(row.kind, "")
        emergency = self._parts.communities[visit.community].emergency
        return Known(
            row=row,
            kind=ALARMS.get(row.kind, ALARMS["plea"]),
            dials=emergency.get(purpose, ""),
            dialled=alarm_desk.dialled(events),
            arrived=next((event for event in events if event.name == "arrived"), None),
            began=alarm_desk.began(row).isoformat(),
        )

    async def take(self, visit: Visit) -> Response:
        visit.fields()
        return await self._do(
            visit, "taken", lambda c, key, by: alarm_desk.take(c, visit.community, key, by, visit.now)
        )

    async def arrived(self, visit: Visit) -> Response:
        visit.fields()
        return await self._do(
            visit, "arrived", lambda c, key, by: alarm_desk.arrived(c, visit.community, key, by, visit.now)
        )

    async def dialled(self, visit: Visit) -> Response:
        (number,) = visit.fields("number")
        if number not in self._parts.communities[visit.community].emergency.values():
            raise Refused("no such number", pointer="/number")
        return await self._do(
            visit, "dialled", lambda c, key, by: alarm_desk.dial(c, visit.community, key, by, number, visit.now)
        )

    async def note(self, visit: Visit) -> Response:
        (words,) = visit.fields("text")
        return await self._do(
            visit, "noted", lambda c, key, by: alarm_desk.remark(c, visit.community, key, by, words, visit.now)
        )

    async def close(self, visit: Visit) -> Response:
        outcome, words = visit.fields("outcome?", "text?")
        if outcome not in ALARM_OUTCOMES or (outcome in ("other", "false") and not words):
            raise Refused(
                "an alarm is closed with an outcome",
                t("Please say what came of it. An alarm is never closed without an outcome."),
                pointer="/outcome",
            )
        said = f"{outcome}: {words}" if words else outcome
        return await self._do(
            visit, "closed", lambda c, key, by: alarm_desk.close(c, visit.community, key, by, said, visit.now)
        )

    async def _do(self, visit: Visit, what: str, act: Any) -> Response:
        key, who, real = visit.path("key"), visit.who, visit.real

        def work(connection: Connection) -> None:
            act(connection, key, who.name)
            audit.note(connection, who.community, who.login, f"alarm.{what}", f"alarm {key}", real)

        await self._parts.db.write(work, urgent=True)
        return done(visit, f"/console/alarms/{key}")
