"""Whether whoever asked still holds the line, by the kernel: the event loop hears of it only when its turn comes."""

from __future__ import annotations

import asyncio
import select
from collections.abc import Mapping
from typing import Any

# Under this a request's state holds its line; a server that cannot tell has none.
_KEY = "linli.line"
# Not every system tells that the other side has said its last word.
_ENDED = getattr(select, "POLLRDHUP", 0) | getattr(select, "POLLHUP", 0) | getattr(select, "POLLERR", 0)


class Line:
    """The connection that a request came over."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def at_once(self) -> None:
        """What is written from now on leaves before anything else is done; else it may wait for the event loop's next
        round, and a process that ends in between has said nothing."""
        self._transport.set_write_buffer_limits(high=0)

    def is_cut(self) -> bool:
        """From any thread."""
        held = self._transport.get_extra_info("socket")
        if self._transport.is_closing() or held is None or held.fileno() < 0:
            return True
        if not hasattr(select, "poll"):
            return False
        look = select.poll()
        look.register(held.fileno(), _ENDED)
        # What does not exist any more is told as well, without being asked for.
        return bool(look.poll(0))


def brought(state: Mapping[str, Any], line: Line) -> dict[str, Any]:
    return {**state, _KEY: line}


def line_of(scope: Mapping[str, Any]) -> Line | None:
    found = scope.get("state", {}).get(_KEY)
    return found if isinstance(found, Line) else None
