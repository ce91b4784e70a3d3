"""The SOS board: what stands open, one alarm with everything that is known, its report, and how quickly all went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console import call_words, drill_words, ladder_words, looks, maps, promises
from backend.console.door import Door
from backend.console.live import banner_of
from backend.console.visit import Visit
from backend.console.words import ALARM_EVENTS, ALARM_INWARD, ALARM_OUTCOMES, ALARM_RULES, ALARM_SCRIPTS, ALARMS
from backend.db import Record
from backend.services import alarm_desk, alarm_figures, alarm_history, health, watching
from backend.services.alarms import OPEN
from backend.services.drills import rows as drills
from backend.services.ladder import plan, reach, steps
from backend.services.ringing import rows as rings
from bot.contract.emergency import from_afar
from bot.contract.text import Text


@dataclass(frozen=True, slots=True)
class Known:
    """An alarm as the pages show it; dials: which number, as the settings have it; gas: of the
    gas company, day and night; began: seconds count from here; story: what they said and how long after the cry, the
    newest first; means: by what or where they mean to end their life, as they named it; mute: they
    asked not to be rung, or cannot hear; afar: the number to dial as it is dialled from another city."""

    row: Record
    events: list[Record]
    kind: Text
    dials: str
    gas: str
    dialled: Record | None
    arrived: Record | None
    followers: list[str]
    began: str
    map: str
    story: list[tuple[str, str]]
    means: list[str]
    mute: bool
    afar: str


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    board = Board(door)
    door.add(router, "GET", "/console/alarms", board.list)
    door.add(router, "GET", "/console/alarms/figures", board.figures)
    door.add(router, "GET", "/console/alarms/{key}", board.one)
    door.add(router, "GET", "/console/alarms/{key}/report", board.report)
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
                **promises.shown(connection, visit),
                "watch": watching.now(connection, community, visit.real),
                "calls": bool(reach.of(connection, community).voice),
                "promises": drill_words.promises(alarm_figures.live(connection, visit.now, community)[community]),
                "failing": [drill_words.shown(one) for one in drills.failing(connection, community, visit.real)],
            }

        known = await self._parts.db.read(work)
        words: dict[str, Any] = {"kinds": ALARMS, "outcome": self._outcome(visit), "page": alarm_desk.PAGE}
        template = "alarms_list.html" if visit.part == "list" else "alarms.html"
        return self._pages.show(visit, template, **banner, **known, **words)

    async def one(self, visit: Visit) -> Response:
        found = await self._parts.db.read(lambda c: self._whole(c, visit))
        template = "alarm_parts.html" if visit.part == "alarm" else "alarm.html"
        return self._pages.show(visit, template, **await banner_of(visit), **found)

    async def report(self, visit: Visit) -> Response:
        """The whole alarm on paper, when it is over."""
        return self._pages.show(
            visit, "alarm_report.html", **await self._parts.db.read(lambda c: self._whole(c, visit))
        )

    async def figures(self, visit: Visit) -> Response:
        community, zone = visit.community, self._parts.communities[visit.community].timezone

        def work(connection: Connection) -> dict[str, Any]:
            return {
                "months": alarm_figures.by_month(connection, community, zone, visit.now),
                "drills": [drill_words.shown(one) for one in drills.newest(connection, community, visit.real)],
            }

        known: dict[str, Any] = {"least": alarm_figures.LEAST, "clock": _clock, **await self._parts.db.read(work)}
        return self._pages.show(visit, "figures.html", **known, **await banner_of(visit))

    def _whole(self, connection: Connection, visit: Visit) -> dict[str, Any]:
        known = self._known(connection, visit, visit.path("key"))
        row, began = known.row, alarm_desk.began(known.row)
        living, contacts = alarm_desk.people(connection, visit.community, row.household_id)
        concerned = alarm_desk.concerned(row, living)
        zone = ZoneInfo(self._parts.communities[visit.community].timezone)
        ladder = steps.of(connection, row.id)
        steps_by = {step.id: step.name for step in ladder}
        return {
            "known": known,
            "events": [event for event in known.events if event.name not in ALARM_INWARD],
            "rungs": ladder_words.rungs(row, ladder),
            "calls": [
                (steps_by.get(line.about.get("step")), line, drill_words.CALLS[line.name])
                for line in rings.seconds(connection, rings.ALARM, "alarm", row.id)
            ],
            "exact": lambda at: f"+{max(0.0, (at - began).total_seconds()):.1f} s",
            "living": living,
            "speaks": call_words.shown(connection, visit, row, living),
            "contacts": contacts if not row.quiet else [],
            "has_health": visit.who.may("alarms.health") and health.has_any(connection, visit.community, concerned),
            "may_enter": alarm_desk.may_enter(connection, visit.community, concerned),
            "event_words": ALARM_EVENTS,
            "outcomes": ALARM_OUTCOMES,
            "outcome": self._outcome(visit),
            "noted": lambda event: self._noted(visit, event),
            "rules": ALARM_RULES,
            "masked": looks.masked,
            "open": OPEN,
            "minutes": alarm_desk.MINUTES,
            "going": alarm_desk.GOING,
            "stamp": lambda at: f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            "since": lambda at: looks.after(at, row.raised_at),
            "clock": _clock,
            "arrives": max(0, round((row.going_until - began).total_seconds())) if row.going_until else 0,
        }

    def _known(self, connection: Connection, visit: Visit, key: str) -> Known:
        row = alarm_desk.one(connection, visit.community, key)
        events = alarm_desk.events(connection, key)
        community = self._parts.communities[visit.community]
        estate = community.names.get(visit.language) or next(iter(community.names.values()), "")
        point = alarm_desk.point(connection, row) if community.map else None
        return Known(
            row=row,
            events=events,
            kind=ALARMS.get(row.kind, ALARMS["plea"]),
            dials=community.emergency.get(plan.DIALS.get(row.kind, ""), ""),
            gas=community.emergency.get("gas", "") if row.kind == "gas" else "",
            dialled=alarm_desk.dialled(events),
            arrived=next((event for event in events if event.name == "arrived"), None),
            followers=[event.by for event in events if event.name == "follows"],
            began=alarm_desk.began(row).isoformat(),
            map=maps.link(community.map, point, estate, row.location or ""),
            story=[(event.note, looks.after(event.at, row.raised_at)) for event in reversed(events) if _is_word(event)],
            afar=from_afar(community.emergency, community.emergency.get(plan.DIALS.get(row.kind, ""), "")),
            mute=any(event.name == alarm_history.MUTE for event in events),
            means=[event.note for event in events if event.name == alarm_history.MEANS],
        )

    def _noted(self, visit: Visit, event: Record) -> str:
        """What stands beside a line of the history; what was chosen from a list in the clerk's own words."""
        if event.name == "closed":
            return str(self._outcome(visit)(event.note))
        named = {"what": ALARMS, "script": ALARM_SCRIPTS}.get(event.name, {})
        chosen = named.get(event.note or "")
        return self._parts.say(chosen, visit.language) if chosen is not None else event.note or ""

    def _outcome(self, visit: Visit) -> Any:
        """`helped: she is fine` → the outcome in the clerk's language, and what was written."""

        def words(stored: str | None) -> str:
            name, _, said = (stored or "").partition(": ")
            known = ALARM_OUTCOMES.get(name)
            if known is None:
                return stored or ""
            told = self._parts.say(known, visit.language)
            return f"{told} · {said}" if said else told

        return words


def _is_word(event: Record) -> bool:
    return event.name in alarm_history.WORDS and bool(event.note)


def _clock(seconds: float) -> str:
    """`1:05`, minutes and seconds."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"
