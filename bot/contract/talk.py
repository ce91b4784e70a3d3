"""A conversation as both sides saw it, for channels that show it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.contract.messages import Part


@dataclass(frozen=True, slots=True)
class Line:
    """One line, whoever said it.

    id: unique in its conversation; mine: the resident's own; message: the channel's id of the message that
    this is, or answers, None for what Linli said unasked; parts: what was shown, a photo as `Media` by its key;
    by: the person of the desk who said it, as residents see them.
    """

    id: str
    mine: bool
    at: datetime
    message: str | None
    parts: tuple[Part, ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """lines: oldest first, only those after the cursor that was asked for; cursor: where to go on; staff: who has the
    conversation, as residents see them; writing: they write just now."""

    lines: tuple[Line, ...] = ()
    cursor: str = ""
    language: str | None = None
    with_staff: bool = False
    staff: str = ""
    writing: bool = False
