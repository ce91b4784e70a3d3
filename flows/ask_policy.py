"""Rules, papers, hours: from the desk's own answers with their source; what is not there is passed on, not guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from backend.services import board, retrieval, targets
from backend.services.board import Item
from bot.contract.flow import EARLIER, UNANSWERED, Do, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Sayable, Text, t
from bot.contract.understanding import Value
from flows.questions import desk, everything, hours, sheet
from flows.questions.looked_up import CLOSE, consult, whence
from flows.questions.papers import names_one
from flows.questions.passed_on import passes_on

NAME = "ask_policy"
HALL = "hall"
# What is asked on of hours.
_TIMES = ("hours", "until", "when")
# Whose hours were told.
DESK = "?desk"
OFFERED = 4
SHORTEST = 2
# What only resembles a question about rules must be plainly about one of them.
CLEAR = 0.8
# A sentence of many must fit this well.
PART = 0.5
_BREAK = re.compile(r"[,.;!?\n\uff0c\u3002\uff1b\uff01\uff1f]+\s*")
# The matter just told is still meant when it fits this well beside the best.
NEAR = 0.6


def look(turn: Turn) -> Outcome:
    every = desk.items(turn, "policy")
    chosen = next((item for item in every if item.key == turn.values.get("matter")), None)
    if chosen is not None:
        return _told(turn, chosen)
    if turn.values.get("pass_on") == "yes" or UNANSWERED in turn.values:
        return Outcome(goto="pass_on")
    return _looked(turn, every)


def _looked(turn: Turn, every: list[Item]) -> Outcome:
    """What answers the question, or what there is to choose from, or that it can be passed on."""
    question = str(turn.values.get("question", turn.message.text))
    plain = everything.find(turn, question)
    if plain is not None and plain.sure and plain.item.key != turn.values.get("_wish"):
        return _told_of(turn, plain, question)
    if "_wish" in turn.values and "pass_on" not in turn.values:
        return _wished(turn, every)
    if "parcel" in turn.understanding.extra and "pass_on" not in turn.values:
        # Whose parcel lies where stands in no answer base: only somebody there can look.
        return Outcome(
            ask=ask_parcel(turn), awaiting="pass_on", set={"question": question, "_parcel": "yes"}, goto="pass_on"
        )
    if {"desk_open", "you_open"} & set(turn.understanding.extra):
        return Outcome(say=hours.told(turn), set={"_hours": DESK}, done=True, goto="end")
    if "opening" in turn.understanding.extra:
        return _opening(turn, question) or _unknown(turn, every, question)
    titled = hours.titled(every, question)
    if titled is not None:
        return _told(turn, titled)
    unsure = turn.understanding.intent != NAME and turn.understanding.confidence < CLEAR
    found = _ranked(question, every, plain=unsure)
    if not found:
        return _unknown(turn, every, question)
    close = [every[n] for n, score in found if score >= found[0][1] * CLOSE][:OFFERED]
    if len(close) == 1:
        return _told(turn, close[0])
    options = tuple(Option(desk.named(turn, item), f"matter={item.key}") for item in close)
    text = t("Which of these do you mean?")
    ask = Ask(text, (*options, Option(t("None of them"), "pass_on=ask")))
    return Outcome(ask=ask, awaiting="matter", set={"question": question}, lingers=_alone(turn))


def _told_of(turn: Turn, found: everything.Found, question: str) -> Outcome:
    if found.kind == everything.POLICY:
        told = _told(turn, found.item)
        return replace(told, set={**told.set, "_asked": question})
    kept: dict[str, Value] = {"matter": found.item.key, "_asked": question}
    return Outcome(say=(everything.told(turn, found),), set=kept, done=True, goto="end")


def _wished(turn: Turn, every: list[Item]) -> Outcome:
    """Something is to be done about the matter just told: people do that, and get it with what it is about."""
    item = next((one for one in every if one.key == turn.values["_wish"]), None)
    said = turn.message.text.strip()
    asked: dict[str, Value] = {"question": f"{desk.said(turn, item)}: {said}" if item is not None else said}
    yes, no = Option(t("Yes"), "pass_on=yes"), Option(t("No"), "pass_on=no")
    ask = Ask(t("The desk arranges that, I cannot do it myself. Shall I pass it on?"), (yes, no))
    return Outcome(ask=ask, awaiting="pass_on", set=asked, goto="pass_on", lingers=_alone(turn))


def _ranked(question: str, every: list[Item], *, plain: bool) -> list[tuple[int, float]]:
    """What answers the question; of a story with a question in it, what answers that one sentence of it."""
    texts = [desk.words(item) for item in every]
    parts = [part for part in _BREAK.split(question) if len(retrieval.features(part)) >= SHORTEST]
    found = retrieval.rank(question, texts, plain=plain)
    alone = (retrieval.rank(part, texts, PART) for part in (parts if len(parts) > 1 and not found else ()))
    return max((one for one in alone if one), key=lambda one: one[0][1], default=found)


def _alone(turn: Turn) -> bool:
    """Nothing else waits: then the choice is only an offer, and other words are a new question."""
    return sum(not frame.parked for frame in turn.conversation.frames) <= 1


def _opening(turn: Turn, question: str) -> Outcome | None:
    said = hours.of_a_place(turn, question)
    return None if said is None else Outcome(say=(said,), set={"_hours": question}, done=True, goto="end")


def _unknown(turn: Turn, every: list[Item], question: str) -> Outcome:
    if turn.values.get("pass_on") == "no":
        return Outcome(say=(t("All right. I am here when you need something."),), done=True)
    if "bare" in turn.understanding.extra or len(retrieval.features(question)) < SHORTEST or turn.message.choice:
        options = tuple(Option(desk.named(turn, item), f"matter={item.key}") for item in every[:8])
        ask = Ask(t("What would you like to know? For example:", spoken="What would you like to know?"), options)
        return Outcome(ask=ask, awaiting="matter", lingers=_alone(turn))
    ask, asked = ask_pass_on(turn), {"question": question}
    return Outcome(ask=ask, awaiting="pass_on", set=asked, goto="pass_on", lingers=_alone(turn))


def ask_parcel(turn: Turn) -> Ask:
    options = (Option(t("Yes"), "pass_on=yes"), Option(t("No"), "pass_on=no"))
    text = t(
        "Parcels I cannot see from here. Shall I ask the desk to look for yours and tell you where it is? If you know "
        "the courier, add it."
    )
    return Ask(text, options)


def ask_pass_on(turn: Turn) -> Ask:
    if "_parcel" in turn.values:
        return ask_parcel(turn)
    yes, no = Option(t("Yes"), "pass_on=yes"), Option(t("No"), "pass_on=no")
    return Ask(t("That one I do not know, and I will not guess. Shall I pass your question to the desk?"), (yes, no))


def ask_matter(turn: Turn) -> Ask:
    every = desk.items(turn, "policy")[:8]
    return Ask(
        t("What would you like to know? For example:", spoken="What would you like to know?"),
        tuple(Option(desk.named(turn, item), f"matter={item.key}") for item in every),
    )


def _told(turn: Turn, item: Item) -> Outcome:
    say: list[Sayable] = [t("{title}: {answer}", title=desk.said(turn, item), answer=desk.said(turn, item, "answer"))]
    if item.data.get("papers"):
        say.append(t("Bring: {papers}.", papers=desk.said(turn, item, "papers")))
        hall = board.one(turn.db, turn.conversation.community.id, "office", HALL)
        if hall is not None:
            say.append(
                t(
                    "Ask or apply at: {place}, {hours}.",
                    spoken="Ask or apply at the {place}.",
                    place=desk.said(turn, hall),
                    hours=desk.said(turn, hall, "hours"),
                )
            )
    return Outcome(say=(*say, whence(turn, item)), set={"matter": item.key}, done=True, goto="end")


def pass_on(turn: Turn) -> Outcome:
    """The question goes to the desk as it was asked, or the talk ends here."""
    if UNANSWERED in turn.values:
        return _filed(turn, str(turn.values[UNANSWERED]))
    if "pass_on" not in turn.values:
        return Outcome(
            ask=ask_pass_on(turn),
            awaiting="pass_on",
            goto="pass_on",
            lingers=_alone(turn) and "_parcel" not in turn.values,
        )
    if turn.values.get("pass_on") != "yes":
        return Outcome(say=(t("All right. I am here when you need something."),), done=True, goto="end")
    return _filed(turn, str(turn.values.get("question", turn.message.text)))


def _filed(turn: Turn, question: str) -> Outcome:
    due = targets.due(turn.db, turn.conversation.community, "request", turn.now)
    before = str(turn.values.get(EARLIER, ""))
    said = question if before in question else f"{before}; {question}"
    filed = desk.file(turn, desk.case_of(turn, "request", NAME, said, due=due))
    say = t("Passed on. {told} Our target for an answer is {by}.", told=desk.number_told(filed.number), by=Clock(due))
    return Outcome(say=(say,), case_no=filed.number, done=True, goto="end")


def absorb(turn: Turn) -> Mapping[str, Value]:
    """Words said where a choice was offered are a new question."""
    top = turn.conversation.top
    if "_parcel" in turn.values and "delivery" in turn.understanding.extra and "question" not in turn.changed:
        return {"question": f"{turn.values.get('question', '')}; {turn.message.text.strip()}"}
    if top is None or top.awaiting != "matter" or turn.message.choice or "matter" in turn.changed:
        return {}
    return {"question": turn.message.text.strip()}


def answer(turn: Turn) -> Text | None:
    """What is asked further about the matter just told: its own words, or the counter that knows more."""
    if turn.case_no is not None:
        return desk.by_when(turn)
    if "_hours" in turn.values and "matter" not in turn.values:
        return _at_another_time(turn)
    if turn.values.get("matter") == everything.DESK_HOURS and turn.understanding.entity("when") is not None:
        return hours.told(turn)[0]  # "and at the weekend?"
    item = next((one for one in desk.items(turn, "policy") if one.key == turn.values.get("matter")), None)
    hall, extra = board.one(turn.db, turn.conversation.community.id, "office", HALL), turn.understanding.extra
    if item is None or hall is None or _another(turn, item):
        return None
    kind = extra.get("follow") or extra.get("topic") or ("papers" if names_one(turn, item) else None)
    counter = {"place": desk.said(turn, hall), "hours": desk.said(turn, hall, "hours")}
    if kind in ("where", "hours", "phone"):
        return t("{place}: {hours}.", **counter)
    if kind == "papers" and item.data.get("papers"):
        return t("Bring: {papers}.", papers=desk.said(turn, item, "papers"))
    title = desk.said(turn, item)
    if kind in ("price", "papers") or not _touched(turn, item, kind):
        return t(
            "{title}: that is not in what I have, and I will not guess. They know: {place}, {hours}.",
            title=title,
            **counter,
        )
    return t(
        "{title}: {answer} Anything beyond that they know: {place}, {hours}.",
        title=title,
        answer=desk.said(turn, item, "answer"),
        **counter,
    )


def _at_another_time(turn: Turn) -> Text | None:
    """ "And at the weekend?", of hours that were told."""
    place, heard = str(turn.values["_hours"]), turn.understanding
    timed = heard.entity("when") is not None or heard.extra.get("follow") in _TIMES or "opening" in heard.extra
    if not timed:
        return None
    return hours.told(turn)[0] if place == DESK else hours.of_a_place(turn, place)


def _touched(turn: Turn, item: Item, kind: str | None) -> bool:
    """Whether the answer that was told says anything of what is asked further: how long in figures, or in its words."""
    answer_ = desk.said(turn, item, "answer")
    if kind in ("duration", "contacted", "arrival", "until"):
        return any(sign.isdigit() for sign in answer_)
    asked = retrieval.features(turn.message.text)
    return len(asked) < SHORTEST or bool(asked.keys() & retrieval.features(f"{desk.said(turn, item)} {answer_}").keys())


def _another(turn: Turn, told: Item) -> bool:
    """Another matter of the answer base is named."""
    plain = everything.find(turn, turn.message.text)
    if plain is not None and plain.sure:
        return plain.item.key != told.key
    every = desk.items(turn, "policy")
    titled = hours.titled(every, turn.message.text)
    if titled is not None:
        return titled.key != told.key
    if names_one(turn, told):
        return False
    found = {
        every[n].key: score for n, score in retrieval.rank(turn.message.text, [desk.words(item) for item in every])
    }
    best = max(found.values(), default=0.0)
    return "follow" not in turn.understanding.extra and found.get(told.key, 0.0) < best * NEAR


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Rules and papers", spoken="rules and papers"),
    intents=(NAME,),
    slots=(
        Slot("matter", SlotKind.CHOICE, t("Matter"), ask_matter, required=False),
        Slot("question", SlotKind.TEXT, t("Question"), ask_matter, required=False, gist=True),
        Slot("pass_on", SlotKind.CHOICE, t("To the desk"), ask_pass_on, required=False, private=True),
    ),
    steps=(Do("look", look), Do("pass_on", pass_on), Do("end", desk.end)),
    absorb=absorb,
    answer=answer,
    withdraw=desk.withdraw,
    consult=consult,
    written=sheet.known,
    passes_on=passes_on,
    consults=("?", "house_rule", "desk_open", "public_money"),
    cues=("house_rule", "public_money", "parcel", "opening", "desk_open", "you_open"),
    heeds=("delivery",),
    hours=1,
    rank=13,
)
