"""Serve: prepare what is missing, listen, and say where to click; with --workers, by several processes."""

from __future__ import annotations

import argparse
import gc
import logging
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot import configure as configuration
from bot.contract.errors import Misconfigured
from bot.contract.line import Line, brought
from bot.logs import start_logging
from bot.settings import Settings

if TYPE_CHECKING:
    import asyncio
    from types import FrameType

    from fastapi import FastAPI

log = logging.getLogger("linli")

MOST_WORKERS = 64
# How long an open stream or half a request may hold up a stop; the writer then has what is left of ten seconds.
STOP_SECONDS = 5


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print no places to click")
    parser.add_argument("--lived-in", action="store_true", help="give an empty demo's desk a past")
    parser.add_argument("--workers", type=int, default=1, help="processes at one port; more than one needs PostgreSQL")
    # How the parent of several calls its children: place, the open port, the parent's breath.
    parser.add_argument("--place", type=int, nargs=3, help=argparse.SUPPRESS)


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    start_logging(logging.WARNING if parsed.quiet else logging.INFO, settings.log)
    if parsed.place:
        return _one_of_several(settings, *parsed.place)
    from backend.db import parse_url
    from backend.db.alone import serve_alone
    from backend.db.url import is_postgres
    from bot.crew import open_port

    url = parse_url(settings.database_url)
    if not 1 <= parsed.workers <= MOST_WORKERS:
        raise Misconfigured(f"between 1 and {MOST_WORKERS}, not {parsed.workers}", file="--workers")
    if parsed.workers > 1 and not is_postgres(url):
        raise Misconfigured("SQLite has one writer; several workers need a postgresql:// database", file="--workers")
    held = serve_alone(url)
    # Asked before anything is prepared: whoever cannot be reached need not begin.
    open_port(settings.host, settings.port).close()
    with _unswept():
        from bot.app import prepare

    prepare(settings, _silent if parsed.quiet else _say)
    if parsed.lived_in:
        from bot.commands.lived_in import live_in

        if live_in(settings) and not parsed.quiet:
            print("The demo's desk has a past to look at.", flush=True)
    if parsed.workers > 1:
        return _several(settings, parsed)
    app = _built(settings)
    if not parsed.quiet:
        print(_welcome(settings), flush=True)
    listen(app, settings)
    if held is not None:
        held.close()
    return 0


def _several(settings: Settings, parsed: argparse.Namespace) -> int:
    from bot.crew import Crew, again, open_port

    quiet = ("--quiet",) if parsed.quiet else ()
    with open_port(settings.host, settings.port) as port, TemporaryDirectory(prefix="linli-numbers-") as counted:
        configuration.share_numbers(counted)
        crew = Crew(
            parsed.workers,
            lambda *numbers: again("serve", *quiet, "--place", *map(str, numbers)),
            port,
            Path(counted),
        )
        if not parsed.quiet:
            print(_welcome(settings), flush=True)
        return crew.run()


def _one_of_several(settings: Settings, place: int, port: int, breath: int) -> int:
    from bot.crew import end_with_parent

    end_with_parent(breath)
    with socket.socket(fileno=port) as opened:
        settings = settings.model_copy(update={"place": f"serve-{place}"})
        listen(_built(settings), settings, opened)
    return 0


@contextmanager
def _unswept() -> Iterator[None]:
    """What is loaded stays: looking for what could go, again and again while it grows, is a fifth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _built(settings: Settings) -> FastAPI:
    with _unswept():
        from bot.app import build

        app = build(settings)
    # Two threads share the work of a message: handing over sooner than after 5 ms shortens both their queues.
    sys.setswitchinterval(0.001)
    # What was loaded stays: looking through its 200,000 objects again and again stops every resident for 0.1 s.
    gc.collect()
    gc.freeze()
    return app


def listen(app: FastAPI, settings: Settings, opened: socket.socket | None = None) -> None:
    """Until SIGTERM: then nobody new is let in, what is under way is answered, and what is queued is written.

    opened: the port that several processes share.
    """
    import uvicorn

    class Server(uvicorn.Server):
        """Tells the open streams that it stops: else it would wait for them."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            for streams in app.state.streams:
                streams.close()
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        http=protocol(),
        ws="wsproto",
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = Server(config)
    server.run(sockets=[opened] if opened is not None else None)


def protocol() -> type[asyncio.Protocol]:
    """uvicorn's own, and each request brings the line along that it came over: who answers can see who is there."""
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    class Lines(HttpToolsProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn itself
            super().connection_made(transport)
            self.app_state = brought(self.app_state, Line(transport))

    return Lines


def _say(line: str) -> None:
    print(line, flush=True)


def _silent(_: str) -> None:
    return None


def _welcome(settings: Settings) -> str:
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    lines = [
        f"Linli  {base}",
        f"  chat page      {base}/chat",
        f"  staff console  {base}/console",
        f"  API docs       {base}/docs",
        f"  outbox (demo)  {base}/demo/outbox",
    ]
    if settings.demo:
        lines.append("  try            curl -s -H 'content-type: application/json' \\")
        body = '{"sender": "me", "message": "the kitchen tap drips"}'
        lines.append(f"                   -d '{body}' {base}/webhooks/rest/webhook")
        lines.append("  API key        linli-demo-key (demo only)")
        lines.append("  staff          duty, agent, supervisor, admin, auditor; password linli-demo (demo only)")
    return "\n".join(lines)
