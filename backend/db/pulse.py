"""Whether the database answers at all: a statement that takes long is waited for, a hole in the network is not."""

from __future__ import annotations

import threading
import time

import psycopg
from sqlalchemy import URL

# No connection may be given less.
LOOK_SECONDS = 2
# What was seen a moment ago is good for all who ask.
FRESH_SECONDS = 0.5


class Pulse:
    """Taken on a connection of its own, which no transaction can keep waiting."""

    def __init__(self, url: URL) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._lock = threading.Lock()
        self._seen = (float("-inf"), True)

    def beats(self) -> bool:
        """Blocks for as long as one look takes. Refused at once is an answer too: who runs the statement hears it."""
        with self._lock:
            at, was = self._seen
            if time.monotonic() - at > FRESH_SECONDS:
                was = self._look()
                self._seen = (time.monotonic(), was)
            return was

    def _look(self) -> bool:
        try:
            psycopg.connect(self._address, connect_timeout=LOOK_SECONDS, application_name="linli-pulse").close()
        except psycopg.errors.ConnectionTimeout:
            return False
        except psycopg.Error:
            return True
        return True
