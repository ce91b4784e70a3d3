"""Rasa's REST channel, spoken by us: one POST in, the answers in its response."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from bot.contract.body import body_of
from bot.contract.channel import Ports
from bot.contract.errors import Unavailable
from bot.contract.messages import InboundMessage
from bot.contract.text import Text
from channels.rest.parse import parse
from channels.rest.render import render


class Rest:
    """The way in for chat pages and programs that were written for Rasa."""

    name = "rest"

    def routes(self, ports: Ports) -> APIRouter:
        router = APIRouter()

        async def webhook(request: Request) -> JSONResponse:
            account = await ports.guard(request.headers.get("authorization"))
            message = parse(await body_of(request), ports.clock.now(), account)
            try:
                return JSONResponse(render(await ports.handle(message)))
            except Unavailable as error:
                if error.say is None:
                    raise
                return _later(ports, message, error.say, error.retry_after)

        async def alive() -> JSONResponse:
            return JSONResponse({"status": "ok"})

        router.add_api_route("/webhooks/rest/webhook", webhook, methods=["POST"], summary="A resident's message")
        router.add_api_route("/webhooks/rest/", alive, methods=["GET"], summary="Whether this channel is on")
        return router


def _later(ports: Ports, message: InboundMessage, say: Text, seconds: float) -> JSONResponse:
    """Words for the resident, and a status that tells a program to send it again."""
    said = [{"recipient_id": message.sender.user, "text": ports.say(say, ports.language(message.language_hint))}]
    return JSONResponse(said, status_code=503, headers={"Retry-After": str(max(1, round(seconds)))})


channel = Rest()
