"""Who is coming, as the board has it: a name only after that person pressed (practice 10)."""

from __future__ import annotations

from backend.db import Record
from backend.services.ladder import standing
from bot.contract.flow import Turn
from bot.contract.text import Text, t
from flows.trigger_sos.numbers import number_of
from flows.trigger_sos.scripts import said

NOBODY_YET = t(
    "Nobody has said yet that they are coming; I tell you the moment somebody does. "
    "If it gets worse, dial {ambulance} yourself.",
    spoken="Nobody has said yet that they are coming. I tell you the moment somebody does. "
    "If it gets worse, dial {ambulance} yourself.",
)
# What the board shows in red: no phone rings for them, so they dial first.
ONLY_WRITTEN = t(
    "Nobody has said yet that they are coming. From here we can ring nobody just now; we have written to the people on "
    "duty. Please dial {number} yourself now. I tell you the moment somebody answers.",
)
UNREACHED = t(
    "Nobody has said yet that they are coming, and so far we have reached nobody from here. Please dial {number} "
    "yourself now. Your call stays open at the desk, and I tell you the moment somebody answers.",
)
NOT_REACHED = {standing.WRITTEN: ONLY_WRITTEN, standing.UNREACHED: UNREACHED}


def who_comes(turn: Turn, alarm: Record) -> Text:
    """The truth, and no more."""
    how = standing.of(turn.db, alarm)
    if alarm.accepted_by is None:
        text = NOT_REACHED.get(how)
        number = number_of(turn, alarm)
        return said(NOBODY_YET, turn) if text is None else Text(text.msgid, {"number": number})
    if how == standing.THERE:
        return t("{name} has put down that they are there. If you see nobody, tell me.", name=alarm.accepted_by)
    return t("{name} is on the way. If it gets worse, tell me.", name=alarm.accepted_by)
