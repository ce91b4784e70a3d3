"""What time it is: the only place that asks, and the database's clock where several processes share one.

Leases, due times and signatures are compared between machines; a machine whose clock is ten minutes off would hold up
what others wrote, or take what they hold.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

# (an instant of the shared clock, when that was on the monotonic one), both in nanoseconds; None: this machine's clock.
_anchor: tuple[int, int] | None = None


def now_ns() -> int:
    """Nanoseconds since 1970. A shared clock runs on by the monotonic one: a step of this machine's is not felt."""
    if _anchor is None:
        return time.time_ns()
    instant, since = _anchor
    return instant + time.monotonic_ns() - since


def now() -> datetime:
    return datetime.fromtimestamp(now_ns() / 1e9, UTC)


def share(instant: datetime, since: int) -> float:
    """From now on the shared clock is followed; returns by how many seconds this machine's is ahead of it."""
    global _anchor
    _anchor = (int(instant.timestamp() * 1e9), since)
    return (time.time_ns() - now_ns()) / 1e9
