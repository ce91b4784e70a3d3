"""The two times that everybody is handed: what residents live by, and what really is."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from backend import instant


class SystemClock:
    """Real time, unless the demo fixes what residents live by (`LINLI_NOW`)."""

    def __init__(self, zone: ZoneInfo, fixed: datetime | None = None) -> None:
        self._zone = zone
        self._fixed = fixed.astimezone(zone) if fixed else None

    def now(self) -> datetime:
        return self._fixed or instant.now().astimezone(self._zone)

    def real(self) -> datetime:
        return instant.now()
