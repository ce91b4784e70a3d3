"""Everything that the desk has written down, asked at once: the estate's answers, its rules, what is told of flows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backend.services import written
from backend.services.board import Item
from bot.contract.flow import Turn
from bot.contract.onfile import Written
from bot.contract.text import Text, t
from bot.engine.measure import is_brief
from flows.questions import desk, hours

GENERAL, POLICY, ANSWER = "general", "policy", "answer"
# Whose answers hold wherever they are asked; the others are looked at where their flow is meant.
_EVERYWHERE = frozenset({"pay_fees", "parking_help", "complain", "vote"})
# So much of the question must stand in the entry, and so much less in any other: then it plainly is what is asked.
SURE, LIKELY, NEARLY_ALL = 0.5, 0.4, 0.75
AHEAD, BARELY, FIRST = 0.08, 0.01, 0.05
# So many words, or Chinese characters, may be about what was just told.
WORDS, SIGNS = 9, 14
# So many of the best are compared.
ALIKE = 8
# A flow that the words may be about.
MAY_BE = 0.2
# Whom somebody else works for stands nowhere here.
_THEIRS = re.compile(
    "[\u4ed6\u5979]\u4eec?\u7684?(?:\u8001\u677f|\u516c\u53f8|\u7ecf\u7406|\u9886\u5bfc)"
    "|\\b(?:his|her|their) (?:boss|manager|employer|company|firm)\\b",
    re.IGNORECASE,
)
# What is told by the flow itself or worked out stands under its name.
DESK_HOURS = "desk_hours"


@dataclass(frozen=True, slots=True)
class Found:
    """kind: of which list it is; sure: it plainly is what was asked."""

    item: Item
    kind: str
    sure: bool
    score: float
    words: int


def entries(turn: Turn) -> list[tuple[str, Item]]:
    """All of it; of what belongs to one flow what the words may be about."""
    heard = turn.understanding
    guessed = {heard.intent, *(name for name, likely in heard.alternatives if likely >= MAY_BE)}
    # Where a day is told besides, the flow is begun with it and answers then.
    # In the middle of something nothing is told of what the words only resemble.
    top = turn.conversation.top
    amid = heard.entity("when") is not None or (top is not None and top.awaiting is not None)
    open_ = {top.flow} if top is not None and top.awaiting is not None else set()
    meant = (_EVERYWHERE & (guessed | open_)) if open_ else _EVERYWHERE | (set() if amid else guessed)
    general = [(GENERAL, item) for item in desk.items(turn, GENERAL)]
    rules = [(POLICY, item) for item in desk.items(turn, POLICY)]
    of_flows = [
        (ANSWER, item)
        for item in desk.items(turn, ANSWER)
        if _of(item) & meant and not {"as", "given", "within"} & item.data.keys()
    ]
    return general + rules + of_flows


def _of(item: Item) -> frozenset[str]:
    of = item.data.get("of", ())
    return frozenset((of,) if isinstance(of, str) else of)


def find(turn: Turn, question: str) -> Found | None:
    """The whole of it first; else the one part of it that asks for something; else, of a few words, what they are
    about taken from what was asked just before."""
    every = entries(turn)
    if _THEIRS.search(question):
        return None
    whole = best(question, every)
    if whole is not None and whole.sure:
        return whole
    parts = [part for clause in turn.understanding.clauses if (part := best(clause.said, every)) is not None]
    sure = {part.item.key: part for part in parts if part.sure and part.words > 1 and part.score >= NEARLY_ALL}
    if len(sure) == 1:
        return next(iter(sure.values()))
    also = _spoken_of(turn, every) if is_brief(question, WORDS, SIGNS) else frozenset()
    further = best(question, every, also) if also else None
    asks = (
        further is not None
        and further.sure
        and further.words > len(also & written.words_of(_words(further.item)).keys())
    )
    return further if asks else whole


def _spoken_of(turn: Turn, every: list[tuple[str, Item]]) -> frozenset[str]:
    """The thing that the answer just told was about: "and may it use the lift?", of a dog."""
    told = turn.conversation.told
    matter = told.slots.get("matter") if told is not None else None
    item = next((item for _, item in every if item.key == matter), None)
    asked = str(told.slots.get("_asked", "")) if told is not None else ""
    if item is None:
        return frozenset()
    return written.things_of(asked, _words(item))


def best(question: str, every: list[tuple[str, Item]], also: frozenset[str] = frozenset()) -> Found | None:
    """The one entry that the question asks for; None where nothing does or several do alike."""
    found = written.found(question, [_words(item) for _, item in every], also)
    ranked = [hit for hit in found if not hit.astray][:ALIKE]
    if not ranked or ranked[0].share < LIKELY:
        return None
    first = max(ranked, key=lambda hit: hit.share + (FIRST if every[hit.at][1].data.get("first") else 0))
    clear = all(_ahead(first, hit, every) for hit in ranked if hit is not first)
    kind, item = every[first.at]
    least = SURE if first.words > 1 else NEARLY_ALL
    sure = clear and (first.share >= least or first.all_named)
    return Found(item, kind, sure, first.share, first.words)


def _ahead(first: written.Hit, other: written.Hit, every: list[tuple[str, Item]]) -> bool:
    """Far enough before the next; where both hold nearly all of it, in several words, a little will do; and of a thing
    alone ("are dogs allowed?") the entry that is marked as the first to be told."""
    if every[first.at][1].data.get("first") and first.words == 1:
        return first.share >= other.share - FIRST
    few = (first.words > 1 or first.rare <= 2) and first.share >= NEARLY_ALL
    return first.share - other.share >= (BARELY if few else AHEAD)


def _words(item: Item) -> str:
    return desk.words(item) if "title" in item.data else str(item.data["words"])


def told(turn: Turn, found: Found) -> Text:
    """In one breath, with its title where it is a rule."""
    item = found.item
    if item.key == DESK_HOURS:
        first, urgent = hours.told(turn)
        return t("{first} {rest}", context="answer", first=first, rest=urgent)
    answer = desk.said(turn, item, "answer")
    if found.kind == POLICY:
        return t("{title}: {answer}", title=desk.said(turn, item), answer=answer)
    return t("{name}", name=answer)


def known(turn: Turn) -> Written | None:
    found = find(turn, turn.message.text)
    return None if found is None else Written(told(turn, found), found.sure, share=found.score)
