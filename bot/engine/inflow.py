"""When a flow is open: an answer, an act, a question of fact, a change of mind, or another wish."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Flow, Slot, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.ruled_out import BUT, is_ruled_out
from bot.contract.understanding import Understanding, Value, When
from bot.engine import cues, slots
from bot.engine.answers.at_hour import times_of
from bot.engine.answers.but_days import is_of, keeps_words
from bot.engine.answers.counted import counted
from bot.engine.answers.given import BRIEF, BRIEF_WORDS, given, names, of_the_offered, with_its_number
from bot.engine.answers.joined import restated
from bot.engine.answers.left_out import goes_past
from bot.engine.answers.others import told_of_others, uses_up
from bot.engine.answers.plain import plainly_given, shown_besides
from bot.engine.asked.questioned import asked_of_all, looked_up, mere_question, of_all_of_theirs, taken_as_asked
from bot.engine.decision import CHANGE, OUT_OF_SCOPE, SURE, YES_NO, Decision
from bot.engine.filed.spoken_of import of_what_was_filed
from bot.engine.filed.withdrawn import moved_to
from bot.engine.measure import is_brief
from bot.engine.person.heard import how_goes
from bot.engine.person.promised import HUMAN, asks_how_long, calls_it_off
from bot.engine.readback.question import at_question, mere_values
from bot.engine.readback.remarks import more_of_it, with_rest
from bot.engine.said import Said
from bot.engine.several.led_back import led_back
from bot.engine.several.told_on import (
    EXACT,
    describes,
    kept_as_put_right,
    kept_for_them,
    puts_right,
    tells_on,
    told_beside,
)
from bot.engine.several.wishes import act_in_flow, asks, named_elsewhere, other_flow, put_off, urgent_elsewhere

FEW_WORDS, FEW = 4, 8


def in_flow(
    conversation: Conversation, top: Frame, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision:
    flow = book.flows[top.flow]
    values = {**counted(flow, top, understanding), **_without_kind(top, flow, understanding)}
    if {"merely_asks", "asks_back"} <= set(understanding.extra) and "topic" not in understanding.extra:
        values = {}
    if (
        {"only_asks", "by_myself"} & set(understanding.extra)
        and top.case_no is None
        and not {"asks_back", "topic"} & set(understanding.extra)
    ):
        return Decision("cancel")  # "I am only asking, do not file anything"
    if asks_how_long(conversation, message, understanding) and top.case_no is None and not values:
        return Decision("aside", HUMAN)
    uncalled = calls_it_off(conversation, understanding, book)
    if uncalled is not None:
        return uncalled
    if "urge" in understanding.extra and top.case_no is not None and not values and book.progress is not None:
        return Decision("start", book.progress.name)  # filed, whatever is still asked: "will anybody ever come?"
    if how_goes(conversation, top, message, understanding, book):
        return Decision("hurried")
    problems = slots.impossible(flow, understanding.entities)
    said = Said(conversation, top, flow, message, understanding, values, problems, book)
    before = led_back(conversation, top, understanding) or urgent_elsewhere(said) or of_what_was_filed(said)
    days = is_of(flow, understanding) and "question" not in understanding.extra  # "Tuesday is out, half are away"
    before = before or of_all_of_theirs(said) or _for_a_paper(said) or (_answer_or_wish(said) if days else None)
    if before is not None:
        return before
    # "Too expensive" calls off what could be ordered elsewhere; a bill is asked about by it.
    off = "off" in understanding.extra and not (understanding.extra.get("topic") == "bargain" and flow.has("fee"))
    # "Is an hour dear?", at a read-back: asked of what stands there, and no other length.
    priced = understanding.extra.get("topic") == "price" and "asks_back" in understanding.extra
    priced = priced and top.awaiting in YES_NO
    asked = asks(flow, understanding, {} if priced else values, book) if not off else None
    if asked is not None and asked.act != "fact":
        return asked
    decision = taken_as_asked(said, (looked_up(said) if asked is None else None) or _answer_or_wish(said))
    if asked is None or (decision.act == "yes" and _agrees_so(understanding)):
        return decision
    return replace(asked, otherwise=decision)


def _for_a_paper(said: Said) -> Decision | None:
    """ "Anyway, please put in for the paper", in the middle of something else, and named in so many words."""
    found = said.book.for_cue({"wants_paper"} & set(said.understanding.extra))
    if found is None or found is said.flow or said.flow.answers_all:
        return None
    return Decision("start", found.name, slots.named(found, said.understanding))


def _agrees_so(heard: Understanding) -> bool:
    """ "Hand it in, and do not let them know": agreed, and what is wished is so anyway."""
    plain = "assent" in heard.extra and not {"question", "asks_back"} & set(heard.extra)
    return plain and heard.intent == "affirm" and heard.extra.get("topic") == "discreet"


def _without_kind(top: Frame, flow: Flow, understanding: Understanding) -> dict[str, Value]:
    """What is named; once the matter is told, "near the lift" makes it no matter of lifts unless it is a correction."""
    values = slots.named(flow, understanding)
    told = flow.gist is not None and flow.gist in top.slots
    if told and "instead" not in understanding.extra:
        # "The 4th floor", of a light: a floor of a place is no kind of fault.
        values = {n: v for n, v in values.items() if n not in top.slots or not _of_the_place(n, understanding)}
    if not told or understanding.intent == "correct" or "instead" in understanding.extra:
        return values
    known = {slot.name for slot in flow.slots if slot.private and slot.kind is SlotKind.CHOICE and not slot.cue}
    return {name: value for name, value in values.items() if name not in known or name not in top.slots}


def _of_the_place(name: str, understanding: Understanding) -> bool:
    """All that names it stands within the words of a place."""
    places = [one for one in understanding.entities if one.name == "location"]
    named = [one for one in understanding.entities if one.name == name]
    within = [any(p.start <= one.start and one.end <= p.end for p in places) for one in named]
    return name != "location" and bool(within) and all(within)


def _answer_or_wish(said: Said) -> Decision:
    """What it is when it is no question of fact."""
    top, understanding = said.top, said.understanding
    if "swap" in understanding.extra and (swapped := _swapped(said)) is not None:
        return swapped
    decision = at_question(said) if top.awaiting in YES_NO else plainly_given(said) or _plainly(said) or _answered(said)
    decision = kept_as_put_right(said, decision)
    return asked_of_all(said) if decision.act == "unknown" else decision


def _answered(said: Said) -> Decision:
    """Values for what was asked or besides it, else another wish."""
    top, flow, understanding, values = said.top, said.flow, said.understanding, with_its_number(said)
    awaited = flow.slot(top.awaiting) if top.awaiting and flow.has(top.awaiting) else None
    other, elsewhere = _another_wish(said, awaited)
    if elsewhere is not None and awaited is not None and not said.problems and awaited.kind is not SlotKind.TEXT:
        return elsewhere
    values = told_of_others(said, awaited, values)
    placed = awaited is not None and awaited.kind is SlotKind.PLACE and awaited.name not in values
    if placed and awaited is not None and (tells_on(said) or describes(said, awaited) or puts_right(said)):
        gist = flow.gist or ""
        return Decision("answer", flow.name, {gist: slots.added(top, gist, said.message, understanding)})
    if awaited is not None and awaited.name not in values and not said.problems:
        strict = awaited.kind not in (SlotKind.TEXT, SlotKind.PLACE)
        # Nothing but a time is no name, and nothing but a number plate no place.
        # Neither is what is put right of another answer.
        bare = awaited.kind in (SlotKind.PLACE, SlotKind.TEXT) and uses_up(said, values, awaited)
        value = given(said, awaited) if (strict or other is None) and not bare else None
        if value is not None:
            values = {**values, awaited.name: value}
    shown = of_the_offered(said, awaited) if awaited is not None else None
    values = values if awaited is None or shown is None else {**values, awaited.name: shown}
    values = {**with_rest(said, values), **shown_besides(said, values)}
    if not values and other is None:
        values = _said_anew(said)
    if not values and other is None and _adds(said, awaited):
        values = {flow.gist or "": slots.added(top, flow.gist or "", said.message, understanding)}
    if (values and other is None) or said.problems or (awaited and awaited.name in values):
        return Decision("answer", flow.name, values, said.problems, slot=top.awaiting)
    return other or kept_for_them(said, awaited) or Decision("unknown")


def _another_wish(said: Said, awaited: Slot | None) -> tuple[Decision | None, Decision | None]:
    """Something else than what is open: clear enough to interrupt it, and so clear that its time is its own."""
    flow, understanding = said.flow, said.understanding
    named = names(awaited, said.message, understanding) or mere_values(said)
    # A name of two words adds to what is asked about, whichever matter it sounds like.
    if named or (is_brief(said.message.text, BRIEF_WORDS, BRIEF) and _adds(said, awaited)):
        return None, None
    other = other_flow(flow, understanding, said.book, awaited)
    if other is not None and other.act != "aside" and mere_question(said.message):
        other = None
    return (None, None) if _of_it_alone(said, other) else (other, named_elsewhere(flow, understanding, said.book))


def _of_it_alone(said: Said, other: Decision | None) -> bool:
    """ "Bring it up", of a meal: a few words that tell something of what is open, and nothing of the other matter."""
    told = set(said.values) - {"when", "location"}
    theirs = other is not None and set(other.values) - set(said.values)
    more = "also" in said.understanding.extra
    return bool(told) and not theirs and not more and is_brief(said.message.text, 2 * FEW_WORDS, 2 * FEW)


def _adds(said: Said, awaited: Slot | None) -> bool:
    """ "SF Express", where it is asked whether the question shall be passed on: more of the question."""
    offered = {offer.payload for offer in said.conversation.offered}
    if awaited is None or said.flow.gist is None or not {f"{awaited.name}=yes", f"{awaited.name}=no"} <= offered:
        return False
    mute = said.understanding.intent in (OUT_OF_SCOPE, "correct")
    own = said.book.by_intent.get(said.understanding.intent) == said.flow.name
    return (mute or own or said.understanding.confidence < SURE) and "asks_back" not in said.understanding.extra


def _said_anew(said: Said) -> dict[str, Value]:
    """ "Make it 8", while something else is asked for: what was said before is changed."""
    if "rather" not in said.understanding.extra:
        return {}
    return restated(said.flow, said.top.slots, said.understanding, said.message.received_at.tzinfo)


def _plainly(said: Said) -> Decision | None:
    """What one word settles: a cue or a yes that the flow waits for, a note for the staff, an act of talk."""
    if "resume" in said.understanding.extra:
        return Decision("resume")
    top, flow, understanding, values = said.top, said.flow, said.understanding, said.values
    at_once = _at_once(said) or (_not_then(said) if is_of(flow, understanding) and not values else None)
    if at_once is not None:
        return at_once
    if "tells_name" in understanding.extra and not values and _not_words(said):
        # "Her name is Chen": whoever it is for is known from their own account.
        return Decision("again")
    text, open_ = said.message.text, top.awaiting not in values
    answered = cues.yes_or_no(said.conversation, top, flow, understanding, text) if open_ else None
    if not values and answered != "yes" and goes_past(said):
        return Decision("skip")
    if cues.heeded(top, understanding, said.book):
        return Decision("answer", flow.name, values, slot=top.awaiting)
    if answered is not None:
        return Decision("answer", flow.name, {top.awaiting or "": answered}, slot=top.awaiting)
    settled = put_off(top, flow, understanding) or _swapped(said) or _to_change(said)
    if settled is not None:
        return settled
    gist = flow.gist
    since = bool({"since", "guard"} & set(understanding.extra)) and not values and top.awaiting != gist
    if gist is not None and ("note" in understanding.extra or since or told_beside(said)):
        return Decision("answer", flow.name, {gist: slots.added(top, gist, said.message, understanding)})
    if "when" in values and moved_to(understanding, top.slots.get("when")):
        return None  # "never mind, tomorrow I eat out, the day after"
    return _with_a_no(said) or act_in_flow(understanding, values)


def _with_a_no(said: Said) -> Decision | None:
    """Another value; "she does not walk well", where a time is asked for: a no in what is told leaves nothing out."""
    if said.understanding.intent != "deny":
        return None
    anew, name = {} if said.values else _said_anew(said), said.top.awaiting or ""
    if anew:
        return Decision("answer", said.flow.name, anew, slot=name or None)
    awaited = said.flow.slot(name) if said.flow.has(name) else None
    return kept_for_them(said, awaited) if awaited is not None and awaited.required else None


def _not_then(said: Said) -> Decision:
    """ "Any time but Tuesday": the first of the times on offer that is on another day, else others are offered."""
    top, gist = said.top, said.flow.gist
    any_ = "any_of_them" in said.understanding.extra or said.understanding.intent == "affirm"
    days = {BUT: said.understanding.extra["but_days"]}
    awaited = said.flow.slot(top.awaiting) if top.awaiting and said.flow.has(top.awaiting) else None
    free = [at for at in times_of(said, awaited) if not is_ruled_out(at.date(), days)] if awaited is not None else []
    if any_ and free and awaited is not None and awaited.kind is SlotKind.WHEN:
        return Decision("answer", said.flow.name, {awaited.name: When(free[0])}, slot=awaited.name)
    told = (
        {}
        if gist is None or not keeps_words(said.flow)
        else {gist: slots.added(top, gist, said.message, said.understanding)}
    )
    return Decision("answer", said.flow.name, told)


def _not_words(said: Said) -> bool:
    """What is waited for is chosen, counted or a time."""
    slot = said.flow.slot(said.top.awaiting) if said.top.awaiting and said.flow.has(said.top.awaiting) else None
    return slot is not None and slot.kind in EXACT


def _at_once(said: Said) -> Decision | None:
    """ "Now", where a time was asked for, however much it sounds like a goodbye."""
    top, flow = said.top, said.flow
    slot = flow.slot(top.awaiting) if top.awaiting and flow.has(top.awaiting) else None
    if slot is None or slot.kind is not SlotKind.WHEN or said.values or "now" not in said.understanding.extra:
        return None
    value = slots.match(slot, said.message, said.understanding)
    return None if value is None else Decision("answer", flow.name, {slot.name: value}, slot=slot.name)


def _swapped(said: Said) -> Decision | None:
    """ "That one first", where the other thing was just promised for afterwards."""
    offered = any(offer.payload == "swap" for offer in said.conversation.offered)
    heard = said.understanding
    meant = "swap" in heard.extra or (heard.intent == "affirm" and not said.values)
    return Decision("swap") if offered and meant else None


def _to_change(said: Said) -> Decision | None:
    """ "What shall I change?": nothing after all, or the name of one thing."""
    heard, flow = said.understanding, said.flow
    if said.top.awaiting != CHANGE:
        return None
    about = heard.extra.get("about")
    if about is not None and flow.has(about) and not flow.slot(about).private and not said.values:
        return Decision("change", flow.name, slot=about)
    settled = heard.intent in ("affirm", "deny", "skip") or "go" in heard.extra or "assent" in heard.extra
    if settled and not said.values:
        return Decision("change", flow.name)
    # Told what is different, and it is no value of its own: more of the matter.
    return more_of_it(said) if all(flow.slot(name).private for name in said.values) else None
