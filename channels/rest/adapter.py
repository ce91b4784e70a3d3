"""Rasa's REST channel, spoken by us: one POST in, the answers in its response."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from bot.contract.body import body_of
from bot.contract.channel import Ports
from channels.rest.parse import parse
from channels.rest.render import render


class Rest:
    """The way in for chat pages and programs that were written for Rasa."""

    name = "rest"

    def routes(self, ports: Ports) -> APIRouter:
        router = APIRouter()

        async def webhook(request: Request) -> JSONResponse:
            await ports.guard(request.headers.get("authorization"))
            message = parse(await body_of(request), ports.clock.now())
            return JSONResponse(render(await ports.handle(message)))

        async def alive() -> JSONResponse:
            return JSONResponse({"status": "ok"})

        router.add_api_route("/webhooks/rest/webhook", webhook, methods=["POST"], summary="A resident's message")
        router.add_api_route("/webhooks/rest/", alive, methods=["GET"], summary="Whether this channel is on")
        return router


channel = Rest()
