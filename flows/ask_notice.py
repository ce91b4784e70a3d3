"""What was announced: by topic, by day, or the newest; as it stands on the board, and no more."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time

from backend.services import retrieval
from backend.services.board import Item
from bot.contract.flow import Do, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Text, t
from bot.contract.understanding import Place, When
from flows.questions import desk, everything, sign_up

NAME = "ask_notice"
_SENTENCE = re.compile(r"[^.?!。？！]*\w[^.?!。？！]*[.?!。？！]?")
_CLAUSE = re.compile(r"[,.;!?\uff0c\u3002\uff1b\uff01\uff1f]+\s*")
# What is off, as a notice names it.
_OFF = {"water": "water off", "power": "power off electricity", "gas": "gas off", "heating": "heating"}
# As likely as the best.
CLOSE = 0.85
# So much is enough where a notice is surely asked for.
LIKELY = 0.2
TOLD_BY_ITSELF = t(
    "When the desk announces that something is off for your building, it is sent to you here by itself; there is "
    "nothing to sign up for. What is on the board you can ask me at any time."
)
NEWEST = 3
SHOWN = 6


def _begins(item: Item) -> datetime | None:
    return desk.moment(item, "from")


def _ended(item: Item, now: datetime) -> bool:
    until = desk.moment(item, "until")
    return until is not None and until < now


def _on(item: Item, first: date, last: date) -> bool:
    begin = _begins(item)
    until = desk.moment(item, "until") or begin
    return begin is not None and until is not None and begin.date() <= last and until.date() >= first


def look(turn: Turn) -> Outcome:
    every = sorted(desk.items(turn, "notice"), key=lambda item: str(item.data["put_up"]), reverse=True)
    chosen = next((item for item in every if item.key == turn.values.get("notice")), None)
    event = _to_join(turn, every) if "signs_up" in turn.understanding.extra else None
    if event is not None:
        return sign_up.offered(turn, event)
    if chosen is not None:
        return _answer(turn, chosen)
    if {"bygone", "planned"} <= set(turn.understanding.extra):
        return _not_announced()
    return _asked_for(turn, every)


def _asked_for(turn: Turn, every: list[Item]) -> Outcome:
    """By its topic, by a day, or what is new."""
    running = [item for item in every if not _ended(item, turn.now)]
    if {"tell_next", "forewarn"} & set(turn.understanding.extra):
        return Outcome(say=(TOLD_BY_ITSELF,), done=True)
    if "newest" in turn.understanding.extra and running:
        return _answer(turn, running[0])
    topic = _about(turn, running)
    when = turn.values.get("when")
    if isinstance(when, When):
        return _by_day(turn, running, topic, when)
    if topic:
        return _answer(turn, topic[0])
    if not _for_news(turn) and _ruled(turn):
        return Outcome(done=True, begin="ask_policy")
    if not _for_news(turn):
        if _beside(turn):
            return Outcome(say=(t("I find no notice about that."),), done=True)
        none = t("I find no notice about that. These are the newest:")
        return _offer(turn, running[:NEWEST], none)
    return _newest(turn, running)


def _for_news(turn: Turn) -> bool:
    return bool({"news", "announced"} & set(turn.understanding.extra))


def _newest(turn: Turn, running: list[Item]) -> Outcome:
    """What is new; of this morning's what went up today."""
    today = [item for item in running if _put_up(item).date() == turn.now.date()]
    if "bygone" in turn.understanding.extra and len(today) == 1:
        return _answer(turn, today[0])
    return _offer(turn, running[:NEWEST], t("The newest notices:"))


def _put_up(item: Item) -> datetime:
    return datetime.fromisoformat(str(item.data["put_up"]))


