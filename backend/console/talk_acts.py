"""What clerks do with a conversation: take it, answer, note, pass on, put off, give back, look up a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy import Connection

from backend.console.door import Door
from backend.console.visit import Visit
from backend.db import Record
from backend.services import audit, handover, inbox_list, notes, people_card, staff
from backend.services.staff import Clerk
from bot.contract.errors import Refused
from bot.contract.messages import Part
from bot.contract.text import t

# What may be said of a conversation that is given back; `other` needs words.
OUTCOMES = ("answered", "case", "called", "no_reply", "other")
SNOOZES = {"30m": timedelta(minutes=30), "2h": timedelta(hours=2), "4h": timedelta(hours=4), "1d": timedelta(hours=16)}
Act = Callable[[Connection, Record, Clerk], object]


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    acts = Acts(door)
    for name in ("take", "say", "note", "transfer", "snooze", "close", "label", "reveal"):
        door.add(router, "POST", f"/console/inbox/{{number}}/{name}", getattr(acts, name))
    door.add(router, "POST", "/console/inbox/{number}/give-back", acts.give_back)
    return router


class Acts:
    def __init__(self, door: Door) -> None:
        self._parts = door.parts

    async def take(self, visit: Visit) -> Response:
        """version: what the clerk was looking at; of two who press at once, one gets it."""
        visit.fields("version?")
        return await self._do(visit, "talk.taken", lambda c, row, clerk: self._take(c, row, clerk, visit))

    def _take(self, connection: Connection, row: Record, clerk: Clerk, visit: Visit) -> None:
        if row.handover_id is None:
            handover.take_over(connection, row.community_id, row.id, clerk, visit.real)
        else:
            handover.claim(connection, row.community_id, row.handover_id, clerk, visit.real)

    async def say(self, visit: Visit) -> Response:
        (words,) = visit.fields("text")
        return await self._do(visit, "talk.said", lambda c, row, clerk: say_parts(c, row, clerk, words, visit.real))

    async def note(self, visit: Visit) -> Response:
        (words,) = visit.fields("text")
        return await self._do(
            visit,
            "talk.noted",
            lambda c, row, clerk: notes.add(c, row.community_id, row.id, clerk.id, words, visit.real),
        )

    async def give_back(self, visit: Visit) -> Response:
        visit.fields()
        return await self._do(visit, "talk.given_back", lambda c, row, clerk: self._end(c, row, clerk, "", visit))

    async def close(self, visit: Visit) -> Response:
        outcome, words = visit.fields("outcome", "text?")
        if outcome not in OUTCOMES or (outcome == "other" and not words):
            raise Refused("what came of it?", t("Please say in a few words what came of it."), pointer="/outcome")
        said = f"{outcome}: {words}" if words else outcome
        return await self._do(visit, "talk.closed", lambda c, row, clerk: self._end(c, row, clerk, said, visit))

    def _end(self, connection: Connection, row: Record, clerk: Clerk, outcome: str, visit: Visit) -> None:
        handover.hand_back(connection, row.community_id, _asked(row), clerk, outcome[:500], visit.real)

    async def transfer(self, visit: Visit) -> Response:
        """to: a colleague's login, or `team:` and its name."""
        (to,) = visit.fields("to")
        return await self._do(visit, "talk.passed_on", lambda c, row, clerk: self._transfer(c, row, clerk, to, visit))

    def _transfer(self, connection: Connection, row: Record, clerk: Clerk, to: str, visit: Visit) -> None:
        key = _asked(row)
        if to.startswith("team:"):
            handover.transfer(connection, row.community_id, key, clerk, visit.real, team=to[5:45] or None)
            return
        found = staff.by_login(connection, to)
        if found is None or found.community != row.community_id:
            raise Refused("no such colleague", status=404)
        handover.transfer(connection, row.community_id, key, clerk, visit.real, to=found)

    async def snooze(self, visit: Visit) -> Response:
        (until,) = visit.fields("until")
        if until not in SNOOZES:
            raise Refused("until when?", pointer="/until")
        wakes = visit.real + SNOOZES[until]
        return await self._do(
            visit,
            "talk.snoozed",
            lambda c, row, clerk: handover.snooze(c, row.community_id, _asked(row), clerk, wakes, visit.real),
        )

    async def label(self, visit: Visit) -> Response:
        name, on = visit.fields("name", "on?")
        return await self._do(
            visit,
            "talk.labelled",
            lambda c, row, _: notes.put_label(c, row.community_id, row.id, name, on != "no", visit.real),
        )

    async def reveal(self, visit: Visit) -> Response:
        """The whole number, to be dialled; that somebody looked is written down before it is shown."""
        (which,) = visit.fields("which?")
        number, who, real = visit.number("number"), visit.who, visit.real

        def work(connection: Connection) -> str:
            row = inbox_list.one(connection, who.community, number)
            if row.resident_id is None:
                raise Refused("nobody is known here", status=404)
            phone = people_card.phone(connection, who.community, row.resident_id, which or "own")
            seen = {"resident": row.resident_id, "which": which or "own"}
            audit.note(connection, who.community, who.login, "phone.revealed", f"talk {number}", real, seen)
            return phone

        return JSONResponse({"phone": await self._parts.db.write(work)}, headers={"Cache-Control": "no-store"})

    async def _do(self, visit: Visit, what: str, act: Act) -> Response:
        number, who, real = visit.number("number"), visit.who, visit.real

        def work(connection: Connection) -> None:
            row = inbox_list.one(connection, who.community, number)
            act(connection, row, staff.one(connection, who.community, who.staff))
            audit.note(connection, who.community, who.login, what, f"talk {number}", real)

        await self._parts.db.write(work)
        return done(visit, f"/console/inbox/{number}")


def say_parts(connection: Connection, row: Record, clerk: Clerk, said: str | Sequence[Part], real: datetime) -> None:
    """Somebody who answers has the conversation: whoever forgot to press "take over" is not sent back."""
    if row.handover_id is None:
        raise Refused(
            "this conversation was given back",
            t("This conversation has been given back. Take it over to answer; what you wrote is kept."),
            status=409,
        )
    if row.owner_id is None:
        handover.claim(connection, row.community_id, row.handover_id, clerk, real)
    elif row.owner_id != clerk.id:
        raise Refused(
            "somebody else has this conversation",
            t("{name} has this conversation now. Leave a note, or ask to have it passed on.", name=row.owner),
            status=409,
        )
    handover.say(connection, row.community_id, row.handover_id, clerk, said, real)


def _asked(row: Record) -> int:
    if row.handover_id is None:
        raise Refused("nobody has it", t("The bot has this conversation already."), status=409)
    return int(row.handover_id)


def done(visit: Visit, to: str) -> Response:
    """Our script reads again by itself; a page without it is led back."""
    if visit.script:
        return Response(status_code=204)
    return RedirectResponse(to, status_code=303, headers={"Cache-Control": "no-store"})
