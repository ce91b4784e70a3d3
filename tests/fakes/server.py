"""An HTTP server on loopback whose next answers are queued by a test: recorded, wrong, slow, dripping, or cut off."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.listening import Listening


@dataclass(frozen=True, slots=True)
class Told:
    """One answer. wait: seconds before anything comes; drip: seconds between its bytes; cut: close without a word."""

    body: bytes
    status: int = 200
    wait: float = 0.0
    drip: float = 0.0
    cut: bool = False


class Server(Listening):
    """url: where it listens; asked: every request's path and JSON, or form, in order; headers: of the same requests."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.queued: list[Told] = []
        self.always: Told | None = None
        self.listen(_handler(self))

    def tell(self, body: Any, **how: Any) -> None:
        """Queue an answer: bytes as they are, anything else as JSON."""
        self.queued.append(Told(body if isinstance(body, bytes) else json.dumps(body).encode(), **how))


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            server.asked.append((self.path, body if b"form-data" in body else json.loads(body)))
            server.headers.append(dict(self.headers))
            told = server.queued.pop(0) if server.queued else server.always
            assert told is not None, "asked once more than told"
            time.sleep(told.wait)
            self.close_connection = told.cut or bool(told.wait or told.drip)
            if told.cut:
                return
            try:
                self._answer(told)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _answer(self, told: Told) -> None:
            self.send_response(told.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(told.body)))
            self.end_headers()
            for start in range(0, len(told.body), 1) if told.drip else ():
                self.wfile.write(told.body[start : start + 1])
                self.wfile.flush()
                time.sleep(told.drip)
            if not told.drip:
                self.wfile.write(told.body)

        def log_message(self, *_: Any) -> None:
            return

    return Handler


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.close()
