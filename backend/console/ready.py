"""Ready texts as they are offered in one conversation: in the resident's language, filled in, what fits first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.db import Record
from backend.services.states import OPEN

# Which flow's texts belong to a case of this kind.
FLOWS: Mapping[str, str] = {
    "repair": "report_repair",
    "complaint": "complain",
    "housekeeping": "book_housekeeping",
    "visit": "register_visitor",
    "dispute": "pay_fees",
    "affair": "check_progress",
    "card": "lost_card",
}
_BLANK = re.compile(r"\{(name|home|number|me)\}")


@dataclass(frozen=True, slots=True)
class Offered:
    """tongue: the language it is in, the resident's where somebody wrote it."""

    shortcut: str
    tongue: str
    words: str


def flow_of(matters: Sequence[Record]) -> str | None:
    """Of the newest case that is not over."""
    return next((FLOWS.get(case.kind) for case in matters if case.state in OPEN), None)


def state_of(matters: Sequence[Record]) -> str | None:
    """How it stands with that case."""
    return next((str(case.state) for case in matters if case.state in OPEN), None)


def offered(rows: Sequence[Record], talk: Record, matters: Sequence[Record], me: str) -> list[Offered]:
    """{name}, {home}, {number} of the newest open case and {me} are filled in; what is not known stays to be seen."""
    number = next((case.number for case in matters if case.state in OPEN), None)
    known = {"name": talk.name, "home": talk.home, "number": number, "me": me}

    def filled(words: str) -> str:
        return _BLANK.sub(lambda found: known[found[1]] or found[0], words)

    found: list[Offered] = []
    for row in rows:
        tongue = talk.language if talk.language in row.texts else next(iter(row.texts))
        found.append(Offered(row.shortcut, tongue, filled(row.texts[tongue])))
    return found
