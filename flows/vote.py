"""Votes as information: what is asked, until when, who may and how; no figure while a vote is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from backend.services import retrieval
from backend.services.board import Item
from bot.contract.flow import Do, Fill, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Sayable, Summary, Text, t
from bot.contract.understanding import Value
from flows.questions import desk

NAME = "vote"
ENOUGH = 0.15
NOT_HERE = t(
    "I do not take votes here, and nothing of what you think is kept. Owners vote with the code that was sent to them, "
    "or on paper at the front desk with their ID card."
)


def _until(item: Item) -> datetime:
    return datetime.fromisoformat(item.data["until"])


def _open(turn: Turn) -> list[Item]:
    every = desk.items(turn, "motion")
    return [item for item in every if datetime.fromisoformat(item.data["from"]) <= turn.now < _until(item)]


def absorb(turn: Turn) -> Mapping[str, Value]:
    if "motion" in turn.values or turn.message.choice:
        return {}
    every = desk.items(turn, "motion")
    words = [desk.words(item) for item in every]
    best = retrieval.rank(turn.message.text, words, ENOUGH)
    if best:
        return {"motion": every[best[0][0]].key}
    running = _open(turn)
    return {"motion": running[0].key} if len(running) == 1 else {}


def ask_motion(turn: Turn) -> Ask:
    options = tuple(Option(desk.named(turn, item), f"motion={item.key}") for item in _open(turn))
    if "ballot" in turn.understanding.extra:
        return Ask(
            t("I do not take votes here, only the code or the paper counts. Which one shall I tell you about?"), options
        )
    return Ask(t("These votes are open. Which one do you mean?"), options)


def closing(turn: Turn) -> Outcome:
    """ "When does the vote close?" has an answer for each that is open; more of one is only offered."""
    running = _open(turn)
    if "closing" not in turn.understanding.extra or "motion" in turn.values or not running:
        return Outcome()
    say = tuple(t("{title}: open until {until}.", title=desk.said(turn, i), until=Clock(_until(i))) for i in running)
    offer = Ask(t("Shall I tell you more about one of them?"), ask_motion(turn).options)
    return Outcome(say=say, ask=offer, awaiting="motion", answered=True, lingers=True, goto="which")


def motion_needed(turn: Turn) -> bool:
    return "motion" not in turn.values and bool(_open(turn))


def _row(turn: Turn, item: Item, name: str) -> str:
    """A text of the board without its full stop, which the row brings."""
    return desk.said(turn, item, name).rstrip(".\u3002")


def tell(turn: Turn) -> Outcome:
    item = next((i for i in desk.items(turn, "motion") if i.key == turn.values.get("motion")), None)
    if item is None and _open(turn):
        return Outcome(ask=ask_motion(turn), awaiting="motion")
    if item is None:
        return Outcome(say=(t("No vote is open at present. When one opens, it is on the board."),), done=True)
    if turn.now >= _until(item):
        over = t("“{title}” is closed. {result}", title=desk.said(turn, item), result=desk.said(turn, item, "result"))
        return Outcome(say=(over,), done=True)
    rows = (
        (t("What"), _row(turn, item, "text")),
        (t("Open until"), Clock(_until(item))),
        (t("Who may vote"), _row(turn, item, "who")),
        (t("It passes when"), _row(turn, item, "needs")),
    )
    how = t(
        "Owners vote with the code that was sent to them, or on paper at the front desk with their ID card. "
        "I do not take votes here."
    )
    secret = t("How many have voted and how is told to nobody before it is closed and counted.")
    say: tuple[Sayable, ...] = (Summary(desk.named(turn, item), rows, (1,)), how)
    return Outcome(say=(*say, secret) if "result" in turn.understanding.extra else say, done=True)


def _about(turn: Turn, running: list[Item]) -> Text:
    """What is voted on, of each that is spoken of."""
    texts = [t("{title}: {answer}", title=desk.said(turn, i), answer=desk.said(turn, i, "text")) for i in running]
    whole: Text = texts[-1]
    for each in reversed(texts[:-1]):
        whole = t("{first} {rest}", context="votes", first=each, rest=whole)
    return whole


def answer(turn: Turn) -> Text | None:
    """Who may, how and until when; of the one that is spoken of, else of all that are open."""
    if "stance" in turn.understanding.extra:
        return NOT_HERE
    every = desk.items(turn, "motion")
    chosen = next((i for i in every if i.key == turn.values.get("motion")), None)
    running = [chosen] if chosen is not None else _open(turn)
    other = retrieval.rank(turn.message.text, [desk.words(item) for item in every], ENOUGH)
    named = every[other[0][0]] if other else None
    if not running or "result" in turn.understanding.extra or (named is not None and named not in running):
        return None
    ends = [t("{title}, open until {until}", title=desk.said(turn, i), until=Clock(_until(i))) for i in running]
    until: Text = ends[-1]
    for each in reversed(ends[:-1]):
        until = t("{first}; {rest}", context="votes", first=each, rest=until)
    if turn.understanding.extra.get("topic") == "what":
        return _about(turn, running)
    if chosen is not None and turn.understanding.extra.get("topic") == "funding":
        return t("{text}.", context="votes", text=_row(turn, chosen, "text"))
    if chosen is not None:
        who = _row(turn, chosen, "who")
        return t(
            "{who}. By the code that was sent, or on paper at the front desk with the ID card. {until}.",
            who=who,
            until=until,
        )
    return t(
        "Registered owners vote, tenants do not: with the code that was sent to them, or on paper at the front desk "
        "with their ID card. {until}.",
        until=until,
    )


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Votes", spoken="votes"),
    intents=(NAME,),
    slots=(Slot("motion", SlotKind.CHOICE, t("Motion"), ask_motion, required=False, needed=motion_needed),),
    steps=(Do("closing", closing), Fill("which", ("motion",)), Do("tell", tell)),
    absorb=absorb,
    answer=answer,
    cues=("closing",),
    heeds=("ballot", "stance"),
    rank=14,
)
