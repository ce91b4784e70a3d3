"""A case's clock: it stands still while we wait for the resident, and goes on from there (practice 30)."""

from __future__ import annotations

from datetime import datetime

from backend.db import Record
from backend.services.states import OPEN

# What the resident has to do next, so that no delay of theirs counts as ours.
WAITING = frozenset({"no_access", "quoted", "papers_missing"})
# Where nothing is owed any more, or not by us: reported as done, reserved for a time, passed to another company.
SETTLED = frozenset({"fixed", "answered", "ready", "booked", "blocked", "other_company"})
OWED = OPEN - SETTLED
RUNNING = OWED - WAITING


def changes(found: Record, to: str, now: datetime) -> dict[str, object]:
    """What a move to this state does to the clock."""
    if to in WAITING:
        return {} if found.paused_at is not None else {"paused_at": now}
    if found.paused_at is None:
        return {}
    due = None if found.due_at is None else found.due_at + (now - found.paused_at)
    return {"paused_at": None, "due_at": due}


def is_late(found: Record, now: datetime) -> bool:
    """A clock that stands still is never late by standing."""
    return found.state in OWED and found.due_at is not None and found.due_at < (found.paused_at or now)
