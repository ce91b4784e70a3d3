"""Cases: the board and the table, one case with its history and photos, and the sheet a workman takes along."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console import looks
from backend.console.door import Door
from backend.console.live import banner_of
from backend.console.talk_acts import done
from backend.console.talk_lines import slot_name, value_of
from backend.console.visit import Visit
from backend.console.words import CASE_EVENTS, CASE_STATES, CASES, COLUMN_NAMES
from backend.db import Record
from backend.services import audit, case_board
from backend.services.case_board import COLUMNS, MOST, PAGE, Wish
from backend.services.case_lines import AFFAIRS, FAULTS
from backend.services.case_lines import KINDS as OF_KIND
from backend.services.states import NEEDS_REASON, OPEN
from bot.contract.errors import Refused
from bot.contract.stored import load
from bot.contract.text import Text, t

_SHOWN = frozenset({"location", "details", "contact", "photos", "photo"})


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    desk = Cases(door)
    door.add(router, "GET", "/console/cases", desk.list)
    door.add(router, "GET", "/console/cases/{number}", desk.one)
    door.add(router, "GET", "/console/cases/{number}/print", desk.sheet)
    door.add(router, "POST", "/console/cases/{number}/move", desk.move)
    door.add(router, "POST", "/console/cases/{number}/note", desk.note)
    return router


class Cases:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def list(self, visit: Visit) -> Response:
        wish, shape = _wish(visit), "table" if visit.asked("shape") == "table" else "board"

        def work(connection: Connection) -> dict[str, Any]:
            rows = case_board.page(connection, wish, visit.now)
            return {
                "rows": rows,
                "columns": {name: [row for row in rows if row.state in states] for name, states in COLUMNS.items()},
                "counts": case_board.counts(connection, wish.community, visit.now),
                "of_kinds": case_board.kinds(connection, wish.community),
                "buildings": case_board.buildings(connection, wish.community),
            }

        known = await self._parts.db.read(work)
        words: dict[str, Any] = {
            "states": CASE_STATES,
            "kinds": CASES,
            "names": COLUMN_NAMES,
            "titled": _titled,
            "shape": shape,
            "wish": wish,
        }
        if visit.part == "list":
            return self._pages.show(visit, "cases_list.html", **known, **words)
        return self._pages.show(visit, "cases.html", **known, **words, **await banner_of(visit))

    async def one(self, visit: Visit) -> Response:
        known = await self._parts.db.read(lambda c: self._known(c, visit))
        if visit.part == "case":
            return self._pages.show(visit, "case_parts.html", **known)
        return self._pages.show(visit, "case.html", **known, **await banner_of(visit))

    async def sheet(self, visit: Visit) -> Response:
        return self._pages.show(visit, "case_print.html", **await self._parts.db.read(lambda c: self._known(c, visit)))

    def _known(self, connection: Connection, visit: Visit) -> dict[str, Any]:
        row = case_board.one(connection, visit.community, visit.path("number"))
        slots = [
            (slot_name(self._parts, name, visit.language), value_of(self._parts, load(value), visit.language))
            for name, value in row.slots.items()
            if name not in _SHOWN and value not in (None, "")
        ]
        return {
            "case": row,
            "title": _titled(row),
            "slots": slots,
            "photos": _photos(row),
            "events": case_board.events(connection, row.id),
            "after": case_board.may_become(row),
            "reasons": NEEDS_REASON,
            "states": CASE_STATES,
            "kinds": CASES,
            "event_words": CASE_EVENTS,
            "masked": looks.masked,
            "is_open": row.state in OPEN,
        }

    async def move(self, visit: Visit) -> Response:
        to, reason = visit.fields("to", "reason?")
        if to in NEEDS_REASON and not reason:
            raise Refused(
                f"{to} needs a reason",
                t("The resident reads why: please write a sentence."),
                pointer="/reason",
            )
        number, who, now, real = visit.path("number"), visit.who, visit.now, visit.real

        def work(connection: Connection) -> None:
            case_board.move(connection, who.community, number, to, who.name, reason[:1000], now, real)
            audit.note(connection, who.community, who.login, "case.moved", number, real, {"to": to})

        await self._parts.db.write(work)
        return done(visit, f"/console/cases/{number}")

    async def note(self, visit: Visit) -> Response:
        (words,) = visit.fields("text")
        number, who, now, real = visit.path("number"), visit.who, visit.now, visit.real

        def work(connection: Connection) -> None:
            case_board.remark(connection, who.community, number, who.name, words, now)
            audit.note(connection, who.community, who.login, "case.noted", number, real)

        await self._parts.db.write(work)
        return done(visit, f"/console/cases/{number}")


def _wish(visit: Visit) -> Wish:
    column, more = visit.asked("column", 10), visit.asked("n", 4)
    return Wish(
        community=visit.community,
        column=column if column in COLUMN_NAMES else "",
        kind=visit.asked("kind", 20),
        building=visit.asked("building", 20),
        words=visit.asked("q", 60),
        late=visit.asked("late") == "1",
        limit=min(int(more), MOST) if more.isascii() and more.isdecimal() else PAGE,
    )


def _titled(row: Record) -> Text:
    """What it is about in two words."""
    of_kind = {"repair": FAULTS, "affair": AFFAIRS}.get(row.kind, {})
    return of_kind.get(row.category or "") or CASES.get(row.kind) or OF_KIND.get(row.kind) or t("A case")


def _photos(row: Record) -> list[str]:
    """Keys of what the resident sent along."""
    found = row.slots.get("photo") or row.slots.get("photos") or []
    return [str(key) for key in ([found] if isinstance(found, str) else found) if isinstance(key, str)]
