"""The product that is killed the moment somebody's alarm is on the disk: before it has answered, rung or told anybody.

Serves like the product, and dies between the commit and the ring that would wake whoever carries it on.
"""

from __future__ import annotations

import os
import signal
import sys

from sqlalchemy import Connection

from backend import wake
from bot import configure as configuration
from bot.app import build, prepare
from bot.commands.serve import listen
from bot.logs import start_logging


def main() -> int:
    settings = configuration.load()
    start_logging(30, "json")
    prepare(settings)
    ring_for = wake.Bell.ring_for

    def dies(bell: wake.Bell, connection: Connection) -> None:
        topics = connection.info.get("linli.rings", ())
        if wake.ALARMS in topics and any(topic.startswith("desk:") for topic in topics):
            os.kill(os.getpid(), signal.SIGKILL)
        ring_for(bell, connection)

    setattr(wake.Bell, wake.Bell.ring_for.__name__, dies)
    listen(build(settings), settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
