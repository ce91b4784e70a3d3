"""What a message asks or wishes for beside what was done of it: answered, or taken up, after that."""

from __future__ import annotations

from collections.abc import Iterable

from bot.contract.altered import altered
from bot.contract.flow import Book
from bot.contract.understanding import Understanding
from bot.engine.asked.questioned import files
from bot.engine.decision import Decision
from bot.engine.several.clause import Clause, Kind

# So surely something is asked for.
WANTS = 0.6
# What begins another matter by itself.
_BEGINS = frozenset({"start", "queue", "beside", "passed"})


def with_questions(decision: Decision, whole: Understanding, clauses: list[Clause], book: Book) -> Decision:
    """Something new is told in one story; what is asked behind it is answered too."""
    flow = book.flows.get(decision.flow or "")
    if decision.act != "start" or flow is None or not files(flow):
        return decision
    return altered(decision, after=left(decision, whole, clauses, topics=True))


def left(
    decision: Decision, whole: Understanding, clauses: Iterable[Clause], *, topics: bool = False
) -> tuple[Understanding, ...]:
    """What is asked and would get no answer; with `topics` only what surely asks."""
    answered = decision.act in ("fact", "consult") or (decision.act == "start" and _asks(whole))
    asked = [one.heard for one in clauses if one.kind is Kind.ASK or (topics and _asks(one.heard))]
    first = whole.extra.get("topic", "")
    if decision.act == "start":
        # What is looked up was asked by the same clause.
        asked = [heard for heard in asked if heard.intent != whole.intent or "topic" in heard.extra]
    if decision.act == "aside":
        return tuple(heard for heard in asked if _asks(heard))
    if answered:
        asked = [heard for heard in asked if heard.extra.get("topic", first) != first]
    return tuple(heard for heard in asked if not topics or _asks(heard))


def wished(decision: Decision, clauses: Iterable[Clause]) -> tuple[Understanding, ...]:
    """ "Yes, do a new one, and I also want one for my mum": what is asked for besides, and would be forgotten."""
    if decision.act in _BEGINS and decision.heard is None and decision.then is not None:
        return ()
    others = [one.heard for one in clauses if one.kind is Kind.OTHER and _wants(one.heard)]
    return tuple(others) if decision.act not in _BEGINS - {"start"} else ()


def _wants(heard: Understanding) -> bool:
    said = {"same_again", "also", "requests", "wants_it"} & set(heard.extra)
    return heard.share("wants") >= WANTS and bool(said)


def _asks(heard: Understanding) -> bool:
    return bool({"topic", "follow"} & set(heard.extra)) and bool({"question", "asks_back"} & set(heard.extra))
