"""A paper, a stamp or a registration from the counter: what it is, what for and for whom, and when it is fetched."""

from __future__ import annotations

from collections.abc import Mapping

from backend.services import board, cases, retrieval, targets
from backend.services.board import Item
from bot.contract.flow import Do, Fill, Flow, Outcome, ReadBack, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Param, Summary, Text, t
from bot.contract.understanding import Value, When
from flows.questions import desk
from flows.questions.hours import titled
from flows.questions.when import check_ahead

NAME = "apply_affair"
HALL = "hall"
# What is no entry of the answer base has this name on the board.
PAPER = "paper"
# A sentence of many must name the entry this well.
ENOUGH = 0.4
# So many are offered by name.
OFFERED = 8


def _items(turn: Turn) -> list[Item]:
    return [item for item in desk.items(turn, "policy") if item.data.get("papers")]


def _item(turn: Turn) -> Item | None:
    return next((item for item in _items(turn) if item.key == turn.values.get("matter")), None)


def absorb(turn: Turn) -> Mapping[str, Value]:
    """All the words that tell it, and which of the counter's matters it is: by its name, else the one just told of."""
    said, known = turn.message.text, {*turn.values, *turn.changed}
    if turn.message.choice and "details" in turn.changed and any(i.key == turn.values["details"] for i in _items(turn)):
        return {"matter": turn.values["details"]}  # by its key
    if not said or turn.message.choice or "details" in known:
        return {}
    found: dict[str, Value] = {"details": desk.matter(turn)}
    items = _items(turn)
    best = retrieval.rank(said, [desk.words(one) for one in items], ENOUGH)
    item = _registered(turn) or titled(items, said) or (items[best[0][0]] if best else None)
    told = turn.conversation.told
    if "matter" not in known and item is not None:
        found["matter"] = item.key
    elif "matter" not in known and told is not None and "matter" in told.slots:
        found["matter"] = told.slots["matter"]
    return found


def _registered(turn: Turn) -> Item | None:
    """What the words ask to have registered, where they name no paper."""
    return next((item for item in _items(turn) if item.key == turn.understanding.extra.get("wants_paper")), None)


def tell(turn: Turn) -> Outcome:
    """Who has somebody staying hears by when they must be registered, before it is read back."""
    item = _registered(turn)
    if item is None or "_told" in turn.values:
        return Outcome()
    told = t("{title}: {answer}", title=desk.said(turn, item), answer=desk.said(turn, item, "answer"))
    return Outcome(say=(told,), set={"_told": "yes"})


def check_day(turn: Turn, value: Value) -> Value:
    """ "My tenant moves in on Sunday, please register him": the day of that, and not when anybody comes for it."""
    return "" if _registered(turn) is not None else check_ahead(turn, value)


def ask_details(turn: Turn) -> Ask:
    options = tuple(Option(desk.named(turn, item), f"details={item.key}") for item in _items(turn)[:OFFERED])
    return Ask(t("Which paper or registration is it, what is it for, and for whom?"), options)


def ask_when(turn: Turn) -> Ask:
    any_day = Option(t("Any day", spoken="any day"), "skip")
    return Ask(t("On which day would you like to come for it?"), (any_day,))


def _hall(turn: Turn) -> Item | None:
    return board.one(turn.db, turn.conversation.community.id, "office", HALL)


def _hours(turn: Turn) -> Text | None:
    hall = _hall(turn)
    if hall is None:
        return None
    return t("{place}: {hours}.", place=desk.said(turn, hall), hours=desk.said(turn, hall, "hours"))


def summary(turn: Turn) -> Summary:
    item, when, hours = _item(turn), turn.values.get("when"), _hours(turn)
    rows: list[tuple[Text, Param]] = []
    if item is not None:
        rows.append((t("Affair"), desk.said(turn, item)))
    if item is None or turn.values.get("details") != item.key:
        rows.append((t("Your words"), str(turn.values.get("details", ""))))
    if isinstance(when, When):
        rows.append((t("You come"), when))
    if hours is not None:
        rows.append((t("Counter"), hours))
    if item is not None:
        rows.append((t("To bring"), desk.said(turn, item, "papers").rstrip(".\u3002")))
    return Summary(t("Application"), tuple(rows), (0, 1))


def file(turn: Turn) -> Outcome:
    item, when = _item(turn), turn.values.get("when")
    due = targets.due(turn.db, turn.conversation.community, "request", turn.now)
    category = item.key if item is not None else PAPER
    details = str(turn.values.get("details", ""))
    wish = when.start.isoformat() if isinstance(when, When) else None
    filed = desk.file(turn, desk.case_of(turn, "affair", category, details, due=due, wish=wish))
    say = t(
        "Passed on to the counter. {told} They tell you by {by} whether anything is missing and when it is ready.",
        told=desk.number_told(filed.number),
        by=Clock(due),
    )
    return Outcome(say=(say,), case_no=filed.number, done=True)


def amend(turn: Turn) -> Outcome:
    number, when = turn.case_no or "", turn.values.get("when")
    changes: dict[str, object] = {"details": str(turn.values.get("details", "")), "slots": desk.kept(turn)}
    if isinstance(when, When):
        changes["wish"] = when.start.isoformat()
    cases.amend(turn.db, turn.conversation.community.id, number, changes, turn.now)
    return Outcome(say=(t("Changed. {number} now says so.", number=number),))


def answer(turn: Turn) -> Text | None:
    """From the entry of the answer base and the counter's hours; what stands in neither nobody here knows."""
    extra, item = turn.understanding.extra, _item(turn)
    if not {"question", "asks_back", "inquires"} & set(extra):
        return None  # "the child must be on the paper" asks for no papers
    kinds = {extra.get("follow", ""), extra.get("topic", "")}
    if {"hours", "where", "openings"} & kinds or {"opening", "desk_open", "you_open"} & set(extra):
        return _hours(turn)
    if "proxy" in kinds:
        unknown = t(
            "Whether somebody else may fetch it is not in what I have, and I will not guess; the counter knows."
        )
        hours = _hours(turn)
        return t("{note} {told}", note=unknown, told=hours) if hours is not None else unknown
    if item is None:
        return desk.by_when(turn) if turn.case_no is not None else None
    if "papers" in kinds:
        return t("Bring: {papers}.", papers=desk.said(turn, item, "papers"))
    if {"price", "duration", "arrival", "next"} & kinds:
        told = t("{title}: {answer}", title=desk.said(turn, item), answer=desk.said(turn, item, "answer"))
        by = desk.by_when(turn) if turn.case_no is not None else None
        return t("{note} {told}", note=told, told=by) if by is not None else told
    return None


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("A paper or registration", spoken="a paper"),
    intents=(),
    slots=(
        Slot("details", SlotKind.TEXT, t("Your words"), ask_details, gist=True),
        Slot("when", SlotKind.WHEN, t("You come"), ask_when, check_day, required=False),
        Slot("matter", SlotKind.CHOICE, t("Affair"), ask_details, required=False, private=True),
    ),
    steps=(
        Fill("what", ("details",)),
        Do("tell", tell),
        ReadBack("read_back", summary, t("Shall I pass it on?")),
        Do("file", file),
        Do("end", desk.end),
    ),
    absorb=absorb,
    answer=answer,
    amend=amend,
    more=desk.more,
    withdraw=desk.withdraw,
    cues=("wants_paper",),
    heeds=("for_it",),
)
