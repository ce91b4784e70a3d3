"""Protocols for what the rooms are handed: time, understanding, later media and token stores."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding


class Clock(Protocol):
    """Two times, never mixed up: `now` is what residents live by and can be fixed in demo mode (`LINLI_NOW`);
    `real` drives leases, retries, signatures and ordering. Both aware."""

    def now(self) -> datetime: ...

    def real(self) -> datetime: ...


class Interpreter(Protocol):
    """Hop 2. May be slow, knows no state, never raises for what a resident wrote."""

    def understand(self, message: InboundMessage) -> Understanding: ...
