"""A network between us and something outside: slow, cut every so often, or a hole in which everything is silent."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
CHUNK = 65_536


@dataclass
class Network:
    """to: a port of this machine, or the path of a socket. Each may be changed at any time; delay: seconds that each
    piece takes, one way; cut_every: so many pieces come through, then the connection they came on is reset."""

    to: int | Path
    delay: float = 0.0
    cut_every: int = 0
    cuts: int = 0
    pieces: int = 0
    port: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(90)

    async def _listen(self) -> None:
        self._through = asyncio.Event()
        self._through.set()
        self._server = await asyncio.start_server(self._carry, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def silence(self) -> None:
        """Connections stand and are made, and nothing comes through; what was on its way arrives afterwards."""
        self._loop.call_soon_threadsafe(self._through.clear)

    def speak(self) -> None:
        self._loop.call_soon_threadsafe(self._through.set)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._through.wait()
            if isinstance(self.to, Path):
                inner, outer = await asyncio.open_unix_connection(str(self.to))
            else:
                inner, outer = await asyncio.open_connection(HOST, self.to)
        except (OSError, asyncio.CancelledError):
            writer.transport.abort()
            return
        ends = {writer, outer}
        self._open |= ends
        ways = [
            asyncio.create_task(self._pump(reader, outer, ends)),
            asyncio.create_task(self._pump(inner, writer, ends)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:  # the end of the test: the server's own task is not to complain
            pass
        finally:
            for way in ways:
                way.cancel()
            for end in ends:
                end.close()
            self._open -= ends

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, ends: set[asyncio.StreamWriter]
    ) -> None:
        try:
            while piece := await source.read(CHUNK):
                if self.delay:
                    await asyncio.sleep(self.delay)
                await self._through.wait()
                self.pieces += 1
                if self.cut_every and self.pieces % self.cut_every == 0:
                    self.cuts += 1
                    for end in ends:
                        end.transport.abort()
                    return
                target.write(piece)
                await target.drain()
        except OSError:
            return

    def close(self) -> None:
        async def end() -> None:
            self._server.close()
            for writer in list(self._open):
                writer.transport.abort()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(90)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(90)
        self._loop.close()


@contextmanager
def between(to: int | Path) -> Iterator[Network]:
    one = Network(to)
    try:
        yield one
    finally:
        one.close()
