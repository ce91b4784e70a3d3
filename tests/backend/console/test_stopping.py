"""Fifty open consoles hold up no stop: the streams are told, and end by themselves."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import httpx

from bot.settings import Settings
from tests.clerk import PASSWORD
from tests.load.process import PRODUCT, copy_model, served

STREAMS, SECONDS = 50, 10.0


def test_it_stops_in_time_with_fifty_streams(prepared: Settings, tmp_path: Path) -> None:
    copy_model(prepared.model_path, tmp_path / "model")
    opened: list[socket.socket] = []
    with served(PRODUCT, tmp_path, "stop.db") as server:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.port}") as client:
            client.post("/console/sign-in", data={"login": "duty", "password": PASSWORD})
            cookie = client.cookies["linli_console"]
        for _ in range(STREAMS):
            stream = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            ask = f"GET /console/live HTTP/1.1\r\nHost: desk\r\nCookie: linli_console={cookie}\r\n\r\n"
            stream.sendall(ask.encode())
            assert b"text/event-stream" in stream.recv(2000)
            opened.append(stream)
        began = time.perf_counter()
    took = time.perf_counter() - began
    for stream in opened:
        while stream.recv(4000):
            pass
        stream.close()
    assert took <= SECONDS, took
    print(f"stopped after {took:.2f} s with {STREAMS} streams")
