"""Who watches just now: unlocked consoles and duty screens on which an alarm would be heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from backend.services.sign_in import screens, sessions


@dataclass(frozen=True, slots=True)
class Watch:
    """consoles: unlocked ones of people who answer alarms; screens: names of duty screens; both would sound now.
    missed: duty screens that should and would not."""

    consoles: int
    screens: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def heard(self) -> int:
        """On how many an alarm would be heard; 0: nobody watches."""
        return self.consoles + len(self.screens)


def now(connection: Connection, community: str, real: datetime) -> Watch:
    """Asked wherever it matters whether somebody sits there: the ladder's first second, the board, switching SOS on."""
    rows = screens.listed(connection, community)
    sounding = [row for row in rows if row.sounds_at is not None and row.sounds_at >= real - screens.SOUNDS]
    return Watch(
        consoles=sessions.heard(connection, community, real),
        screens=tuple(row.name for row in sounding),
        missed=tuple(row.name for row in rows if row.lost_at is not None),
    )
