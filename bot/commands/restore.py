"""Put a backup back on an empty machine: proved whole before anything is touched, counted afterwards."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot import configure as configuration
from bot.commands.meter import Meter
from bot.contract.errors import Misconfigured
from bot.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="what `backup` wrote; - reads from standard input")
    parser.add_argument("--force", action="store_true", help="replace what stands there")


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from backend.archive.unpack import unpack
    from backend.db import parse_url

    url, meter = parse_url(settings.database_url), Meter()
    if parsed.file == "-":
        made = unpack(sys.stdin.buffer, "-", url, settings.media_path, meter.say, force=parsed.force)
    else:
        try:
            with Path(parsed.file).open("rb") as source:
                made = unpack(source, parsed.file, url, settings.media_path, meter.say, force=parsed.force)
        except OSError as error:
            raise Misconfigured(str(error.strerror or error), file=parsed.file) from error
    meter.end(
        f"{sum(made.tables.values())} rows in {len(made.tables)} tables and {len(made.files) - 1} pictures "
        f"of {made.made_at}, counts and checksums equal"
    )
    _taught_again(settings)
    return 0


def _taught_again(settings: Settings) -> None:
    """What communities had taught stands in the database; the next start trains from the files."""
    from backend.db import Database, parse_url
    from backend.migrate import migrate
    from backend.services.teach import lessons
    from bot.school import School

    url = parse_url(settings.database_url)
    migrate(url)
    db = Database(url)
    try:
        School(settings.model_path, settings.taught_path).write(db.read_now(lessons.in_use))
    finally:
        db.close()
