"""A clock that runs ahead: minutes pass for leases and waiting without anybody waiting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.contract.ports import Clock


@dataclass(slots=True)
class Ahead:
    """Both times of the clock behind it, so much later; `now` only where it is not fixed."""

    behind: Clock
    by: timedelta

    def now(self) -> datetime:
        return self.behind.now()

    def real(self) -> datetime:
        return self.behind.real() + self.by
