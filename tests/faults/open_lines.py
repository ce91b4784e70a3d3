"""Connections that somebody keeps open: streams that are read, requests of which half was sent, and idle ones."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.load.line import HOST

STREAM = b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"
HALF = b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n{"
CALLBACK = b"POST /payments/demo/callback HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n{"

IDLE = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@contextmanager
def held(port: int, *openings: bytes) -> Iterator[list[socket.socket]]:
    """One connection for each opening; what comes on them is read and thrown away until the other side hangs up."""
    lines = [socket.create_connection((HOST, port), timeout=90) for _ in openings]
    readers = [threading.Thread(target=_read, args=(line,), daemon=True) for line in lines]
    try:
        for line, opening in zip(lines, openings, strict=True):
            line.sendall(opening)
        for reader in readers:
            reader.start()
        yield lines
    finally:
        for line in lines:
            line.close()


def _read(line: socket.socket) -> None:
    line.settimeout(60)
    try:
        while line.recv(65536):
            pass
    except OSError:
        return
