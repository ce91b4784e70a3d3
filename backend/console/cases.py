"""Cases: the board and the table, one case with its history and photos, and the sheet a workman takes along."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console import looks, pictures
from backend.console.case_words import DEADLINES, HANDED, LINKS, QUOTES, titled
from backend.console.door import Door
from backend.console.live import banner_in, banner_of
from backend.console.talk_acts import done
from backend.console.talk_lines import slot_name, value_of
from backend.console.visit import Visit, whole
from backend.console.words import CASE_STATES, CASES, COLUMN_NAMES
from backend.db import Record
from backend.services import audit, case_board, clocks, handed, lateness, staff, teams
from backend.services.case_board import COLUMNS, MOST, PAGE, Wish
from backend.services.casework import assigning, calls, costs, links, merging, photos, quotes, record, visits
from backend.services.sign_in.totp import picture
from backend.services.states import NEEDS_REASON, OPEN
from bot.contract.errors import Refused
from bot.contract.stored import load
from bot.contract.text import t

_SHOWN = frozenset({"location", "details", "contact", "photos", "photo", "when"})


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    desk = Cases(door)
    door.add(router, "GET", "/console/cases", desk.list)
    door.add(router, "GET", "/console/cases/{number}", desk.one)
    door.add(router, "GET", "/console/cases/{number}/print", desk.sheet)
    door.add(router, "GET", "/console/cases/{number}/photos/{key}", desk.photo)
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
            known: dict[str, Any] = {
                "rows": rows,
                "columns": {name: [row for row in rows if row.state in states] for name, states in COLUMNS.items()},
                "counts": case_board.counts(connection, wish.community, visit.now),
                "told": lateness.unseen(connection, visit.who.staff),
            }
            if visit.part == "list":
                return known
            return known | {
                "of_kinds": case_board.kinds(connection, wish.community),
                "buildings": case_board.buildings(connection, wish.community),
                "teams": teams.everybody(connection, wish.community),
                "colleagues": staff.speakers(connection, wish.community),
                "labels": assigning.labels(connection, wish.community),
                "to_call": calls.count(connection, wish.community, visit.now),
                **banner_in(connection, visit),
            }

        known = await self._parts.db.read(work)
        words: dict[str, Any] = {
            "states": CASE_STATES,
            "kinds": CASES,
            "names": COLUMN_NAMES,
            "deadlines": DEADLINES,
            "reasons": NEEDS_REASON,
            "titled": titled,
            "shape": shape,
            "wish": wish,
            "is_late": clocks.is_late,
            "undo": visit.asked("undo", 12),
            "changed": visit.asked("changed", 4),
            "left": visit.asked("left", 300),
        }
        if visit.part == "list":
            return self._pages.show(visit, "cases_list.html", **known, **words)
        return self._pages.show(visit, "cases.html", **known, **words)

    async def one(self, visit: Visit) -> Response:
        known = await self._parts.db.read(lambda c: self._known(c, visit))
        if visit.part == "case":
            return self._pages.show(visit, "case_parts.html", **known)
        return self._pages.show(visit, "case.html", **known, **await banner_of(visit))

    async def sheet(self, visit: Visit) -> Response:
        """With a code that opens the case on a phone, while there is a good link for it."""
        known = await self._parts.db.read(lambda c: self._known(c, visit))
        good = next((address for row, _, address in known["links"] if address), None)
        known["code"] = picture(good) if good else None
        return self._pages.show(visit, "case_print.html", **known)

    async def photo(self, visit: Visit) -> Response:
        """As the desk may see it: blacked out where somebody has done so."""
        number, key, community = visit.path("number"), visit.path("key"), visit.community

        def look(connection: Connection) -> tuple[str, str]:
            return photos.shown(connection, record.find(connection, community, number), key)

        shown, owner = await self._parts.db.read(look)
        return await pictures.answer(self._parts, shown, owner)

    def _known(self, connection: Connection, visit: Visit) -> dict[str, Any]:
        row = case_board.one(connection, visit.community, visit.path("number"))
        slots = [
            (slot_name(self._parts, name, visit.language), value_of(self._parts, load(value), visit.language))
            for name, value in row.slots.items()
            if name not in _SHOWN and value not in (None, "")
        ]
        return {
            "case": row,
            "title": titled(row),
            "slots": slots,
            "photos": photos.of(connection, row),
            "events": case_board.events(connection, row.id),
            "after": [one for one in case_board.may_become(row) if one not in ("quoted", "merged", "accepted")],
            "reasons": NEEDS_REASON,
            "states": CASE_STATES,
            "kinds": CASES,
            "event_words": record.EVENTS,
            "masked": looks.masked,
            "is_open": row.state in OPEN,
            "is_late": clocks.is_late(row, visit.now),
            "told": row.number in {one.number for one in lateness.unseen(connection, visit.who.staff)},
            **self._work(connection, visit, row),
        }

    def _work(self, connection: Connection, visit: Visit, row: Record) -> dict[str, Any]:
        """What is done about it, by whom and at which cost."""
        spent = costs.of(connection, row.id)
        base = self._parts.communities[visit.community].links.rstrip("/")
        made = links.of(connection, row.id, visit.real)
        return {
            "visits": visits.of(connection, row.id),
            "visit_words": visits.OUTCOMES,
            "costs": [(one, costs.amount(one)) for one in spent],
            "cost_words": costs.KINDS,
            "total": costs.total(spent),
            "quotes": quotes.of(connection, row.id),
            "quote_words": QUOTES,
            "links": [(one, state, _address(base, one, state)) for one, state in made],
            "link_words": LINKS,
            "hours": links.HOURS,
            "usual": links.USUAL,
            "labels": assigning.labels_of(connection, row.id),
            "all_labels": assigning.labels(connection, visit.community),
            "teams": teams.everybody(connection, visit.community),
            "colleagues": staff.speakers(connection, visit.community),
            "like": merging.like(connection, row) if row.state in OPEN else [],
            "into": merging.into(connection, row),
            "merged_here": merging.parts(connection, row),
            "handed": handed.of_case(connection, row.id),
            "handed_words": HANDED,
            "undecided": handed.UNDECIDED,
        }

    async def move(self, visit: Visit) -> Response:
        to, reason, _ = visit.fields("to", "reason?", "version?")
        if to in NEEDS_REASON and not reason:
            raise Refused(
                f"{to} needs a reason",
                t("The resident reads why: please write a sentence."),
                pointer="/reason",
            )
        number, who, seen = visit.path("number"), visit.actor, visit.seen()

        def work(connection: Connection) -> None:
            record.fresh(connection, record.find(connection, who.community, number), seen)
            case_board.move(connection, who.community, number, to, who.name, reason[:1000], who.now, who.real)
            audit.note(connection, who.community, who.login, "case.moved", number, who.real, {"to": to})

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


def _address(base: str, row: Record, state: str) -> str | None:
    """Where the link leads, for copying and for the code, while it is good."""
    word = links.secret(row) if state in ("good", "opened") else None
    return f"{base}/field/{word}" if word else None


def _wish(visit: Visit) -> Wish:
    column, more, state = visit.asked("column", 10), whole(visit.asked("n", 4)), visit.asked("state", 20)
    due = "late" if visit.asked("late") == "1" else visit.asked("due", 10)
    return Wish(
        community=visit.community,
        column=column if column in COLUMN_NAMES else "",
        state=state if state in CASE_STATES else "",
        kind=visit.asked("kind", 20),
        team=visit.asked("team", 40),
        who=visit.who.login if visit.asked("who") == "me" else visit.asked("who", 60),
        label=visit.asked("label", 30),
        building=visit.asked("building", 20),
        words=visit.asked("q", 60),
        due=due if due in DEADLINES else "",
        until=_until(visit.now, due),
        limit=PAGE if more is None else min(more, MOST),
    )


def _until(now: datetime, due: str) -> datetime | None:
    """The last moment of today, or of the seventh day from now."""
    days = {"today": 1, "week": 7}.get(due)
    if days is None:
        return None
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)
