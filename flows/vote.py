"""Votes as information: what is asked, until when, who may and how; no figure while a vote is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from backend.services import retrieval
from backend.services.board import Item
from bot.contract.flow import Do, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Sayable, Summary, Text, t
from bot.contract.understanding import Value
from flows.questions import desk

NAME = "vote"
ENOUGH = 0.15
# What is surely meant for another flow is no question about a vote that was told a moment ago.
SURE = 0.8
NOT_HERE = t(
    "I do not take votes here, and nothing of what you think is kept. Owners vote with the code that was sent to them, "
    "or on paper at the front desk with their ID card."
)
STILL_NOT = t(
    "That is not a vote yet, and I could not make it one: it counts only with the code that was sent to you, or on "
    "paper at the front desk."
)
HOW = t(
    "Owners vote with the code that was sent to them, or on paper at the front desk with their ID card. "
    "I do not take votes here."
)
NO_COUNT = t("How many have voted and how is told to nobody before it is closed and counted.")
UNSEEN = t(
    "While a vote is open it is shown to nobody how anybody voted, and I see no votes at all. How it is kept after the "
    "count the desk can tell you."
)


def _until(item: Item) -> datetime:
    return datetime.fromisoformat(item.data["until"])


def _open(turn: Turn) -> list[Item]:
    every = desk.items(turn, "motion")
    return [item for item in every if datetime.fromisoformat(item.data["from"]) <= turn.now < _until(item)]


def _named(turn: Turn) -> Item | None:
    every = desk.items(turn, "motion")
    best = retrieval.rank(turn.message.text, [desk.words(item) for item in every], ENOUGH)
    return every[best[0][0]] if best else None


def absorb(turn: Turn) -> Mapping[str, Value]:
    if "motion" in turn.values or turn.message.choice:
        return {}
    named = _named(turn)
    if named is not None:
        return {"motion": named.key}
    running = _open(turn)
    return {"motion": running[0].key} if len(running) == 1 else {}


def ask_motion(turn: Turn) -> Ask:
    options = tuple(Option(desk.named(turn, item), f"motion={item.key}") for item in _open(turn))
    return Ask(t("Shall I tell you more about one of them?"), options)


def look(turn: Turn) -> Outcome:
    """What is asked or said about the votes has its answer at once; of several that are open each is named."""
    running, kind = _open(turn), _kind(turn)
    chosen = _chosen(turn)
    if not running or (chosen is not None and (kind is None or turn.now >= _until(chosen))):
        return Outcome()
    of = [chosen] if chosen is not None else running
    if kind is None:
        say: tuple[Sayable, ...] = (*_each_until(turn, running), HOW)
    else:
        say = _SAID[kind](turn, of)
    if chosen is not None or kind == "stance":
        return Outcome(say=say, done=True, goto="end")
    return Outcome(
        say=say, ask=ask_motion(turn), awaiting="motion", answered=kind is not None, lingers=True, goto="which"
    )


def _chosen(turn: Turn) -> Item | None:
    return next((i for i in desk.items(turn, "motion") if i.key == turn.values.get("motion")), None)


def _row(turn: Turn, item: Item, name: str) -> str:
    """A text of the board without its full stop, which the row brings."""
    return desk.said(turn, item, name).rstrip(".\u3002")


def tell(turn: Turn) -> Outcome:
    item = _chosen(turn)
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
    return Outcome(say=(Summary(desk.named(turn, item), rows, (1,)), HOW), done=True)


def _each(name: str) -> Callable[[Turn, Sequence[Item]], tuple[Sayable, ...]]:
    """One text of each that is spoken of; where it is the same of all, once."""

    def said(turn: Turn, of: Sequence[Item]) -> tuple[Sayable, ...]:
        texts = [desk.said(turn, item, name) for item in of]
        if len(set(texts)) == 1:
            return (t("{text}", context="votes", text=texts[0]),)
        return tuple(
            t("{title}: {answer}", title=desk.said(turn, i), answer=text) for i, text in zip(of, texts, strict=True)
        )

    return said


def _each_until(turn: Turn, of: Sequence[Item]) -> tuple[Sayable, ...]:
    return tuple(t("{title}: open until {until}.", title=desk.said(turn, i), until=Clock(_until(i))) for i in of)


def _cost(turn: Turn, of: Sequence[Item]) -> tuple[Sayable, ...]:
    share = t("What that comes to for one home is not in what I have, and I will not guess; the front desk knows.")
    return (*_each("text")(turn, of), share)


def _share(turn: Turn, of: Sequence[Item]) -> tuple[Sayable, ...]:
    return (*_each("who")(turn, of), HOW)


def _proxy(turn: Turn, of: Sequence[Item]) -> tuple[Sayable, ...]:
    unknown = t("Whether somebody may vote for you is not in what I have, and I will not guess; the front desk knows.")
    return (unknown, *_each("who")(turn, of))


def _count(turn: Turn, of: Sequence[Item]) -> tuple[Sayable, ...]:
    after = t("It is counted after it has closed, and the result goes up on the board.")
    return (NO_COUNT, *_each_until(turn, of), after)


def _change(turn: Turn, of: Sequence[Item]) -> tuple[Sayable, ...]:
    known = [item for item in of if "change" in item.data]
    unknown = t("Whether a vote can be changed is not in what I have, and I will not guess; the front desk knows.")
    return _each("change")(turn, known) if known else (unknown,)


def _seen(_turn: Turn, _of: Sequence[Item]) -> tuple[Sayable, ...]:
    return (UNSEEN,)


def _way(turn: Turn, of: Sequence[Item]) -> tuple[Sayable, ...]:
    return (HOW, *_each_until(turn, of))


def _stance(turn: Turn, of: Sequence[Item]) -> tuple[Sayable, ...]:
    again = any(_holds(told, NOT_HERE) for told in turn.conversation.said)
    return (STILL_NOT if again else NOT_HERE, *_each_until(turn, of))


def _holds(told: object, text: Text) -> bool:
    return told == text or (isinstance(told, Text) and any(_holds(part, text) for part in told.params.values()))


_SAID: Mapping[str, Callable[[Turn, Sequence[Item]], tuple[Sayable, ...]]] = {
    "stance": _stance,
    "change": _change,
    "proxy": _proxy,
    "seen": _seen,
    "count": _count,
    "cost": _cost,
    "share": _share,
    "passes": _each("needs"),
    "until": _each_until,
    "way": _way,
    "what": _each("text"),
}
# What any question may ask, under the names that it has elsewhere.
_ELSEWHERE = {name: name for name in ("until", "what", "change")}
_ELSEWHERE |= {"price": "cost", "funding": "cost", "discreet": "seen"}


def _kind(turn: Turn) -> str | None:
    """What is asked or said of a vote, by name; None where it is only spoken of."""
    extra = turn.understanding.extra
    named = (extra.get("follow", ""), extra.get("topic", ""))
    found = extra.get("ballots") or next((_ELSEWHERE[name] for name in named if name in _ELSEWHERE), None)
    return None if turn.message.choice else found


def answer(turn: Turn) -> Text | None:
    """Of the one that is spoken of, else of all that are open."""
    heard, kind = turn.understanding, _kind(turn)
    elsewhere = heard.intent not in (NAME, "affirm", "out_of_scope") and heard.confidence >= SURE
    asked = "ballots" in heard.extra and not heard.entities and "utility" not in heard.extra
    chosen, named = _chosen(turn), _named(turn)
    running = [chosen] if chosen is not None else _open(turn)
    other = named is not None and named not in running
    if not running or other or (elsewhere and not asked):
        return None
    if kind is None and heard.intent != NAME:
        return None
    said = [text for text in _SAID[kind or "share"](turn, running) if isinstance(text, Text)]
    whole = said[-1]
    for each in reversed(said[:-1]):
        whole = t("{first} {rest}", context="votes", first=each, rest=whole)
    return whole


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Votes", spoken="votes"),
    intents=(NAME,),
    slots=(Slot("motion", SlotKind.CHOICE, t("Motion"), ask_motion, required=False),),
    steps=(Do("which", look), Do("tell", tell), Do("end", desk.end)),
    absorb=absorb,
    answer=answer,
    cues=("closing",),
    heeds=("ballots",),
    rank=14,
)