def _about(turn: Turn, running: list[Item]) -> list[Item]:
    """What the words are about: all of them, else what is off by its name, else one of their clauses; of several that
    are as likely what concerns the home of who asks first."""
    texts, said = [desk.words(item) for item in running], turn.message.text
    off = _OFF.get(turn.understanding.extra.get("supply", ""), "")
    parts = [part for part in _CLAUSE.split(said) if part.strip()]
    asked = (said, off, _topic(turn), *(parts if len(parts) > 1 else ()))
    # Who asks for what was announced says little beside it.
    enough = LIKELY if _for_news(turn) else retrieval.ENOUGH
    found = next((one for text in asked if text and (one := retrieval.rank(text, texts, enough))), [])
    likest = [running[n] for n, score in found if score >= found[0][1] * CLOSE]
    home = _home(turn)
    return sorted(likest, key=lambda item: home not in item.data.get("buildings", ()))


def _home(turn: Turn) -> str | None:
    resident = turn.conversation.resident
    return resident.home.building if resident is not None and resident.home is not None else None


def _beside(turn: Turn) -> bool:
    """Something else is open: what is asked beside it is answered in a line."""
    return any(not frame.parked and frame.flow != NAME for frame in turn.conversation.frames)


def _to_join(turn: Turn, every: list[Item]) -> Item | None:
    """What somebody wants to take part in: the event that the words name, else the one just told."""
    ahead = [item for item in every if not _ended(item, turn.now)]
    found = retrieval.rank(_topic(turn), [desk.words(item) for item in ahead])
    if found:
        return ahead[found[0][0]]
    return next((item for item in ahead if item.key == turn.values.get("notice")), None)


def _not_announced() -> Outcome:
    """Of what is over nothing was announced: said, with what helps where it is not over."""
    say = t("Nothing was announced about that, so I do not know the reason. If it is still off, I will report it.")
    repair = Option(t("Report a repair", spoken="a repair"), "start=report_repair")
    return Outcome(say=(say,), ask=Ask(t("Is it still off?"), (repair,)), awaiting="notice", done=True, lingers=True)


def _ruled(turn: Turn) -> bool:
    """Nothing on the board is about it, and the answer base knows something."""
    plain = everything.find(turn, turn.message.text)
    if plain is not None and plain.sure:
        return True
    return bool(retrieval.rank(_topic(turn), [desk.words(item) for item in desk.items(turn, "policy")]))


def _topic(turn: Turn) -> str:
    """What it is about, without the day and the place; of several sentences the one that asks."""
    said = turn.message.text
    for entity in turn.understanding.entities:
        if entity.name in ("when", "location"):
            said = said.replace(entity.text, " ")
    asked = [part for part in _SENTENCE.findall(said) if part.rstrip()[-1] in "?？"]
    return asked[0] if len(asked) == 1 else said


def _by_day(turn: Turn, running: list[Item], topic: list[Item], when: When) -> Outcome:
    first = when.start.date() if isinstance(when.start, datetime) else when.start
    end = when.end or first
    last = end.date() if isinstance(end, datetime) else end
    of_day = [item for item in running if _on(item, first, last)]
    both = [item for item in topic if item in of_day]
    if both:
        return _answer(turn, both[0])
    if topic:
        # Asked for a day on which it is not: said, with the day on which it is.
        other = t("Nothing of that is announced for {day}. What is announced:", day=when)
        return replace(_answer(turn, topic[0]), say=(other, _told(turn, topic[0])))
    if "planned" in turn.understanding.extra:
        # Asked for one thing: what else there is on that day is no answer to it.
        return _offer(turn, of_day or running[:NEWEST], t("I find no notice about that. These are the newest:"))
    if "news" not in turn.understanding.extra and not of_day:
        return Outcome(say=(t("Nothing is announced for {day}.", day=when),), done=True)
    if len(of_day) == 1:
        return _answer(turn, of_day[0])
    return _offer(turn, of_day, t("For {day} is announced:", day=when))


def _answer(turn: Turn, item: Item) -> Outcome:
    return Outcome(say=(_told(turn, item),), set={"notice": item.key}, done=True)


