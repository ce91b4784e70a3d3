"""A question that nobody here could answer, and words that found no place, go to people with what was filed."""

from __future__ import annotations

from backend.services import cases, targets
from bot.contract.flow import EARLIER, STANDS, UNANSWERED, Outcome, Turn
from bot.contract.text import Clock, Text, t
from flows.questions import desk

# What people work through, and read word for word; a place at a court or a card happens of itself.
READ = frozenset({"repair", "complaint", "affair", "request", "callback", "dispute"})


def passes_on(turn: Turn) -> Outcome:
    """In the case itself, which those who see to it read; of what is no case, as a request to the desk."""
    number, community = turn.case_no or "", turn.conversation.community
    asked, before = str(turn.values.get(UNANSWERED, "")), str(turn.values.get(EARLIER, ""))
    found = cases.by_number(turn.db, community.id, number)
    if found is not None and found.kind in READ:
        details = "; ".join(part for part in (found.details, before, asked) if part)
        cases.amend(turn.db, community.id, number, {"details": details}, turn.now)
        by = Clock(found.due_at.astimezone(turn.now.tzinfo)) if found.due_at is not None else None
        return Outcome(say=(_stands(number, by),) if asked else ())
    if not asked or STANDS in turn.values:
        return Outcome()
    due = targets.due(turn.db, community, "request", turn.now)
    filed = desk.file(turn, desk.case_of(turn, "request", "ask_policy", f"{number}: {asked}", due=due))
    say = t(
        "Your question went to the desk as {number}; our target for an answer is {by}.",
        spoken="Your question went to the desk; our target for an answer is {by}.",
        number=filed.number,
        by=Clock(due),
    )
    return Outcome(say=(say,))


def _stands(number: str, by: Clock | None) -> Text:
    """Who reads the question, and by when; of what has no clock only that it stands there."""
    if by is None:
        return t(
            "Your question stands in {number}: those who see to it read it.",
            spoken="Your question stands in it: those who see to it read it.",
            number=number,
        )
    return t(
        "Your question stands in {number}: those who see to it read it, our target for that is {by}.",
        spoken="Your question stands in it: those who see to it read it, our target for that is {by}.",
        number=number,
        by=by,
    )
