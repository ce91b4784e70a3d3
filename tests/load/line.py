"""One keep-alive HTTP/1.1 connection and nothing more, so that the client costs little beside the server."""

from __future__ import annotations

import asyncio
import json
from types import TracebackType

HOST = "127.0.0.1"
LIMIT_SECONDS = 30.0


class Line:
    """Posts JSON to one path; a broken or slow connection raises `OSError`, `EOFError` or `TimeoutError`."""

    def __init__(self, port: int, path: str, **headers: str) -> None:
        self._port = port
        told = {"Host": f"{HOST}:{port}", "Content-Type": "application/json", **headers}
        self._path = path
        self._told = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self._head = f"POST {path} HTTP/1.1\r\n{self._told}".encode()
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Line:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.hang_up()

    async def post(self, body: bytes, query: str = "") -> tuple[int, bytes]:
        """Status and body of the answer; opens the connection when there is none. query: of this call alone."""
        head = f"POST {self._path}?{query} HTTP/1.1\r\n{self._told}".encode() if query else self._head
        async with asyncio.timeout(LIMIT_SECONDS):
            if self._reader is None or self._writer is None:
                self._reader, self._writer = await asyncio.open_connection(HOST, self._port)
            self._writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            answer = await self._reader.readuntil(b"\r\n\r\n")
            return int(answer[9:12]), await self._reader.readexactly(_length(answer))

    async def hang_up(self) -> None:
        writer, self._reader, self._writer = self._writer, None, None
        if writer is not None:
            writer.close()
            closed, _ = await asyncio.wait({asyncio.ensure_future(writer.wait_closed())}, timeout=1)
            for one in closed:
                one.exception()  # a killed server resets what it had open: that is known, and nobody's fault here


def _length(head: bytes) -> int:
    """Both servers announce the length; an answer that does not is not one of theirs."""
    _, found, rest = head.lower().partition(b"content-length:")
    if not found:
        raise EOFError("an answer without a length")
    return int(rest.split(b"\r\n", 1)[0])


def parsed(body: bytes) -> object:
    """The JSON of an answer, or its text when it is none."""
    try:
        found: object = json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
    return found
