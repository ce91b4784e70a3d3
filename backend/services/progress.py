"""One answer to "how is it going": every kind of thing on file gives its lines in the same form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.contract.text import Text
from bot.contract.understanding import When


@dataclass(frozen=True, slots=True)
class Line:
    """number: as told to the resident; what: in the resident's or the desk's words; state: as it is written down;
    next: what happens next and by when, None when nothing is due; open: whether it still runs; topic: what it is
    more exactly than its source's kind ("repair", "residence_permit"), for people who ask for only that;
    fixed: somebody reported it as done, and only the resident knows; visit: when somebody is wished to come."""

    number: str
    what: str | Text
    state: Text
    next: Text | None
    open: bool
    at: datetime
    topic: str = ""
    kind: str = ""
    fixed: bool = False
    visit: When | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """The conversation that asks, and its verified resident if there is one."""

    community: str
    conversation: int
    resident: int | None


def shortened(words: str, most: int) -> str:
    """Cut between words, and it shows that it is cut."""
    if len(words) <= most:
        return words
    cut = words[:most]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;.\uff0c\uff1b\u3002") + "\u2026"


Source = Callable[[Connection, Whose, datetime], list[Line]]
