"""A process without a port: it does what happens later, beside those that serve."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal

from bot import configure as configuration
from bot.contract.errors import Misconfigured
from bot.logs import start_logging
from bot.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--place", type=int, default=1, help="its number among the workers of this machine (default 1)")
    parser.add_argument("--quiet", action="store_true", help="say nothing at the start")


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load().model_copy(update={"place": f"work-{parsed.place}"})
    start_logging(logging.WARNING if parsed.quiet else logging.INFO, settings.log)
    from backend.db import parse_url
    from backend.db.url import VARIABLE, is_postgres

    if not is_postgres(parse_url(settings.database_url)):
        raise Misconfigured(
            "with SQLite the serving process does this itself; a worker needs a postgresql:// database", file=VARIABLE
        )
    from bot.app import prepare

    prepare(settings)
    asyncio.run(_work(settings, quiet=parsed.quiet))
    return 0


async def _work(settings: Settings, *, quiet: bool) -> None:
    """The same app as `serve` has, its life without its port."""
    from bot.app import build

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    app = build(settings)
    async with app.router.lifespan_context(app):
        if not quiet:
            print(f"Linli  works as {settings.executor}", flush=True)
        await stop.wait()
