"""Everything that can be asked after: one line for each kind of thing on file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from backend.services import case_lines
from backend.services.progress import Line, Source, TakeBack, Whose
from bot.contract.flow import Turn

_PLAIN = re.compile(r"[^0-9A-Z]")
_SHORT_YEAR = re.compile(r"([A-Z]{1,2})(\d{6})(\d{4})")
LEAST = 3


@dataclass(frozen=True, slots=True)
class Filed:
    """kind: what lines of this source are, unless they say so themselves; take_back: withdraw one by its number."""

    kind: str
    lines: Source
    take_back: TakeBack | None = None


# Others join here, each with a line: `Filed("housekeeping", housekeeping.lines),`
SOURCES: tuple[Filed, ...] = (Filed("case", case_lines.lines, case_lines.take_back),)

# Who asks for a booking means any of these.
WIDER = {"booking": frozenset({"booking", "housekeeping"}), "affair": frozenset({"affair", "request"})}


def whose(turn: Turn) -> Whose:
    conversation = turn.conversation
    resident = conversation.resident
    return Whose(conversation.community.id, conversation.id, resident.id if resident else None)


def lines(turn: Turn) -> list[Line]:
    """All that this speaker has on file, newest first."""
    who = whose(turn)
    found = [
        replace(line, kind=line.kind or source.kind)
        for source in SOURCES
        for line in source.lines(turn.db, who, turn.now)
    ]
    return sorted(found, key=lambda line: line.at, reverse=True)


def take_back(turn: Turn, line: Line) -> bool:
    """Withdraw it; False where that is said in another way. Raises `Refused` when it is too late."""
    for source in SOURCES:
        if any(line.number == other.number for other in source.lines(turn.db, whose(turn), turn.now)):
            if source.take_back is None:
                return False
            source.take_back(turn.db, whose(turn), line.number, turn.now, turn.real)
            return True
    return False


def about(found: list[Line], kind: str | None) -> list[Line]:
    """Those of the kind that was asked for."""
    wanted = WIDER.get(kind or "", frozenset({kind}))
    return [line for line in found if kind is None or line.kind in wanted or line.topic in wanted]


def numbered(found: list[Line], said: str) -> list[Line]:
    """Those whose number is meant: whole, without dashes or letters, or its last digits."""
    wanted = _PLAIN.sub("", said.upper())
    short = _SHORT_YEAR.fullmatch(wanted)
    if short:
        wanted = f"{short[1]}20{short[2]}{short[3]}"
    if len(wanted) < LEAST:
        return []
    plain = [(line, _PLAIN.sub("", line.number.upper())) for line in found]
    whole = [line for line, number in plain if number == wanted]
    return whole or [line for line, number in plain if number.endswith(wanted)]
