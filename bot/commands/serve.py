"""Serve: prepare what is missing, listen, and say where to click."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import TYPE_CHECKING

from bot import settings as configuration
from bot.logs import start_logging

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger("linli")

# How long an open stream or half a request may hold up a stop; the writer then has what is left of ten seconds.
STOP_SECONDS = 6


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print no places to click")


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    start_logging(logging.WARNING if parsed.quiet else logging.INFO, settings.log)
    from bot.app import prepare

    prepare(settings, _silent if parsed.quiet else _say)
    from bot.app import build

    app = build(settings)
    # Two threads share the work of a message: handing over sooner than after 5 ms shortens both their queues.
    sys.setswitchinterval(0.001)
    if not parsed.quiet:
        print(_welcome(settings), flush=True)
    listen(app, settings)
    return 0


def listen(app: FastAPI, settings: configuration.Settings) -> None:
    """Until SIGTERM: then nobody new is let in, what is under way is answered, and what is queued is written."""
    import uvicorn

    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def _say(line: str) -> None:
    print(line, flush=True)


def _silent(_: str) -> None:
    return None


def _welcome(settings: configuration.Settings) -> str:
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    lines = [
        f"Linli  {base}",
        f"  chat page      {base}/chat",
        f"  API docs       {base}/docs",
        f"  outbox (demo)  {base}/demo/outbox",
    ]
    if settings.demo:
        lines.append("  try            curl -s -H 'content-type: application/json' \\")
        body = '{"sender": "me", "message": "the kitchen tap drips"}'
        lines.append(f"                   -d '{body}' {base}/webhooks/rest/webhook")
        lines.append("  API key        linli-demo-key (demo only)")
    return "\n".join(lines)
