"""Everything that can be asked after: one line for each kind of thing on file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from backend.services import case_lines, fees, housekeeping, pass_words
from backend.services.progress import Line, Source, Whose
from bot.contract.flow import Outcome, StepRun, Turn
from bot.contract.text import Text, t
from flows import pay_fees, register_visitor
from flows.book_housekeeping import filing as booking

_PLAIN = re.compile(r"[^0-9A-Z]")
_SHORT_YEAR = re.compile(r"([A-Z]{1,2})(\d{6})(\d{4})")
LEAST = 3
# Which flow filed a case, for the tracker; by topic or by kind.
FILED_BY = {
    "repair": "report_repair",
    "complaint": "complain",
    "card": "lost_card",
    "venue": "book_venue",
    "clinic": "book_clinic",
    "meal": "order_meal",
}


@dataclass(frozen=True, slots=True)
class Filed:
    """kind: what lines of this source are, unless they say so themselves; withdraw: the flow's own, which knows what
    that costs; marked: how the numbers begin that can be withdrawn; flow: who filed it, for the tracker."""

    kind: str
    lines: Source
    withdraw: StepRun | None = None
    marked: str = ""
    flow: str = ""


def _case_back(turn: Turn) -> Outcome:
    number = turn.case_no or ""
    case_lines.take_back(turn.db, whose(turn), number, turn.now, turn.real)
    say = t("{number} is withdrawn.", spoken="{short} is withdrawn.", number=number, short=short(number))
    # Nobody is waited for any more, as far as nobody has come already.
    return Outcome(say=(say,), with_staff=False if number.startswith("H") and turn.conversation.held is None else None)


# Who knows more of a thing comes first: a dispute is a case too, and is told once. Others join here with a line.
SOURCES: tuple[Filed, ...] = (
    Filed("housekeeping", housekeeping.lines, booking.withdraw, "B", "book_housekeeping"),
    Filed("visitor", pass_words.lines, register_visitor.FLOW.withdraw, "V", "register_visitor"),
    Filed("fee", fees.lines, pay_fees.FLOW.withdraw, "D", "pay_fees"),
    Filed("case", case_lines.lines, _case_back),
)

# Who asks for a booking means any of these.
WIDER = {
    "booking": frozenset({"booking", "housekeeping"}),
    "affair": frozenset({"affair", "request"}),
    "fee": frozenset({"fee", "dispute"}),
}


def whose(turn: Turn) -> Whose:
    """A caller ID alone proves nobody: only what was filed in this conversation is told then (practice 36)."""
    conversation = turn.conversation
    resident = conversation.resident
    proved = resident.id if resident is not None and resident.verified else None
    # Who asks for somebody else is told what is theirs, not what the asker has filed.
    talk = conversation.id if conversation.agent is None else 0
    return Whose(conversation.community.id, talk, proved)


def lines(turn: Turn) -> list[Line]:
    """All that this speaker has on file, newest first, each number once."""
    who = whose(turn)
    found: dict[str, Line] = {}
    for source in SOURCES:
        for line in source.lines(turn.db, who, turn.now):
            found.setdefault(line.number, replace(line, kind=line.kind or source.kind))
    return sorted(found.values(), key=lambda line: line.at, reverse=True)


def take_back(turn: Turn, line: Line) -> Outcome | None:
    """Withdraw it; None where that cannot be done in words. Raises `Refused` when it is too late."""
    source = _source(line)
    if source.withdraw is None or not line.number.startswith(source.marked):
        return None
    return source.withdraw(replace(turn, case_no=line.number))


def filed_by(line: Line) -> str:
    return _source(line).flow or FILED_BY.get(line.topic) or FILED_BY.get(line.kind, "")


def leaving(turn: Turn, line: Line) -> Text | None:
    """What withdrawing would cost, where the flow that filed it knows."""
    return booking.leaving(replace(turn, case_no=line.number)) if line.kind == "housekeeping" else None


def _source(line: Line) -> Filed:
    return next((source for source in SOURCES if source.kind == line.kind), SOURCES[-1])


def short(number: str) -> Text:
    """A number for ears: its last four digits are enough (practice 37)."""
    return t("The one ending {digits}", digits=" ".join(number[-4:]))


def about(found: list[Line], kind: str | None) -> list[Line]:
    """Those of the kind that was asked for."""
    wanted = WIDER.get(kind or "", frozenset({kind}))
    return [line for line in found if kind is None or line.kind in wanted or line.topic in wanted]


def latest(turn: Turn, found: list[Line], *, running: bool = True) -> Line | None:
    """What was just filed or spoken of in this talk: "any news?" right after is about that."""
    recent = turn.conversation.recent
    number = recent.case_no if recent is not None else None
    return next((line for line in found if line.number == number and (line.open or not running)), None)


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
