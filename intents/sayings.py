"""A message cut where a person would pause for something else: a value, a correction, a question, a word for those
who come; what tells one story stays whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.contract.understanding import Danger, Understanding
from intents.classifier import OUT_OF_SCOPE, SOS
from intents.clauses import SAID, Read
from intents.normalise import simplify
from intents.patterns import later

LONGEST = 300
# So many sayings a message may hold, and so many pieces are read to find them; more of them are a story.
MOST, PIECES = 7, 8
_ENDS, _BESIDES, _LEADS, _PAUSES = (
    later(SAID[name], re.IGNORECASE) for name in ("ends", "besides", "besides_lead", "pauses")
)
_EDGES = " ,，。.;；、\n\t"
_NOTES = frozenset({"wish", "note", "secret", "mind", "condition", "guard", "anytime"})
_PUTS = frozenset({"instead", "right", "rather"})
# A kind of matter and a place belong to the story.
# What only tells; so much of it at least, to be more than a word of manner.
TELLS, LIGHT = "tells", 8
_WHOLE = frozenset({"when", "phone", "plate"})
_OF_A_STORY = frozenset({"category", "location", "visitor_name"})


def told_apart(whole: Understanding, text: str, read: Read) -> Understanding:
    """The same, with each saying by itself as its `clauses`; without them where it says but one thing."""
    if whole.danger is Danger.ALERT or len(text) > LONGEST:
        return whole
    same = whole.said in ("", None, text)
    # "Between 2 and 4": what is one value is not cut in two.
    held = [(one.start, one.end) for one in whole.entities if one.name in _WHOLE] if same else []
    pieces = [piece for part in _pieces(text, held) for piece in _finer(part, read)]
    if not 1 < len(pieces) <= MOST:
        return whole
    heard = [_heard(piece, kind, read) for piece, kind in pieces]
    # A cry that stands among other things is heard in the whole, or not at all.
    if any(one.danger is Danger.ALERT for one in heard):
        return whole
    return replace(whole, clauses=tuple(map(_calm, heard)))


def _calm(heard: Understanding) -> Understanding:
    """Danger is judged in the whole message: a part of it is no cry, and asks for none to be looked for."""
    lost = heard.intent == SOS
    intent = OUT_OF_SCOPE if lost else heard.intent
    return replace(heard, danger=Danger.NONE, intent=intent, confidence=0.5 if lost else heard.confidence)


def _heard(piece: str, kind: str, read: Read) -> Understanding:
    """ "I am at work tomorrow", between two pauses: told, and no act of its own."""
    heard = read(piece)
    extra = {"tells": "yes"} if kind == TELLS else {}
    return replace(heard, said=piece, extra={**heard.extra, **extra, "part": "yes"})


def _pieces(text: str, held: list[tuple[int, int]]) -> Iterator[str]:
    """Where a sentence ends, and before words that announce something else; never in the middle of what is held."""
    start = 0
    marks = {mark.span() for pattern in (_ENDS, _BESIDES) for mark in pattern.finditer(simplify(text))}
    spans = {(at, end) for at, end in marks if not any(first < at and end < last for first, last in held)}
    for at, end in (*sorted(spans), (len(text), len(text))):
        piece = _bare(text[start:at])
        if at >= start and piece:
            yield piece
            start = end


def _bare(piece: str) -> str:
    """Without what only leads on to it; empty where nothing is left."""
    said = _LEADS.sub("", piece).strip(_EDGES)
    return said if any(map(str.isalnum, said)) else ""


def _finer(piece: str, read: Read) -> list[tuple[str, str]]:
    """At a pause, where another kind of saying begins after it, each with its kind; what puts right in one breath stays
    one, but for what "and" joins to it."""
    marks = list(_PAUSES.finditer(piece))
    whole = _kind(read(piece))
    if not marks or len(marks) >= PIECES or (whole == TELLS and "asks_back" not in read(piece).extra):
        return [(piece, "")]
    starts, ends = [0, *(mark.end() for mark in marks)], [*(mark.start() for mark in marks), len(piece)]
    joins = [True, *(mark.group().isspace() or "," in mark.group() or "，" in mark.group() for mark in marks)]
    groups: list[tuple[int, int, str]] = []
    for start, end, loose in zip(starts, ends, joins, strict=True):
        kind, (first, last, before) = _kind(read(piece[start:end])), groups[-1] if groups else (start, end, "")
        of_one = whole == "puts" and loose and "asks" not in (kind, before)
        light = TELLS in (kind, before) and weight_of(piece[start:end] if kind == TELLS else piece[first:last]) < LIGHT
        apart = kind == before == "asks" and _both_ask(read, piece[first:last], piece[start:end])
        if groups and ((kind == before and not apart) or of_one or light):
            groups[-1] = (first, end, before if kind == TELLS else kind)
        else:
            groups.append((start, end, kind))
    return [(part, kind) for start, end, kind in groups if (part := _bare(piece[start:end]))]


def _both_ask(read: Read, one: str, other: str) -> bool:
    """ "How many does it seat, is there a projector": two questions, each to be answered."""
    return all(weight_of(part) >= LIGHT and "inquires" in read(part).extra for part in (one, other))


def weight_of(text: str) -> int:
    """A Chinese character says as much as two letters."""
    return sum(1 if char.isascii() else 2 for char in text.strip())


def _kind(heard: Understanding) -> str:
    """What kind of saying it is most of all; a question that names a time asks for that time."""
    extra = set(heard.extra)
    valued = any(entity.value is not None and entity.name not in _OF_A_STORY for entity in heard.entities)
    if {"asks_back", "question"} & extra and "requests" not in extra and not valued:
        return "asks"
    if _PUTS & extra or heard.intent == "correct":
        return "puts"
    return "value" if valued else "note" if _NOTES & extra else TELLS
