"""Who acts at the desk and when: handed to every service that changes something, and written down with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """One of the staff at one moment. now: the residents' clock; real: the machine's."""

    community: str
    staff: int
    login: str
    name: str
    role: str
    now: datetime
    real: datetime
