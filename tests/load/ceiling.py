"""The least that could be done with a message here: JSON in, one inbox transaction by our own engine, JSON out."""

from __future__ import annotations

import argparse
import socket
import sys

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from backend.db import parse_url
from backend.migrate import migrate
from backend.services import conversations, outbox
from backend.services.conversations import Binding
from bot import configure as configuration
from bot.app import open_desk
from bot.contract.messages import Address, InboundMessage, Kind
from bot.contract.understanding import Understanding
from bot.crew import Crew, end_with_parent, open_port
from bot.settings import Settings

ANSWER = "办好了，单号R-20260302-0001。"


def inbox(connection: Connection, message: InboundMessage, binding: Binding) -> None:
    """Find the conversation, insert the message, update the conversation, insert one reply."""
    who, real = message.sender, message.received_at
    row = conversations.lock(connection, who)
    if row is None:
        conversations.begin(connection, who, binding, real)
        row = conversations.lock(connection, who)
    if row is None:
        raise LookupError("a conversation that was just begun is not there")
    seq = row.seq + 2
    conversations.record(connection, row.id, seq - 1, message, real)
    outbox.add_reply(connection, binding.community, row.id, seq, who, message.id, [{"words": ANSWER}], real)
    state = {"misses": 0, "page": seq}
    where = binding.community
    conversations.save(
        connection, row.id, language="en", state=state, seq=seq, with_staff=False, community=where, real=real
    )


class Nobody:
    """Stands where the interpreter stands: at the ceiling nothing is understood."""

    def understand(self, message: InboundMessage) -> Understanding:
        raise NotImplementedError

    def cry(self, message: InboundMessage) -> Understanding:
        raise NotImplementedError


def build(settings: Settings) -> FastAPI:
    """The same path as the product's, on the same schema, by the same writer."""
    migrate(parse_url(settings.database_url))
    desk = open_desk(settings, Nobody())
    db = desk.db
    app = FastAPI()
    app.state.desk = desk

    async def webhook(request: Request) -> JSONResponse:
        body = await request.json()
        message = InboundMessage(
            id=body["metadata"]["message_id"],
            sender=Address("rest", body["sender"], "demo"),
            kind=Kind.TEXT,
            received_at=desk.clock.real(),
            text=body["message"],
        )
        binding = desk.binding(message.sender)
        await db.write(lambda connection: inbox(connection, message, binding), lane=message.sender)
        return JSONResponse([{"recipient_id": message.sender.user, "text": ANSWER}])

    async def readyz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    app.add_api_route("/webhooks/rest/webhook", webhook, methods=["POST"])
    app.add_api_route("/readyz", readyz, methods=["GET"])
    return app


def serve(settings: Settings, opened: socket.socket | None) -> None:
    """With the options of `bot/commands/serve.py`: a ceiling of another server would compare nothing."""
    app = build(settings)
    sys.setswitchinterval(0.001)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, log_config=None, access_log=False, server_header=False
    )
    uvicorn.Server(config).run(sockets=[opened] if opened is not None else None)


def main(arguments: list[str]) -> int:
    """By as many processes as the product it is compared with."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.ceiling", description=__doc__)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--place", type=int, nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    settings = configuration.load()
    if given.place:
        end_with_parent(given.place[2])
        with socket.socket(fileno=given.place[1]) as opened:
            serve(settings, opened)
    elif given.workers > 1:
        build(settings).state.desk.db.close()
        again = [sys.executable, "-m", "tests.load.ceiling", "--place"]
        with open_port(settings.host, settings.port) as port:
            return Crew(given.workers, lambda *numbers: [*again, *map(str, numbers)], port).run()
    else:
        serve(settings, None)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
