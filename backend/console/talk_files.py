"""Pictures and papers that clerks send along: looked into, never believed by their name, kept where residents' are."""

from __future__ import annotations

import asyncio
from urllib.parse import unquote

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from backend.console.door import Door
from backend.console.talk_acts import say_parts
from backend.console.visit import Visit
from backend.db import Record
from backend.services import audit, inbox_list, staff
from backend.services.casework import photos
from bot.contract.body import body_of
from bot.contract.errors import Refused
from bot.contract.messages import Attachment, Media
from bot.contract.plain import clean
from bot.contract.text import t

LIMIT = 8_000_000
NAME = "x-linli-name"
LONGEST_NAME = 80
# Where a resident can fetch what we keep; the others get words until their channel can carry more.
CARRIES = frozenset({"web"})
# A picture or a paper of somebody else's making never runs in our pages.
SAFE = {
    "Cache-Control": "private, max-age=3600",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    files = TalkFiles(door)
    door.add(router, "POST", "/console/inbox/{number}/attach", files.attach)
    door.add(router, "GET", "/console/inbox/{number}/photos/{key}", files.show)
    return router


class TalkFiles:
    def __init__(self, door: Door) -> None:
        self._parts = door.parts

    async def attach(self, visit: Visit) -> Response:
        """The body is the file itself; its name comes in a header, percent-encoded."""
        number, who, real = visit.number("number"), visit.who, visit.real
        sender = await self._parts.db.read(lambda c: _may_send(c, visit, number))
        content = await body_of(visit.request, LIMIT)
        kept = await asyncio.to_thread(self._parts.media.keep_any, content, sender)
        part = Media(kept.kind, kept.key, _named(visit, kept))

        def work(connection: Connection) -> None:
            row = inbox_list.one(connection, who.community, number)
            say_parts(connection, row, staff.one(connection, who.community, who.staff), (part,), real)
            told = {"kind": kept.kind, "bytes": len(content)}
            audit.note(connection, who.community, who.login, "talk.sent_file", f"talk {number}", real, told)

        await self._parts.db.write(work)
        return Response(status_code=204)

    async def show(self, visit: Visit) -> Response:
        number, key, community = visit.number("number"), visit.path("key"), visit.community

        def look(connection: Connection) -> tuple[Record, str]:
            return inbox_list.one(connection, community, number), photos.cover_of(connection, community, key)

        row, shown = await self._parts.db.read(look)
        # Of a call that is over the sender bears the call's name behind their own.
        kept = await asyncio.to_thread(self._parts.media.fetch, shown, row.sender.partition("#")[0])
        headers = dict(SAFE)
        if not kept.content_type.startswith(("image/", "audio/")):
            headers["Content-Disposition"] = "attachment; filename=linli.pdf"
        return Response(kept.content, headers=headers, media_type=kept.content_type)


def _named(visit: Visit, kept: Attachment) -> str:
    """As the clerk's file is called; what it is decides how the name ends."""
    name = clean(unquote(visit.request.headers.get(NAME, ""), errors="replace"))[:LONGEST_NAME] or kept.kind
    return name if kept.kind == "image" or name.lower().endswith(".pdf") else f"{name}.pdf"


def _may_send(connection: Connection, visit: Visit, number: int) -> str:
    """Whose the file will be; refused before anything is read or kept."""
    row = inbox_list.one(connection, visit.community, number)
    if row.owner_id != visit.who.staff:
        raise Refused(
            "this conversation is not yours", t("Take the conversation over before you send a file."), status=409
        )
    if row.channel not in CARRIES:
        raise Refused(
            "this channel carries no files",
            t("Files can be sent in the web chat only, so far. Describe it in words, or ask for an address."),
            status=409,
        )
    return str(row.sender)
