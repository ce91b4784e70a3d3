"""What is told where something else was asked: no answer, and yet for those who see to the matter."""

from __future__ import annotations

from bot.contract.flow import Slot, SlotKind
from bot.engine import slots
from bot.engine.answers.needed import too_little
from bot.engine.decision import ACTS, INTERRUPT, OUT_OF_SCOPE, SURE, YES_NO, Decision
from bot.engine.measure import is_brief, weight
from bot.engine.readback.remarks import REMARK
from bot.engine.said import Said

# What is chosen or counted is not described: a wish for who comes is no answer to it.
EXACT = frozenset({SlotKind.NUMBER, SlotKind.WHEN, SlotKind.CHOICE})
FEW_WORDS, FEW = 4, 8


def kept_for_them(said: Said, awaited: Slot | None) -> Decision | None:
    """ "My wife has a bad knee, she needs a wheelchair", where a time is asked for: no answer, and yet for who sees to
    it; the question comes again."""
    heard, gist, flow = said.understanding, said.flow.gist, said.flow
    told = {"question", "asks_back", "chat", "foreign", "off", "manner", "not_known"} & set(heard.extra)
    lost = heard.intent in (OUT_OF_SCOPE, "correct", "deny", "affirm") or heard.confidence < SURE
    lost = lost or flow.story
    if gist is None or gist not in said.top.slots or awaited is None or told or not lost or too_little(awaited, heard):
        return None
    says = "beside" in heard.extra or flow.story
    if awaited.kind not in EXACT or not says or weight(said.message.text) < REMARK:
        return None
    return Decision("answer", flow.name, {gist: slots.added(said.top, gist, said.message, heard)})


def told_beside(said: Said) -> bool:
    """ "Dog at home, he is friendly", while the hours are asked for: for who comes, and no answer."""
    top, flow, extra = said.top, said.flow, said.understanding.extra
    slot = flow.slot(top.awaiting) if top.awaiting and flow.has(top.awaiting) else None
    exact = slot is not None and slot.kind in EXACT and not said.values
    return exact and bool({"wish", "mind"} & set(extra)) and "question" not in extra and "same_helper" not in extra


def tells_on(said: Said) -> bool:
    """Asked where it is, people go on telling what it is: "the button is broken", "there is nobody inside"."""
    heard = said.understanding
    if said.flow.gist is None or "nobody" in heard.extra:
        return said.flow.gist is not None
    if {"question", "whereabouts", "scope", "own_building", "off", "not_known"} & set(heard.extra):
        return False
    mute = heard.intent in (OUT_OF_SCOPE, "correct", "deny", "affirm") and "stated" in heard.extra
    own = said.book.by_intent.get(heard.intent) == said.flow.name and heard.confidence >= INTERRUPT
    tells = (mute or own or said.flow.story) and "beside" in heard.extra
    if tells and not slots.places_something(said.message.text, heard):
        return heard.intent not in ACTS - {"correct", "deny", "affirm"} and "asks_back" not in heard.extra
    clear = heard.confidence >= SURE and said.book.by_intent.get(heard.intent) == said.flow.name
    # What is long the flow looks at itself.
    return clear and is_brief(said.message.text, FEW_WORDS, FEW)


def kept_as_put_right(said: Said, decision: Decision) -> Decision:
    """ "Buy, not rent" skips nothing and is no no: what puts right the matter is read by those who see to it."""
    lost = ("skip", "unknown") if said.top.awaiting in YES_NO else ("skip", "unknown", "no")
    unsaid = said.understanding.share("corrects") < slots.TALKED or weight(said.message.text) < REMARK
    if decision.act not in lost or said.values or unsaid:
        return decision
    if said.top.case_no is not None:
        return decision if said.flow.more is None else Decision("told", said.flow.name)
    if not puts_right(said):
        return decision
    gist = said.flow.gist or ""
    told = {gist: slots.added(said.top, gist, said.message, said.understanding)}
    return Decision("change" if said.top.awaiting in YES_NO else "answer", said.flow.name, told)


def puts_right(said: Said) -> bool:
    """ "It is a whole row, not the one", where it is asked where: of what was told, and no place."""
    heard = said.understanding
    talk = {"question", "asks_back", "off", "whereabouts", "scope"} & set(heard.extra)
    named = any(not said.flow.slot(name).private for name in said.values)
    return said.flow.gist in said.top.slots and heard.share("corrects") >= slots.TALKED and not (talk or named)


def describes(said: Said, slot: Slot) -> bool:
    """ "A blue one with a sticker", where it is asked where: no place for this flow, and more of the matter."""
    heard = said.understanding
    talk = {"question", "asks_back", "off", "not_known", "assent"} & set(heard.extra)
    act = heard.intent in ACTS - {"affirm", "deny", "correct"} and heard.confidence >= INTERRUPT
    if slot.fits is None or not said.flow.story or talk or act or said.problems:
        return False
    return not slot.fits(said.message.text, heard)
