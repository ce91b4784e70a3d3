"""What the desk sees to for a home: a move, something carried up, a space lent, a charger, a charge looked into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from backend.services import cases, targets
from bot.contract.errors import Refused
from bot.contract.flow import Do, Fill, Flow, Outcome, ReadBack, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Param, Sayable, Summary, Text, t
from bot.contract.understanding import Understanding, Value, When
from flows.questions import desk, looked_up, moving, when
from flows.questions.place import home_of

NAME = "arrange_errand"
ANSWER = targets.DAY


# Before a time that ends something: "on a trip until Sunday".
_UNTIL = re.compile(
    r"\b(?:away|trip|out|back)\b[^,.;]{0,12}\b(?:un)?till?\s*(?:on )?$|\bback(?: on)?\s*$"
    r"|(?:\u51fa\u5dee|\u5916\u5730|\u4e0d\u5728)[^\uff0c\u3002,.]{0,6}\u5230$",
    re.IGNORECASE,
)


_FROM = re.compile(r"(?:\bfrom(?: the)?|\u4ece|\u81ea)$", re.IGNORECASE)
_TO = re.compile(r"(?:\b(?:to|till|until)(?: the)?|\u5230|\u81f3)$|(?:to|till|until)\b", re.IGNORECASE)


class Errand(NamedTuple):
    """title: its name; category: of the case; timed: whether it needs a day; promise: what the desk does with it."""

    title: Text
    category: str
    timed: bool
    promise: Text


_MOVE = t("The desk sees to the lift and to letting the removal van in, and tells you what else is needed.")
ERRANDS: Mapping[str, Errand] = {
    "move_out": Errand(t("Moving out"), "moving_out", True, _MOVE),
    "move_in": Errand(t("Moving in"), "moving_in", True, _MOVE),
    "lift": Errand(t("The lift kept for large things"), "lift", True, _MOVE),
    "carry": Errand(
        t("Something carried up to the door"),
        "carry_up",
        True,
        t("The desk tells you who brings it, and whether it costs anything, before anybody comes."),
    ),
    "lend": Errand(
        t("A parking space lent to others"),
        "lend_space",
        True,
        t("The desk tells you whether and on which terms it can be done; nothing is agreed before you say yes."),
    ),
    "card": Errand(
        t("One more access card"),
        "access_card",
        False,
        t("Cards are made at the front desk while you wait; bring your ID card, and that of whoever it is for."),
    ),
    "charged": Errand(
        t("A charge to be looked into"),
        "charge_dispute",
        False,
        t("The desk looks up what the barrier or the charger has recorded and tells you whether something comes back."),
    ),
    "charger": Errand(
        t("A charger of one's own"),
        "own_charger",
        False,
        t("The desk tells you which papers it needs and how it goes on."),
    ),
    "other": Errand(
        t("Something else"),
        "other",
        False,
        t("The desk tells you whether it can be done and what it needs for it; nothing is charged before you agree."),
    ),
}


# What people ask about before they wish for it.
ASKED_OF = frozenset({"move_out", "move_in", "lift", "charger"})


def _name(turn: Turn) -> str:
    return str(turn.values.get("errand") or turn.understanding.extra.get("errand", ""))


def _errand(turn: Turn) -> Errand | None:
    return ERRANDS.get(_name(turn))


def absorb(turn: Turn) -> Mapping[str, Value]:
    """The words that opened it tell the matter."""
    known, said = turn.values, turn.message.text.strip()
    hour = moving.hour(turn) if str(_name(turn)).startswith("move") else {}
    if turn.message.choice or not said or {"details"} & ({*known} | turn.changed):
        return hour
    return {**hour, "details": desk.matter(turn)}


def tell(turn: Turn) -> Outcome:
    """Whoever only asks how it goes is answered and offered to have it arranged."""
    if "_wanted" in turn.values:
        return Outcome() if turn.values["_wanted"] == "yes" else Outcome(done=True, goto="end")
    asks = bool({"question", "asks_back"} & set(turn.understanding.extra))
    only = asks and "requests" not in turn.understanding.extra and turn.values.get("errand") in ASKED_OF
    told = _looked_up(turn) if asks and _name(turn) in ASKED_OF else None
    if told is None or not only:
        return Outcome(say=told or ())
    return Outcome(say=told, ask=ask_wanted(turn), awaiting="_wanted", goto="tell", answered=True, lingers=True)


def _looked_up(turn: Turn) -> tuple[Sayable, ...] | None:
    """What the answer base tells of the question, where it is told beside a story too."""
    asking = " ".join(part.said for part in turn.understanding.clauses if {"asks_back", "question"} & set(part.extra))
    return looked_up.likeliest(turn) or (
        looked_up.likeliest(replace(turn, message=replace(turn.message, text=asking))) if asking else None
    )


def ask_errand(turn: Turn) -> Ask:
    options = tuple(Option(one.title, f"errand={name}") for name, one in ERRANDS.items())
    return Ask(t("What shall the desk see to?"), options)


def ask_wanted(turn: Turn) -> Ask:
    yes, no = Option(t("Yes"), "_wanted=yes"), Option(t("No"), "_wanted=no")
    return Ask(t("Shall I put it down with the desk for you?"), (yes, no))


def ask_when(turn: Turn) -> Ask:
    return Ask(t("For which day and hour? For example “the 29th at 8 am”."), (), when.KEYED)


def when_needed(turn: Turn) -> bool:
    errand = _errand(turn)
    return errand is not None and errand.timed and "when" not in turn.values


def _end(when: When) -> Param:
    """An hour of that day, or another day."""
    end = when.end or when.start
    same = isinstance(end, datetime) and isinstance(when.start, datetime) and end.date() == when.start.date()
    return Clock(end, bare=True) if same and isinstance(end, datetime) else When(end)


def _stretch(turn: Turn, value: Value) -> Value:
    """From when to when it is lent: "but from the 6th", "to the 19th" change one end of what stands."""
    known, text = turn.values.get("when"), turn.message.text
    start = known.start if isinstance(known, When) else None
    end = known.end if isinstance(known, When) else None
    for said in turn.understanding.entities:
        if said.name != "when" or not isinstance(said.value, When):
            continue
        before = text[: said.start].rstrip()
        if _FROM.search(before):
            start = said.value.start
        elif _TO.search(before) or (_TO.match(said.text) and start is not None):
            end = said.value.start
    if not isinstance(known, When) or start is None or (start, end) == (known.start, known.end):
        return value
    return When(start, end)


def check_when(turn: Turn, value: Value) -> Value:
    """A day that is still to come; "I am away until Sunday" tells until when something else lasts."""
    if _name(turn) == "lend":
        return _stretch(turn, value)
    value = moving.early(turn, value) if str(_name(turn)).startswith("move") else value
    said = turn.understanding.entity("when")
    if said is not None and _UNTIL.search(turn.message.text, 0, max(0, said.start)):
        raise Refused("the end of something", t("For which day and hour? For example “the 29th at 8 am”."))
    errand = _errand(turn)
    if isinstance(value, When) and (errand is None or errand.timed):
        last = value.end or value.start
        day = last.date() if isinstance(last, datetime) else last
        if day < turn.now.date():
            raise Refused("a day that is over", t("That day is over. For which day shall it be?"))
    return value


def ask_details(turn: Turn) -> Ask:
    return Ask(t("What should those who see to it know?"))


def ask_plate(turn: Turn) -> Ask:
    return Ask(t("What is the number plate? You can also skip this and tell the guard."))


def ask_contact(turn: Turn) -> Ask:
    return Ask(t("Which number shall they ring?"))


def summary(turn: Turn) -> Summary:
    values, errand, home = turn.values, _errand(turn), home_of(turn)
    rows: list[tuple[Text, Param]] = [(t("What"), errand.title if errand is not None else t("Something else"))]
    timed = errand is None or errand.timed
    wished = values.get("when") if timed else None
    if isinstance(wished, When):
        rows.append((t("Time"), When(wished.start, part=wished.part)))
        rows.extend([(t("Until"), _end(wished))] if wished.end is not None else [])
    rows.extend([(t("Place"), home)] if home is not None else [])
    rows.extend([(t("Number plate"), values["plate"])] if "plate" in values else [])
    rows.extend([(t("Phone"), values["contact"])] if "contact" in values else [])
    rows.extend([(t("Your words"), values["details"])] if "details" in values else [])
    return Summary(t("For the desk to see to"), tuple(rows))


def file(turn: Turn) -> Outcome:
    errand = _errand(turn) or ERRANDS["carry"]
    if not errand.timed:
        # A time in the story is none that is wished for.
        turn = replace(turn, values={name: value for name, value in turn.values.items() if name != "when"})
    due = targets.worked(turn.db, turn.conversation.community.id, turn.now, ANSWER)
    wished = turn.values.get("when")
    new = desk.case_of(
        turn,
        "request",
        errand.category,
        str(turn.values.get("details", "")),
        due=due,
        contact=str(turn.values["contact"]) if "contact" in turn.values else None,
        wish=str(wished) if wished is not None else None,
    )
    filed = desk.file(turn, new)
    say = t(
        "Passed to the desk. {told} You hear from them by {by}.", told=desk.number_told(filed.number), by=Clock(due)
    )
    return Outcome(say=(say, errand.promise), case_no=filed.number, done=True)


def amend(turn: Turn) -> Outcome:
    number = turn.case_no or ""
    wished = turn.values.get("when")
    changes: dict[str, object] = {"details": str(turn.values.get("details", "")), "slots": desk.kept(turn)}
    changes |= {"wish": str(wished)} if wished is not None else {}
    cases.amend(turn.db, turn.conversation.community.id, number, changes, turn.now)
    return Outcome(say=(t("Changed. {number} now says so.", number=number),))


def answer(turn: Turn) -> Text | None:
    """What it costs the desk says; when they answer stands with the case."""
    if turn.understanding.extra.get("topic") == "price" and _name(turn) not in ("card", "charged"):
        return t("The desk tells you the price with its answer; nothing is charged before you agree.")
    return desk.by_when(turn)


def with_the_lift(slots: Mapping[str, Value], heard: Understanding) -> bool:
    """ "A wardrobe has to go down, the lift must be booked, right?", where a pass was begun for who carries."""
    return heard.extra.get("errand") in ("lift", "move_out", "move_in") and "plate" not in slots


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Something for the desk to see to", spoken="something for the desk"),
    intents=(),
    slots=(
        Slot("errand", SlotKind.CHOICE, t("Kind"), ask_errand, private=True, cue="errand"),
        Slot("_wanted", SlotKind.CHOICE, t("Wish"), ask_wanted, required=False, private=True, yes="yes"),
        Slot("when", SlotKind.WHEN, t("Time"), ask_when, check_when, needed=when_needed),
        Slot("plate", SlotKind.TEXT, t("Number plate"), ask_plate, required=False),
        Slot("contact", SlotKind.PHONE, t("Phone"), ask_contact, required=False, entity="phone"),
        Slot("details", SlotKind.TEXT, t("What"), ask_details, required=False, gist=True),
    ),
    steps=(
        Fill("what", ("errand",)),
        Do("tell", tell),
        Fill("which", ("when",)),
        ReadBack("read_back", summary, t("Shall I pass it to the desk?")),
        Do("file", file),
        Do("end", desk.end),
    ),
    absorb=absorb,
    renamed=moving.renamed,
    amend=amend,
    withdraw=desk.withdraw,
    answer=answer,
    more=desk.more,
    cues=("errand",),
    story=True,
    takes_over={"register_visitor": with_the_lift, "order_meal": with_the_lift},
    any_wish={"errand": "other"},
)
