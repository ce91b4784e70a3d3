"""Two wishes in one sentence: where it may be cut, and when the halves really are two; in doubt it is one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

import yaml

from bot.contract.understanding import Danger, Understanding
from intents.entities.places import rooms_in
from intents.normalise import simplify
from intents.patterns import later
from intents.sentences import LOADER

FILE = Path(__file__).resolve().parent / "cues" / "clauses.yml"
SAID: dict[str, str] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
_ANNOUNCED, _ANNOUNCER, _PAUSE, _WISH, _COUNTED = (
    later(SAID[name], re.IGNORECASE) for name in ("announced", "announcer", "pause", "wish", "counted")
)
# Kinds of help at the desk that are often two sides of one matter: named apart only where the second is announced.
_ONE_MATTER = (
    frozenset({"report_repair", "complain", "ask_notice", "check_progress"}),
    frozenset({"pay_fees", "complain", "ask_policy", "check_progress"}),
    frozenset({"parking_help", "complain", "register_visitor"}),
    frozenset({"lost_card", "ask_policy", "report_repair"}),
    frozenset({"book_clinic", "ask_policy"}),
)
SERVICES = frozenset(
    {"report_repair", "book_housekeeping", "register_visitor", "pay_fees", "book_clinic", "book_venue", "order_meal"}
    | {"lost_card", "parking_help", "complain", "ask_notice", "check_progress", "ask_policy", "vote"}
)
# A time, a place or a number belongs to whatever stands beside it.
_OF_ANYTHING = frozenset({"when", "location", "phone", "amount", "people", "case_no", "period"})
# A short act of talk may come before a wish: "yes, and I also need a cleaner", "forget it, rather book a cleaner".
TALK = frozenset({"affirm", "cancel"})
# What shows a matter, however unsure it is which.
_TELLS = frozenset({"dirty", "grievance", "matter", "fault", "urgent"})
# What is told, one case for each.
_TOLD = frozenset({"report_repair", "complain"})
# Who asks for a person besides gets one, and keeps what they told.
PLEAS = frozenset({"ask_human"})
LIKELY, FAIRLY, SURE, CERTAIN = 0.6, 0.7, 0.8, 0.9
LONGEST = 240
BRIEFEST = 2
# So many cuts are tried; it bounds what a message full of commas can cost.
MOST = 6
# What joined the halves, left over at the end of the first.
_LEFT = later(r"[\s,]+(and|plus|oh|then)$", re.IGNORECASE)
_STOPS = " ,，。.;；!！、\n"
# What something came to.
_NOW = later(r"(now|ever since|since then)\b|\u73b0\u5728|\u7ed3\u679c|\u8fd9\u4e0b|\u8fd9\u4f1a\u513f", re.IGNORECASE)
_OF_A_SERVICE = frozenset({"service"})
Read = Callable[[str], Understanding]
# What the classifier alone thinks of a part, best first; half as dear as a reading.
Near = Callable[[str], tuple[tuple[str, float], ...]]


def parted(whole: Understanding, text: str, read: Read, near: Near) -> Understanding:
    """The understanding of the first wish with the others as its `rest`; `whole` where there is but one."""
    if whole.danger is not Danger.NONE or len(text) > LONGEST:
        return whole
    counted = _COUNTED.match(text)
    text = text[counted.end() :] if counted is not None else text
    for first, second, marked in islice(chain(_agreed(text, whole), _cuts(text)), MOST):
        announced = marked or counted is not None
        # Announced, and a wish in so many words: a little less sure will do.
        least = FAIRLY if announced and _WISH.search(simplify(second)) else SURE
        if not _may_be_wish(near(second), least if announced else CERTAIN):
            continue
        right = read(second)
        if right.intent not in SERVICES | PLEAS or right.confidence < least:
            continue  # most cuts end here, before the other half is read
        left = read(first)
        if not announced and _came_of_it(left, right, second):
            told = tuple(one for one in whole.entities if one.name not in _OF_A_SERVICE)
            return replace(whole, intent=right.intent, confidence=right.confidence, entities=told)
        if left.extra.get("utility") and right.intent == "pay_fees":
            continue  # "and the parking, can I pay two months of that": what it is about, told first
        if (counted is not None and _both(left, right)) or _two(left, right, first, second, announced):
            return replace(left, said=first, rest=parted(replace(right, said=second), second, read, near))
    return whole


def _came_of_it(left: Understanding, right: Understanding, second: str) -> bool:
    """ "We moved the machine out to clean, and now the floor gets wet": how it came about, and one fault."""
    if right.intent != "report_repair" or not _NOW.match(simplify(second)) or _WISH.search(simplify(left.said)):
        return False
    return not {"requests", "question", "asks_back", "urgent"} & left.extra.keys()


def _both(left: Understanding, right: Understanding) -> bool:
    """ "Two things: the window does not shut, and the bell is dead": two were announced, and these are of one kind."""
    calm = left.danger is Danger.NONE and right.danger is Danger.NONE
    alike = left.intent == right.intent and right.intent in _TOLD
    return calm and alike and left.confidence >= LIKELY and not {"urgent", "bare"} & {*left.extra, *right.extra}


def _may_be_wish(ranking: tuple[tuple[str, float], ...], least: float) -> bool:
    """Whether a reading could come to a service this sure: what else it hears in a part makes a guess less sure."""
    return any(score >= least and name in SERVICES | PLEAS for name, score in ranking)


def _agreed(text: str, whole: Understanding) -> Iterator[tuple[str, str, bool]]:
    """ "All right, and my last complaint?": a yes, and something else that is asked."""
    assent = whole.extra.get("assent", "").strip()
    rest = text.strip()[len(assent) :].lstrip(_STOPS)
    if whole.intent == "affirm" and assent and "asks_back" in whole.extra and len(rest) >= BRIEFEST:
        yield assent, _ANNOUNCER.sub("", rest).strip(_STOPS), True


def _cuts(text: str) -> Iterator[tuple[str, str, bool]]:
    """Where it may be cut; what is announced is tried first, and loses the word that only announced it."""
    for pattern, announced in ((_ANNOUNCED, True), (_PAUSE, False)):
        for mark in pattern.finditer(simplify(text)):
            first, second = text[: mark.start()].strip(), text[mark.end() if mark.group().isascii() else mark.start() :]
            first, second = _LEFT.sub("", _ANNOUNCER.sub("", first)), _ANNOUNCER.sub("", second).strip(_STOPS)
            if len(first) >= BRIEFEST and len(second) >= BRIEFEST:
                yield first, second, announced


def _two_faults(left: Understanding, right: Understanding, first: str, second: str, announced: bool) -> bool:
    """ "The kitchen tap drips and the hall light is out": two trades, each with a fault and a place of its own, or the
    second announced; nothing that cannot wait, and no cause told beside what it does."""
    if (
        left.intent != "report_repair"
        or left.confidence < (LIKELY if announced else SURE)
        or {"urgent", "bare"} & {*left.extra, *right.extra}
    ):
        return False
    trades = [{str(e.value) for e in half.entities if e.name == "category"} for half in (left, right)]
    if any(len(trade) != 1 or trade == {"other"} for trade in trades) or trades[0] == trades[1]:
        return False
    rooms = [rooms_in(part) for part in (first, second)]
    return announced or (all(rooms) and rooms[0].isdisjoint(rooms[1]))


def _two(left: Understanding, right: Understanding, first: str, second: str, announced: bool) -> bool:
    """Whether the halves are two wishes, each clear by itself."""
    if left.danger is not Danger.NONE or right.danger is not Danger.NONE:
        return False
    if {"pointing", "topic", "asks_back"} <= right.extra.keys():
        return False  # "do I have to pay for that?" asks of what stands before it
    if right.intent in PLEAS:
        tells = left.intent in SERVICES and (left.confidence >= LIKELY or bool(_TELLS & left.extra.keys()))
        # What stands between belongs to the matter.
        return right.confidence >= SURE and tells and _PAUSE.search(second) is None
    if left.intent == right.intent:
        return _two_faults(left, right, first, second, announced)
    if left.confidence < LIKELY or (left.intent not in SERVICES and left.intent not in TALK):
        return False
    if announced:
        return True
    if any({left.intent, right.intent} <= matter for matter in _ONE_MATTER):
        return False
    if left.confidence < SURE or right.confidence < CERTAIN:
        return False
    wished = _WISH.search(simplify(second)) is not None
    return wished or any(entity.name not in _OF_ANYTHING for entity in right.entities)
