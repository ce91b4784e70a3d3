"""A card is lost: blocked before anything is asked, read back afterwards, released with a word when it is found."""

from __future__ import annotations

from collections.abc import Mapping

from backend.services import cards, cases
from bot.contract.flow import Do, Fill, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Text, t
from bot.contract.understanding import Value
from flows.lost_card.appointment import amend, appoint, ask_when, check_when, vacancies, when_needed
from flows.lost_card.blocking import NAME, ask_sure, block, call_back, own_works, parking_found
from flows.questions import desk, vacant
from flows.questions.contact import ask_contact, check_contact, contact_needed


def ask_where(turn: Turn) -> Ask:
    return Ask(t("Where may it have been lost?"))


def check_where(turn: Turn, value: Value) -> Value:
    return turn.message.text.strip()


def absorb(turn: Turn) -> Mapping[str, Value]:
    """Found while we still talk about a new one, or to be looked for first."""
    extra = turn.understanding.extra
    if turn.case_no is None or not {"found", "not_yet", "keeps_mine", "turned_up"} & set(extra) or parking_found(turn):
        return {}
    return {"_found": "yes"} if {"found", "turned_up"} & set(extra) else {"_undone": "yes"}


def answer(turn: Turn) -> Text | None:
    if turn.understanding.extra.get("topic") == "mine_works":
        return own_works(turn)
    if vacant.is_asked(turn):
        return vacancies(turn)
    facts = {
        "price": t("Blocking costs nothing. What a new card costs, the front desk tells you before it is made."),
        "papers": t("For a new card bring your ID card; somebody who comes for you brings theirs as well."),
        "hours": t("Blocking works day and night; the front desk makes new cards from 9 to 17 h."),
        "cancel": t("A block can be taken back at any time: say “I found it”."),
    }
    topic = turn.understanding.extra.get("topic", "")
    return facts.get("papers" if topic == "pickup" else topic) or (
        desk.by_when(turn) if "_others" in turn.values else None
    )


def withdraw(turn: Turn) -> Outcome:
    """ "It was not lost": the card works again."""
    found = cases.by_number(turn.db, turn.conversation.community.id, turn.case_no or "")
    if found is None or found.kind != "card":
        return Outcome(say=(desk.withdrawn(turn),))
    cards.release(turn.db, found, turn.now, turn.real)
    ends = str(found.slots.get("card", ""))
    return Outcome(say=(t("Good that it is back. The card ending {ends} works again.", ends=ends),))


def leaving(turn: Turn) -> Text | None:
    """What taking it back means: whoever only cannot come for the new card keeps the old one blocked."""
    found = cases.by_number(turn.db, turn.conversation.community.id, turn.case_no or "")
    if found is None or found.kind != "card":
        return None
    return t(
        "Then the card ending {ends} opens doors again. If it is only the appointment, say no and simply do not come.",
        ends=str(found.slots.get("card", "")),
    )


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Lost card", spoken="a lost card"),
    intents=(NAME,),
    slots=(
        Slot("sure", SlotKind.CHOICE, t("Lost"), ask_sure, required=False, private=True, yes="yes", cue="sure_gone"),
        Slot("when", SlotKind.WHEN, t("New card"), ask_when, check_when, required=False, needed=when_needed),
        Slot("where", SlotKind.TEXT, t("Where"), ask_where, check_where, required=False, cue="lost_where"),
        Slot(
            "contact",
            SlotKind.PHONE,
            t("Phone"),
            ask_contact,
            check_contact,
            entity="phone",
            needed=lambda turn: "_unknown" in turn.values and contact_needed(turn),
        ),
    ),
    steps=(
        Do("block", block),
        Fill("new_card", ("when", "contact")),
        Do("appoint", appoint),
        Do("call_back", call_back),
        Do("end", desk.end),
    ),
    absorb=absorb,
    answer=answer,
    amend=amend,
    withdraw=withdraw,
    more=desk.more,
    leaving=leaving,
    cues=("found", "park_card"),
    heeds=("found", "not_yet", "keeps_mine", "turned_up", "blocks_it"),
    afterwards=("keeps_mine", "blocks_it"),
    rank=9,
)
