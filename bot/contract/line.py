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

    def __init__(self, transport: asyncio.BaseTransport) -> None:
        held = transport.get_extra_info("socket")
        self._transport, self._number = transport, -1 if held is None else int(held.fileno())

    def is_cut(self) -> bool:
        """From any thread; a system that cannot tell says what the event loop knows."""
        if self._transport.is_closing():
            return True
        if self._number < 0 or not hasattr(select, "poll"):
            return False
        look = select.poll()
        look.register(self._number, _ENDED)
        # What does not exist any more is told as well, without being asked for.
        return bool(look.poll(0))


def brought(state: Mapping[str, Any], line: Line) -> dict[str, Any]:
    return {**state, _KEY: line}


def line_of(scope: Mapping[str, Any]) -> Line | None:
    found = scope.get("state", {}).get(_KEY)
    return found if isinstance(found, Line) else None