def _offer(turn: Turn, found: list[Item], head: Text) -> Outcome:
    """A few in one line each, one of them to be read out."""
    if not found:
        return Outcome(say=(t("There is no notice at present."),), done=True)
    if len(found) == 1:
        return replace(_answer(turn, found[0]), say=(head, _told(turn, found[0])))
    say = (head, *(_line(turn, item) for item in found[:SHOWN]))
    options = tuple(Option(desk.named(turn, item), f"notice={item.key}") for item in found[:SHOWN])
    ask = Ask(t("Shall I read one of them?"), options)
    return Outcome(say=say, ask=ask, awaiting="notice", done=True, lingers=True)


def _line(turn: Turn, item: Item) -> Text:
    begin = _begins(item)
    if begin is None:
        return desk.named(turn, item)
    return t("{title}: {when}", title=desk.said(turn, item), when=Clock(begin))


def _told(turn: Turn, item: Item) -> Text:
    begin, until = _begins(item), desk.moment(item, "until")
    title, body = desk.said(turn, item), desk.said(turn, item, "body")
    if begin is None or until is None:
        return t("{title}. {body}", title=title, body=body)
    return t("{title}, {begin} to {end}. {body}", title=title, begin=Clock(begin), end=_end(begin, until), body=body)


def _end(begin: datetime, until: datetime) -> time | Clock:
    return until.time() if begin.date() == until.date() else Clock(until)


def answer(turn: Turn) -> Text | None:
    """Whatever is asked further about the notice just read: all that is announced stands in it."""
    every = desk.items(turn, "notice")
    chosen = next((item for item in every if item.key == turn.values.get("notice")), None)
    if {"tell_next", "forewarn"} & set(turn.understanding.extra):
        return TOLD_BY_ITSELF
    if chosen is None or "news" in turn.understanding.extra:
        return None
    other = everything.find(turn, turn.message.text)
    if other is not None and other.sure:
        return None  # "and where is the parcel room?"
    running = [item for item in every if not _ended(item, turn.now)]
    meant = _about(turn, running)
    return None if meant and chosen not in meant else _concerned(turn, chosen) or _told(turn, chosen)


def _concerned(turn: Turn, item: Item) -> Text | None:
    """Whether it is off in one building, where the notice says in which."""
    place = turn.understanding.entity("location")
    named = place.value.building if place is not None and isinstance(place.value, Place) else None
    which = named or (_home(turn) if turn.understanding.extra.get("follow") == "which" else None)
    of = [str(one) for one in item.data.get("buildings", ())]
    if which is None or not of:
        return None
    where = ", ".join(of)
    if which in of:
        return t(
            "Yes, building {building} is among them: {where}. {told}", building=which, where=where, told=_when(item)
        )
    return t("No, building {building} is not among them, only {where}.", building=which, where=where)


def _when(item: Item) -> Text:
    begin, until = _begins(item), desk.moment(item, "until")
    if begin is None or until is None:
        return t("Until when is not said.")
    return t("It is from {begin} to {end}.", begin=Clock(begin), end=_end(begin, until))


def ask_which(turn: Turn) -> Ask:
    every = desk.items(turn, "notice")[:SHOWN]
    return Ask(t("Which notice?"), tuple(Option(desk.named(turn, i), f"notice={i.key}") for i in every))


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Notices", spoken="notices"),
    intents=(NAME,),
    slots=(
        Slot("when", SlotKind.WHEN, t("Day"), ask_which, required=False, private=True),
        Slot("notice", SlotKind.CHOICE, t("Notice"), ask_which, required=False),
        sign_up.SLOT,
    ),
    steps=(Do("look", look), Do("sign_up", sign_up.filed)),
    withdraw=sign_up.withdraw,
    answer=answer,
    cues=("planned", "cutoff", "forewarn", "announced"),
    heeds=("signs_up", "newest", "tell_next"),
    hours=1,
    rank=12,
)
