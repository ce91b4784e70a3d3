"""The only place that asks the machine for the time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class SystemClock:
    """Real time, unless the demo fixes what residents live by (`LINLI_NOW`)."""

    def __init__(self, zone: ZoneInfo, fixed: datetime | None = None) -> None:
        self._zone = zone
        self._fixed = fixed.astimezone(zone) if fixed else None

    def now(self) -> datetime:
        return self._fixed or datetime.now(self._zone)

    def real(self) -> datetime:
        return datetime.now(UTC)
