"""The same lift, lamp or public leak is one case: who reports it again is told what is known, and joins it."""

from __future__ import annotations

import re

from backend.services import cases, faults
from backend.services.faults import Known
from bot.contract.flow import Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Sayable, Text, t, tn
from bot.contract.understanding import Place
from flows.report_repair.visiting import scope_of

_PLAIN = re.compile(r"[\s\W_]+")
_GATE = re.compile(r"(\d+)\s*\u53f7\u95e8|\bgate\s*(?:no\.?\s*)?(\d+)\b")
_SIDES = {
    "east": r"\u4e1c\u95e8|\beast(ern)? gate\b",
    "south": r"\u5357\u95e8|\bsouth(ern)? gate\b",
    "west": r"\u897f\u95e8|\bwest(ern)? gate\b",
    "north": r"\u5317\u95e8|\bnorth(ern)? gate\b",
}
JOIN = "join"


def key(turn: Turn) -> str | None:
    """What reports of one fault have in common; None for what happens in a home, and for what may be several things."""
    place = turn.values.get("location")
    if turn.values.get("_own") or not isinstance(place, Place) or scope_of(turn) != "public":
        return None
    if turn.values.get("category") == "lift":
        return f"lift:{place.building.upper()}" if place.building else None
    fault = turn.values.get("_fault")
    if fault is None:
        return None
    if place.building:
        return f"{fault}:{place.building.upper()}-{place.unit or ''}"
    text = _gate(place.text) or _PLAIN.sub("", place.text).casefold()
    return f"{fault}:{text}"[:120] if text else None


def _gate(text: str) -> str | None:
    """ "Gate 3" is one place in whichever language it is told."""
    folded = text.casefold()
    numbered = _GATE.search(folded)
    if numbered is not None:
        return f"gate{numbered[1] or numbered[2]}"
    side = next((name for name, words in _SIDES.items() if re.search(words, folded)), None)
    return f"gate{side}" if side is not None else None


def known(turn: Turn) -> Outcome:
    """Before it is read back: somebody may have reported it."""
    found = look(turn) if turn.case_no is None else None
    if found is None:
        return Outcome()
    if found.mine:
        say = t("You have reported this already: {number}. It is still being worked on.", number=found.number)
        return Outcome(say=(say,), case_no=found.number, done=True, goto="end")
    question = t("Shall I put you on its list, so that you hear when it is fixed?")
    options = (Option(t("Yes"), f"{JOIN}=yes"), Option(t("No, this is something else"), f"{JOIN}=no"))
    return Outcome(say=tell(turn, found), ask=Ask(question, options), awaiting=JOIN, goto="joined")


def joined(turn: Turn) -> Outcome:
    if turn.case_no is not None or JOIN not in turn.values:
        return Outcome()
    if turn.values[JOIN] != "yes":
        return Outcome(set={"_own": "yes"})
    found = look(turn)
    if found is None:
        # It was fixed between question and answer: then this is a new report.
        return Outcome()
    join(turn, found)
    return Outcome(say=(on_the_list(found),), case_no=found.number, done=True, goto="end")


def look(turn: Turn) -> Known | None:
    common = key(turn)
    if common is None:
        return None
    return faults.known(turn.db, turn.conversation.community.id, common, turn.conversation.id)


def join(turn: Turn, found: Known, *, urgent: bool = False) -> None:
    resident = turn.conversation.resident
    words = str(turn.values.get("details") or turn.message.text)
    community, who = turn.conversation.community.id, resident.id if resident else None
    faults.join(turn.db, community, found, turn.conversation.id, who, words, turn.now, turn.real, urgent=urgent)


def merge(turn: Turn, found: Known) -> Outcome:
    """Filed before the place was known: the report goes over to the case that was there already."""
    mine = cases.by_number(turn.db, turn.conversation.community.id, turn.case_no or "")
    join(turn, found, urgent=True)
    if mine is not None:
        cases.move(turn.db, mine, "merged", "resident", found.number, turn.now, turn.real)
    return Outcome(say=(*tell(turn, found), on_the_list(found)), case_no=found.number, done=True, goto="end")


def tell(turn: Turn, found: Known) -> tuple[Sayable, ...]:
    """Since when, how many, by when; never who."""
    since = Clock(found.since.astimezone(turn.now.tzinfo))
    how_many = tn(
        "One neighbour has reported this already, first at {since}.",
        "{n} neighbours have reported this already, first at {since}.",
        found.others,
        since=since,
    )
    return (how_many, _when(turn, found)) if found.due is not None else (how_many,)


def _when(turn: Turn, found: Known) -> Text:
    due = (found.due or turn.now).astimezone(turn.now.tzinfo)
    if due < turn.now:
        return t("Our target was {by}. That has passed, and I am sorry; it is still being worked on.", by=Clock(due))
    return t("Our target is {by}.", by=Clock(due))


def on_the_list(found: Known) -> Text:
    return t(
        "You are on the list of {number} and hear from me when it is fixed.",
        spoken="You are on the list and hear from me when it is fixed. "
        "The last four digits of the number are {digits}.",
        number=found.number,
        digits=" ".join(found.number[-4:]),
    )


def ask_join(turn: Turn) -> Ask:
    return Ask(t("Shall I put you on its list, so that you hear when it is fixed?"))


SLOT = Slot(JOIN, SlotKind.CHOICE, t("Same fault"), ask_join, required=False, private=True)
