"""The chat on a page: its messages, photos and history over plain HTTP, the widget's files, and the page `/chat`."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bot.contract.body import body_of
from bot.contract.channel import Ports
from bot.contract.errors import Unavailable
from bot.contract.messages import Address, OutboundMessage
from bot.contract.routing import gather
from bot.contract.talk import Talk
from channels.web import files, pages, plain, stream, words
from channels.web.door import Door
from channels.web.joining import join
from channels.web.parse import parse, token_of
from channels.web.render import render

PHOTO_LIMIT = 8_000_000
MESSAGE_LIMIT = 64_000


class Web:
    """The way in for residents in a browser."""

    name = "web"

    def routes(self, ports: Ports) -> APIRouter:
        router = APIRouter()
        door = Door(ports)
        gather(router, _talking(ports, door))
        gather(router, _photos(ports, door))
        gather(router, plain.routes(ports, door))
        gather(router, _files(ports))
        return router


def _talking(ports: Ports, door: Door) -> APIRouter:
    router = APIRouter(prefix="/channels/web/{community}")

    async def send(community: str, request: Request) -> JSONResponse:
        who = await door.enter(request, community)
        sent = parse(await body_of(request, MESSAGE_LIMIT), who, ports.clock.now())
        for photo in sent.message.attachments:
            await asyncio.to_thread(ports.media.fetch, photo.key, who.user)
        replies = await ports.handle(sent.message)
        talk = await _review(ports, who, sent.after, replies)
        return JSONResponse(render(talk, replies), headers=request.state.headers)

    async def history(community: str, request: Request, after: str = "") -> JSONResponse:
        who = await door.enter(request, community)
        return JSONResponse(render(await ports.review(who, after)), headers=request.state.headers)

    async def writing(community: str, request: Request) -> Response:
        """They type: told to whoever of the desk has the conversation, and kept nowhere."""
        await ports.writes(await door.enter(request, community))
        return Response(status_code=204, headers=request.state.headers)

    async def join(community: str, request: Request) -> Response:
        """`{"case": token}`: what a link of the desk bears behind its #, so that no server log ever sees it."""
        who = await door.enter(request, community)
        await ports.join(who, token_of(await body_of(request, MESSAGE_LIMIT)))
        return Response(status_code=204, headers=request.state.headers)

    async def follow(community: str, request: Request, after: str = "") -> Response:
        who = await door.enter(request, community)
        since = request.headers.get("last-event-id") or after
        return await stream.opened(ports, who, since, request.state.headers)

    async def identify(community: str, request: Request) -> Response:
        """`{"identity": "<jwt>"}`, signed by the site that shows the chat for whoever is signed in there."""
        await door.vouch(request, community)
        return Response(status_code=204, headers=request.state.headers)

    async def ask_first(community: str, what: str, request: Request) -> Response:
        door.pass_(request, community)
        allowed = {
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "authorization, content-type, last-event-id",
            "Access-Control-Max-Age": "600",
        }
        return Response(status_code=204, headers={**request.state.headers, **allowed})

    router.add_api_route("/messages", send, methods=["POST"], summary="A resident's message")
    router.add_api_route("/history", history, methods=["GET"], summary="The conversation of this token")
    router.add_api_route("/writing", writing, methods=["POST"], status_code=204, summary="The resident is typing")
    router.add_api_route("/join", join, methods=["POST"], status_code=204, summary="Into the case that a link names")
    router.add_api_route("/stream", follow, methods=["GET"], summary="What is new, as server-sent events")
    router.add_api_route("/identity", identify, methods=["POST"], status_code=204, summary="Who is signed in there")
    router.add_api_route("/{what:path}", ask_first, methods=["OPTIONS"], include_in_schema=False)
    return router


async def _review(ports: Ports, who: Address, after: str, replies: tuple[OutboundMessage, ...]) -> Talk:
    """What was answered is shown even when it cannot be read back: for an alarm this is all that is left."""
    try:
        return await ports.review(who, after)
    except Unavailable:
        if not replies:
            raise
        return Talk(cursor=after)


def _photos(ports: Ports, door: Door) -> APIRouter:
    router = APIRouter(prefix="/channels/web/{community}/photos")

    async def keep(community: str, request: Request) -> JSONResponse:
        who = await door.enter(request, community)
        content = await body_of(request, PHOTO_LIMIT)
        kept = await asyncio.to_thread(ports.media.keep, content, who.user)
        return JSONResponse({"key": kept.key}, status_code=201, headers=request.state.headers)

    async def show(community: str, key: str, request: Request) -> Response:
        who = await door.enter(request, community)
        kept = await asyncio.to_thread(ports.media.fetch, key, who.user)
        headers = dict(request.state.headers)
        if not kept.content_type.startswith("image/"):
            headers |= {"Content-Disposition": "attachment", "Content-Security-Policy": "sandbox"}
        return Response(kept.content, headers=headers, media_type=kept.content_type)

    router.add_api_route("", keep, methods=["POST"], status_code=201, summary="A photo, before the message about it")
    router.add_api_route("/{key}", show, methods=["GET"], summary="A photo of this token's own")
    return router


def _files(ports: Ports) -> APIRouter:
    """What is the same for everybody."""
    router = APIRouter(include_in_schema=False)
    chat = files.served(join(files.HERE / "ui", words.module(ports)).encode(), ".js")
    more = files.served(join(files.HERE / "ui", words.rare(ports), "more").encode(), ".js")
    tongues = {f"{one}.js": files.served(words.tongue(ports, one).encode(), ".js") for one in ports.languages}
    looks = files.folder("site", ".css", ".svg", ".js")
    site = pages.Site(ports)

    async def widget(request: Request) -> Response:
        return chat.answer(request)

    async def rest(request: Request) -> Response:
        return more.answer(request)

    async def said(name: str, request: Request) -> Response:
        return files.one(tongues, name).answer(request)

    async def look(name: str, request: Request) -> Response:
        return files.one(looks, name).answer(request)

    async def page(request: Request, lang: str = "", community: str = "") -> Response:
        return site.page(request, lang, community)

    router.add_api_route("/widget.js", widget, methods=["GET"])
    router.add_api_route("/channels/web/more.js", rest, methods=["GET"])
    router.add_api_route("/channels/web/words/{name}", said, methods=["GET"])
    router.add_api_route("/channels/web/site/{name}", look, methods=["GET"])
    router.add_api_route("/chat", page, methods=["GET"])
    return router


channel = Web()
