"""Teaching the bot: what was not understood gets a label, a second person looks at it, a third look is a measure."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console.door import Door
from backend.console.live import banner_of
from backend.console.talk_acts import done
from backend.console.visit import Visit, whole
from backend.console.words import MARKS, RUN_STATES, RUN_STEPS, UNCLEAR
from backend.db import Record
from backend.services import audit
from backend.services.teach import lessons, runs, unclear
from backend.services.teach.lessons import ACCEPTED, PROPOSED, Proposal
from bot.contract.errors import Refused
from bot.contract.text import t

# Groups a page; of one group so many wordings become lessons.
SHOWN, WORDINGS = 40, 8
OUTSIDE, DANGER = "out_of_scope", "trigger_sos"


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    teach = Teach(door)
    door.add(router, "GET", "/console/teach", teach.list)
    door.add(router, "POST", "/console/teach/{key}/label", teach.label)
    door.add(router, "POST", "/console/teach/{key}/aside", teach.aside)
    door.add(router, "GET", "/console/teach/review", teach.review)
    door.add(router, "POST", "/console/teach/lessons/{key}/accept", teach.accept)
    door.add(router, "POST", "/console/teach/lessons/{key}/refuse", teach.refuse)
    door.add(router, "POST", "/console/teach/runs", teach.begin)
    for name in ("publish", "drop", "undo"):
        door.add(router, "POST", f"/console/teach/runs/{{key}}/{name}", getattr(teach, name))
    return router


class Teach:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def list(self, visit: Visit) -> Response:
        wish = {name: visit.asked(name, 20) for name in ("why", "channel", "language")}

        def work(connection: Connection) -> dict[str, Any]:
            found = unclear.groups(connection, visit.community, **wish)
            return {"groups": found[:SHOWN], "more": len(found) - SHOWN, **self._counts(connection, visit.community)}

        known = await self._parts.db.read(work)
        words: dict[str, Any] = {"wish": wish, "labels": self._parts.labels, "why_words": UNCLEAR, "slots": MARKS}
        if visit.part == "list":
            return self._pages.show(visit, "teach_list.html", **known, **words)
        return self._pages.show(visit, "teach.html", **known, **words, **await banner_of(visit))

    def _counts(self, connection: Connection, community: str) -> dict[str, Any]:
        return {
            "open_count": unclear.waiting(connection, community),
            "review_count": lessons.count(connection, community, PROPOSED),
        }

    async def label(self, visit: Visit) -> Response:
        """ids: the sentences of the group as it was shown; marks: of the first of them."""
        intent, ids, marks, other = visit.fields("intent?", "ids", "marks?", "other?")
        intent = intent or other
        if intent not in self._parts.labels:
            raise Refused("no such label", t("Please choose what this sentence means."), pointer="/intent")
        key, who, real = visit.number("key"), visit.who, visit.real
        wanted = _numbers(ids)
        first = await self._parts.db.read(lambda c: unclear.one(c, who.community, key))
        spelled = lessons.marks_of(marks, first.text, MARKS)
        # Beside the transaction: the first time, every sentence that is held out is read.
        await asyncio.to_thread(self._parts.school.check, first.text, intent)

        def work(connection: Connection) -> None:
            rows = unclear.settle(connection, who.community, {key, *wanted}, real)
            for row, times, channels in _wordings(first, rows):
                own = spelled if row.id == first.id else tuple(tuple(mark) for mark in row.marks)
                new = Proposal(who.community, row.language, row.text, own, intent, times, channels)
                if row.id == first.id or self._may(row.text, intent):
                    lessons.propose(connection, new, who.staff, real)
            audit.note(connection, who.community, who.login, "teach.labelled", intent, real, {"sentence": key})

        await self._parts.db.write(work)
        return done(visit, "/console/teach")

    def _may(self, text: str, intent: str) -> bool:
        """Other wordings of a group that may not be taught are left out: nobody asked for them one by one."""
        try:
            self._parts.school.check(text, intent)
        except Refused:
            return False
        return True

    async def aside(self, visit: Visit) -> Response:
        (ids,) = visit.fields("ids")
        key, who, real = visit.number("key"), visit.who, visit.real

        def work(connection: Connection) -> None:
            unclear.one(connection, who.community, key)
            unclear.settle(connection, who.community, {key, *_numbers(ids)}, real)
            audit.note(connection, who.community, who.login, "teach.aside", str(key), real)

        await self._parts.db.write(work)
        return done(visit, "/console/teach")

    async def review(self, visit: Visit) -> Response:
        community = visit.community

        def work(connection: Connection) -> dict[str, Any]:
            found = runs.listed(connection, community)
            open_ = next((run for run in found if run.state in runs.OPEN), None)
            last = next((run for run in found if run.state == runs.PUBLISHED), None)
            return {
                "proposed": lessons.listed(connection, community, (PROPOSED,)),
                "accepted": lessons.listed(connection, community, (ACCEPTED,)),
                "run": open_,
                "run_lessons": len(runs.lessons_of(connection, open_.id)) if open_ else 0,
                "verdict": runs.verdict(open_.figures) if open_ and open_.figures else None,
                "past": [run for run in found if run.state not in runs.OPEN],
                "last": last.id if last else 0,
                **self._counts(connection, community),
            }

        known = await self._parts.db.read(work)
        words: dict[str, Any] = {
            "labels": self._parts.labels,
            "slots": MARKS,
            "states": RUN_STATES,
            "steps": RUN_STEPS,
            "pairs": _pairs(known["run"]),
        }
        template = "teach_review_list.html" if visit.part == "list" else "teach_review.html"
        return self._pages.show(visit, template, **known, **words, **await banner_of(visit))

    async def accept(self, visit: Visit) -> Response:
        return await self._reviewed(visit, True)

    async def refuse(self, visit: Visit) -> Response:
        return await self._reviewed(visit, False)

    async def _reviewed(self, visit: Visit, accept: bool) -> Response:
        visit.fields()
        key, who, real = visit.number("key"), visit.who, visit.real

        def work(connection: Connection) -> None:
            found = lessons.review(connection, who.community, key, who.staff, accept, real)
            what = "teach.accepted" if accept else "teach.refused"
            audit.note(connection, who.community, who.login, what, found.intent, real, {"lesson": key})

        await self._parts.db.write(work)
        return done(visit, "/console/teach/review")

    async def begin(self, visit: Visit) -> Response:
        visit.fields()
        who, real = visit.who, visit.real

        def work(connection: Connection) -> None:
            key = runs.begin(connection, who.community, who.staff, real)
            audit.note(connection, who.community, who.login, "teach.begun", f"run {key}", real)

        await self._parts.db.write(work)
        return done(visit, "/console/teach/review")

    async def publish(self, visit: Visit) -> Response:
        """The files are put in place last: should they fail, nothing is written down."""
        school = self._parts.school

        def act(connection: Connection, key: int) -> None:
            runs.publish(connection, visit.community, key, visit.who.staff, school.base, visit.real)
            school.publish(key)

        return await self._run(visit, "published", act)

    async def drop(self, visit: Visit) -> Response:
        return await self._run(visit, "dropped", lambda c, key: runs.drop(c, visit.community, key, visit.real))

    async def undo(self, visit: Visit) -> Response:
        def act(connection: Connection, key: int) -> None:
            runs.undo(connection, visit.community, key, visit.real)
            self._parts.school.undo(key)

        return await self._run(visit, "undone", act)

    async def _run(self, visit: Visit, what: str, act: Any) -> Response:
        visit.fields()
        key, who, real = visit.number("key"), visit.who, visit.real

        def work(connection: Connection) -> None:
            act(connection, key)
            audit.note(connection, who.community, who.login, f"teach.{what}", f"run {key}", real)

        await self._parts.db.write(work)
        return done(visit, "/console/teach/review")


def _numbers(text: str) -> set[int]:
    found = {whole(part) for part in [part for part in text.split(",") if part][: unclear.NEWEST]}
    numbers = {number for number in found if number is not None}
    if len(numbers) != len(found):
        raise Refused("no such sentences", pointer="/ids")
    return numbers


def _wordings(first: Record, rows: list[Record]) -> list[tuple[Record, int, tuple[str, ...]]]:
    """Each wording once, the shown one first, with how often and where it was said."""
    same: dict[str, list[Record]] = {first.key: [first]}
    for row in rows:
        if row.id != first.id:
            same.setdefault(row.key, []).append(row)
    found = [(alike[0], len(alike), tuple(sorted({row.channel for row in alike}))) for alike in same.values()]
    return found[:WORDINGS]


def _pairs(run: Record | None) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each language's marks, before and after."""
    figures = run.figures if run is not None else None
    return list(zip(figures["before"], figures["after"], strict=True)) if figures else []
