"""The inbox: the list of conversations, one of them with the person's card, and what clerks do there."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console import looks, talk_lines
from backend.console.door import Door
from backend.console.live import banner_of
from backend.console.visit import Visit
from backend.console.words import DELIVERIES
from backend.services import inbox_list, notes, people_card, staff
from backend.services.inbox_list import PAGE, VIEWS, Wish
from backend.services.states import OPEN, WORDS
from bot.contract.errors import Refused

MOST = 400
CHANNELS = ("web", "rest", "wechat", "telegram", "sms", "voice", "phone")


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    inbox = Inbox(door)
    door.add(router, "GET", "/console/inbox", inbox.list)
    door.add(router, "GET", "/console/inbox/{number}", inbox.one)
    door.add(router, "GET", "/console/inbox/{number}/photos/{key}", inbox.photo)
    return router


class Inbox:
    def __init__(self, door: Door) -> None:
        self._pages = door.pages
        self._parts = door.parts

    async def list(self, visit: Visit) -> Response:
        wish = _wish(visit)
        known = await self._parts.db.read(lambda c: self._listed(c, visit, wish))
        if visit.part == "list":
            return self._pages.show(visit, "inbox_list.html", **known, open=visit.asked("open"))
        return self._pages.show(visit, "inbox.html", **known, open="", talk=None, **await banner_of(visit))

    async def one(self, visit: Visit) -> Response:
        number, wish = visit.number("number"), _wish(visit)
        talk = await self._parts.db.read(lambda c: self._talk(c, visit, number))
        if visit.part == "talk":
            return self._pages.show(visit, "talk_fresh.html", talk=talk)
        known = await self._parts.db.read(lambda c: self._listed(c, visit, wish))
        banner = await banner_of(visit)
        return self._pages.show(visit, "inbox.html", **known, open=str(number), talk=talk, **banner)

    async def photo(self, visit: Visit) -> Response:
        number, key, community = visit.number("number"), visit.path("key"), visit.community
        row = await self._parts.db.read(lambda c: inbox_list.one(c, community, number))
        if row is None:
            raise Refused("no such conversation", status=404)
        picture = await asyncio.to_thread(self._parts.media.fetch, key, row.sender)
        headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return Response(picture.content, headers=headers, media_type=picture.content_type)

    def _listed(self, connection: Connection, visit: Visit, wish: Wish) -> dict[str, Any]:
        entries = inbox_list.page(connection, wish)
        return {
            "entries": entries,
            "snippets": [talk_lines.snippet(self._parts, entry.text, entry.body, visit.language) for entry in entries],
            "counts": inbox_list.counts(connection, wish.community, wish.me),
            "wish": wish,
            "views": VIEWS,
            "channels": CHANNELS,
            "labels": inbox_list.labels(connection, wish.community),
            "more": len(entries) >= wish.limit and wish.limit < MOST,
        }

    def _talk(self, connection: Connection, visit: Visit, number: int) -> dict[str, Any]:
        row = inbox_list.one(connection, visit.community, number)
        if row is None:
            raise Refused("no such conversation", status=404)
        person = None
        if row.resident_id is not None:
            person = people_card.of(connection, visit.community, row.resident_id, visit.now.date())
        matters = people_card.matters(connection, visit.community, number, row.resident_id)
        flow = row.memory.get("frames", [{}])[-1].get("flow") if row.memory.get("frames") else None
        lines = talk_lines.lines(connection, self._parts, row, visit.language)
        return {
            "row": row,
            "lines": lines,
            "flows": talk_lines.open_flows(self._parts, row.memory, visit.language),
            "states": DELIVERIES,
            "person": person,
            "masked": looks.masked,
            "matters": [(case, WORDS[case.state], case.state in OPEN) for case in matters],
            "labels": inbox_list.labels_of(connection, number),
            "colleagues": [one for one in staff.everybody(connection, visit.community) if one.role in staff.SPEAKS],
            "texts": notes.texts(connection, visit.community, flow),
            "mine": row.owner_id == visit.who.staff,
            "alarm": inbox_list.alarm_of(connection, visit.community, number),
        }


def _wish(visit: Visit) -> Wish:
    view, more = visit.asked("view"), visit.asked("n")
    return Wish(
        community=visit.community,
        view=view if view in VIEWS else "open",
        me=visit.who.staff,
        channel=visit.asked("channel", 20),
        team=visit.asked("team", 40),
        label=visit.asked("label", 30),
        words=visit.asked("q", 60),
        limit=min(int(more), MOST) if more.isascii() and more.isdecimal() and len(more) < 5 else PAGE,
    )
