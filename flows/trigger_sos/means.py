"""What somebody means to end their life by is kept apart from their words: it changes whom to send (practice 9)."""

from __future__ import annotations

from backend.services import alarm_history
from bot.contract.flow import Turn


def note(turn: Turn, key: str) -> None:
    """Each of them once in the alarm's history."""
    for one in (turn.understanding.extra.get("means") or "").split("\n"):
        if not one:
            continue
        cause = f"{alarm_history.MEANS}:{key}:{one.casefold()}"[:200]
        alarm_history.add(turn.db, key, alarm_history.MEANS, "", one, cause, turn.now)
