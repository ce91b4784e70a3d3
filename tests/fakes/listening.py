"""One loopback server for every vendor who is stood in for: opened when it is made, ended by `close`."""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST = "127.0.0.1"


class _Calm(ThreadingHTTPServer):
    """Whoever is killed in the middle of a request leaves no page of traces behind."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Listening:
    """url: where it listens."""

    url: str
    _http: ThreadingHTTPServer

    def listen(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self._http = _Calm((HOST, 0), handler)
        self.url = f"http://{HOST}:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
