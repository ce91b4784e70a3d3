"""Something about a bill is doubted: filed as a case, reminders paused, in words that accuse nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backend.db import Record
from backend.services import cases, disputes, targets
from backend.services.cases import NewCase
from backend.services.disputes import Doubt
from bot.contract.flow import Outcome, Turn
from bot.contract.stored import dump_all
from bot.contract.text import Clock, Text, t
from bot.contract.understanding import Value
from flows.pay_fees.whose import NAME, Whose

# So likely it tells what is wrong.
SURELY = 0.6
DETAILS = {"amount": "amount doubted", "paid": "says it is paid", "twice": "says it was paid twice"}


def of_the_bill(turn: Turn) -> Mapping[str, Value]:
    """ "14 is too many, we use eight", where the wrong line is asked for: of the whole bill, in these words."""
    top = turn.conversation.top
    asked = top is not None and top.awaiting == "_line"
    return {"_line": "0"} if asked and turn.understanding.share("answer", "tells", "corrects") >= SURELY else {}


def file(turn: Turn, who: Whose, rows: Sequence[Record], reason: str, line: Record | None) -> Outcome:
    """One open case for one bill: said again, the same number is named."""
    keys = [row.id for row in rows]
    known = disputes.standing(turn.db, keys)
    if known is not None:
        say = t("That is being looked into already, as {number}. No reminder is sent meanwhile.", number=known)
        return Outcome(say=(say,), case_no=known, done=True)
    conversation = turn.conversation
    resident = conversation.resident
    due = targets.due(turn.db, conversation.community, "request", turn.now)
    said = turn.message.text.strip() if not turn.message.choice else ""
    parts = [DETAILS[reason], *([line.name] if line is not None else []), *([said] if said else [])]
    filed = cases.file(
        turn.db,
        NewCase(
            community=conversation.community.id,
            kind="dispute",
            category=NAME,
            location=who.label,
            details=": ".join(parts),
            household=who.home,
            resident=resident.id if resident else None,
            conversation=conversation.id,
            contact=resident.phone if resident else None,
            slots=dump_all({name: value for name, value in turn.values.items() if not name.startswith("_")}),
            due_at=due,
        ),
        turn.now,
    )
    number = filed.number
    doubt = Doubt(keys, reason, line.id if line is not None else None, conversation.id)
    disputes.begin(turn.db, conversation.community.id, number, doubt, turn.now)
    say = t(
        "{thanks} The desk looks into it and answers you by {by}; no reminder about it is sent meanwhile. Your number "
        "is {number}.",
        spoken="{thanks} The desk looks into it and answers you by {by}; no reminder about it is sent meanwhile. The "
        "last four digits of your number are {digits}.",
        thanks=THANKS[reason],
        by=Clock(due),
        number=number,
        digits=" ".join(number[-4:]),
    )
    return Outcome(say=(say,), case_no=number, done=True)


THANKS: dict[str, Text] = {
    "amount": t("Thank you for telling us."),
    "paid": t("Thank you, noted that you have paid."),
    "twice": t("I am sorry about that. What was paid too much is paid back or kept for you, as you like."),
}


def withdraw(turn: Turn) -> Outcome:
    number, community = turn.case_no or "", turn.conversation.community.id
    cases.withdraw(turn.db, community, number, turn.now, turn.real)
    return Outcome(say=(t("{number} is withdrawn.", number=number),))
