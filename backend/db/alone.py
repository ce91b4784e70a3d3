"""One serving process for one SQLite file: a second one is refused before it touches anything."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from sqlalchemy import URL

from backend.db.url import VARIABLE, is_postgres
from bot.contract.errors import Misconfigured

if sys.platform != "win32":
    import fcntl


def serve_alone(url: URL) -> IO[str] | None:
    """Keep what is returned for as long as this process serves: the system lets go of it when the process ends."""
    if is_postgres(url) or not url.database or url.database == ":memory:" or sys.platform == "win32":
        return None
    path = Path(f"{url.database}-serving")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = path.open("a", encoding="ascii")
    except OSError as error:
        raise Misconfigured(f"the database cannot be used: {error.strerror}", file=str(url.database)) from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        held.close()
        raise Misconfigured(
            f"{url.database} is being served by another process; end that one, or use postgresql:// for several",
            file=VARIABLE,
        ) from error
    return held
