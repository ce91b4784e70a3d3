"""Write the database, the pictures and the keys that sign passes into one file, while Linli goes on serving."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot import configure as configuration
from bot.commands.meter import Meter
from bot.contract.errors import Misconfigured


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="where to, for example linli-2026-11-21.tar.gz; - writes to standard output")
    parser.epilog = "It holds everything that residents told: encrypt what leaves the house, as in `backup - | age …`."


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from backend.archive.pack import pack, pack_into
    from backend.db import parse_url
    from bot.clock import SystemClock

    url, real, meter = parse_url(settings.database_url), SystemClock(settings.zone).real(), Meter()
    if parsed.file == "-":
        try:
            made = pack_into(url, settings.media_path, sys.stdout.buffer, real, meter.say)
            sys.stdout.buffer.flush()
        except OSError as error:
            raise Misconfigured(f"the backup cannot be written: {error.strerror}", file="standard output") from error
    else:
        made = pack(url, settings.media_path, Path(parsed.file), real, meter.say)
    meter.end(f"{sum(made.tables.values())} rows in {len(made.tables)} tables and {len(made.files) - 1} pictures")
    return 0
