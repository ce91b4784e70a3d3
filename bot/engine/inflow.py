"""When a flow is open: an answer, an act, a question of fact, a change of mind, or another wish."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Flow, Slot, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Entity, Understanding, Value
from bot.engine import cues, slots
from bot.engine.afresh import calls_off
from bot.engine.decision import (
    ACTS,
    CONFIRM,
    GIST,
    INTERRUPT,
    LEAN,
    LEAN_YES,
    LONG_YES,
    OUT_OF_SCOPE,
    SOS,
    SURE,
    WITHDRAW,
    YES_NO,
    Decision,
    act_of,
)
from bot.engine.offered import meant_by

# Marks of words that add to the matter at the read-back, whatever intent they look like.
_NOTED = frozenset({"note", "secret"})
# So many words, or Chinese characters, are a name and no wish unless they are very clear.
BRIEF_WORDS, BRIEF = 2, 4
_ADDED = _NOTED | {"scope", "urgent"}


def in_alarm(top: Frame, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """While an alarm is being talked about, words are words for the people on their way."""
    if calls_off(understanding):
        return Decision("alarm_cancel")
    if understanding.intent in ("repeat", "ask_human"):
        return Decision("repeat") if understanding.intent == "repeat" else Decision("aside", "ask_human")
    flow = book.flows[SOS]
    values = slots.named(flow, understanding)
    if top.awaiting and flow.has(top.awaiting) and top.awaiting not in values:
        value = slots.match(flow.slot(top.awaiting), message, understanding)
        if value is not None:
            values = {**values, top.awaiting: value}
    return Decision("answer", SOS, values, slot=top.awaiting)


def in_flow(
    conversation: Conversation, top: Frame, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision:
    flow = book.flows[top.flow]
    values = slots.named(flow, understanding)
    problems = slots.impossible(flow, understanding.entities)
    if _asks_a_fact(flow, understanding, values):
        return Decision("fact", flow.name)
    if top.awaiting in YES_NO:
        return _at_question(top, flow, message, understanding, values, problems, book)
    plain = _plainly(conversation, top, flow, message, understanding, values, book)
    if plain is not None:
        return plain
    awaited = flow.slot(top.awaiting) if top.awaiting and flow.has(top.awaiting) else None
    other = None if _names(awaited, message, understanding) else _other_flow(flow, understanding, book, awaited)
    if awaited is not None and awaited.kind is SlotKind.TEXT and understanding.intent != "correct":
        # What is told in free words describes; it does not take back what was said before.
        values = {name: value for name, value in values.items() if name not in top.slots}
    if awaited is not None and awaited.name not in values and not problems:
        strict = awaited.kind not in (SlotKind.TEXT, SlotKind.PLACE)
        value = _given(conversation, awaited, message, understanding) if strict or other is None else None
        if value is not None:
            values = {**values, awaited.name: value}
    if (values and other is None) or problems or (awaited and awaited.name in values):
        return Decision("answer", flow.name, values, problems, slot=top.awaiting)
    return other or Decision("unknown")


def _plainly(
    conversation: Conversation,
    top: Frame,
    flow: Flow,
    message: InboundMessage,
    understanding: Understanding,
    values: Mapping[str, Value],
    book: Book,
) -> Decision | None:
    """What one word settles: a cue or a yes that the flow waits for, a note for the staff, an act of talk."""
    if cues.heeded(top, understanding, book):
        return Decision("answer", flow.name, values, slot=top.awaiting)
    answered = cues.yes_or_no(conversation, top, understanding)
    if answered is not None:
        return Decision("answer", flow.name, {top.awaiting or "": answered}, slot=top.awaiting)
    if "off" in understanding.extra and _indispensable(top, flow):
        return Decision("cancel")
    gist = flow.gist
    if gist is not None and "note" in understanding.extra:
        return Decision("answer", flow.name, {gist: slots.added(top, gist, message, understanding)})
    return _act_in_flow(understanding, values)


def _indispensable(top: Frame, flow: Flow) -> bool:
    """ "I do not want it" drops the request only where it was asked for what the flow cannot do without."""
    return not (top.awaiting and flow.has(top.awaiting)) or flow.slot(top.awaiting).required


def _names(awaited: Slot | None, message: InboundMessage, understanding: Understanding) -> bool:
    """A word or two where words were asked for: "wedding cars" names who comes, it is no wish about parking."""
    if awaited is None or awaited.kind is not SlotKind.TEXT or understanding.confidence >= SURE:
        return False
    said = message.text.strip()
    return len(said.split()) <= BRIEF_WORDS if said.isascii() else len(said) <= BRIEF


def _given(
    conversation: Conversation, awaited: Slot, message: InboundMessage, understanding: Understanding
) -> Value | None:
    """What this answer gives to the awaited slot; one of several is meant by its title or a part of it."""
    if awaited.kind is SlotKind.CHOICE:
        return meant_by(conversation, message)
    return slots.match(awaited, message, understanding)


def _asks_a_fact(flow: Flow, understanding: Understanding, values: Mapping[str, Value]) -> bool:
    """A question about the open flow itself: its price, its papers, its hours."""
    asked = "topic" in understanding.extra and ("question" in understanding.extra or not values)
    return flow.answer is not None and asked


def _act_in_flow(understanding: Understanding, values: Mapping[str, Value]) -> Decision | None:
    """Cancel, repeat, skip … said instead of an answer; an utterance that also gives a value is an answer."""
    intent = understanding.intent
    if intent not in ACTS or understanding.confidence < INTERRUPT:
        return None
    if intent == "correct" and values:
        return None
    if intent in ("affirm", "correct"):
        return None
    if intent == "deny":
        return Decision("skip") if not values else None
    return Decision(act_of(intent))


def _other_flow(flow: Flow, understanding: Understanding, book: Book, awaited: Slot | None = None) -> Decision | None:
    """Something else than this flow, said clearly enough to interrupt it."""
    found = book.for_intent(understanding.intent)
    if found is None or found.name == flow.name or understanding.confidence < INTERRUPT:
        return None
    if found.aside:
        # "Live in, from January, some English" describes; only a person may be asked for at half a word.
        describes = awaited is not None and awaited.kind is SlotKind.TEXT and found.name != "ask_human"
        return None if describes and understanding.confidence < SURE else Decision("aside", found.name)
    return Decision("start", found.name, slots.named(found, understanding))


def _lean(understanding: Understanding, wanted: tuple[str, ...]) -> str | None:
    """The likeliest of the answers that make sense here, when nothing else was said clearly."""
    for name, score in understanding.alternatives:
        # A yes files something: it must be likelier than a no to be leant to.
        if name in wanted and score >= (LEAN_YES if name == "affirm" else LEAN):
            return name
    return None


def _changed(
    top: Frame, flow: Flow, message: InboundMessage, understanding: Understanding, values: Mapping[str, Value]
) -> dict[str, Value]:
    """The values that differ from what was read back; a kind heard in an addition is part of the addition."""
    cued = {slot.name for slot in flow.slots if slot.cue}
    if understanding.intent == OUT_OF_SCOPE and "question" in understanding.extra:
        return {name: value for name, value in values.items() if name in cued and top.slots.get(name) != value}
    photo: dict[str, Value] = {}
    if message.attachments and flow.has("photo"):
        photo = {"photo": message.attachments[0].key}
    changed = {name: value for name, value in values.items() if top.slots.get(name) != value}
    shown = [name for name in changed if not flow.slot(name).private or name in cued]
    return {**(changed if shown else {}), **photo}


def _at_question(
    top: Frame,
    flow: Flow,
    message: InboundMessage,
    understanding: Understanding,
    values: Mapping[str, Value],
    problems: tuple[Entity, ...],
    book: Book,
) -> Decision:
    """A yes-or-no question is open: yes, no, a changed value, another wish, or something not understood."""
    changed = _changed(top, flow, message, understanding, values)
    intent = understanding.intent
    if top.awaiting == CONFIRM and "go" in understanding.extra and not changed:
        return Decision("yes")
    noted = _more_of_it(top, flow, message, understanding, book) if _NOTED & set(understanding.extra) else None
    if noted is not None:
        return noted
    if problems or (changed and intent not in ("cancel",) and top.awaiting != WITHDRAW):
        return Decision("change", flow.name, changed, problems)
    if intent in ACTS and intent not in ("affirm", "deny", "correct"):
        return Decision(act_of(intent))
    if intent == "deny" or (intent == "affirm" and understanding.confidence >= LEAN_YES):
        return Decision("no") if intent == "deny" else _yes_and(top, flow, message)
    wrong = _what_is_wrong(flow, understanding)
    more = wrong or _more_of_it(top, flow, message, understanding, book)
    if more is not None:
        return more
    if intent == "correct":
        return Decision("no")
    other = _other_flow(flow, understanding, book)
    if other is not None and (understanding.confidence >= SURE or other.act == "aside"):
        return other
    if values:
        return Decision("change", flow.name)  # what stands there already, said once more: read back once more
    leaning = _lean(understanding, ("affirm", "deny", "correct"))
    return Decision({"affirm": "yes", None: "unknown"}.get(leaning, "no"))


def _what_is_wrong(flow: Flow, understanding: Understanding) -> Decision | None:
    """ "The place is wrong": named, but no other given."""
    about = understanding.extra.get("about")
    named = understanding.intent == "correct" and about is not None and flow.has(about)
    return Decision("change", flow.name, slot=about) if named and about and not flow.slot(about).private else None


def _yes_and(top: Frame, flow: Flow, message: InboundMessage) -> Decision:
    """ "Yes, and please ring first": the wish comes along with the yes (practice 39)."""
    gist = next((slot for slot in flow.slots if slot.gist), None)
    if gist is None or top.awaiting != CONFIRM or len(message.text.strip()) < LONG_YES:
        return Decision("yes")
    before = top.slots.get(gist.name)
    note = message.text.strip() if before is None else f"{before}; {message.text.strip()}"
    return Decision("yes", flow.name, {gist.name: note})


def _more_of_it(
    top: Frame, flow: Flow, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """Said at the read-back and about the same matter: it is added to what the staff will read."""
    gist = flow.gist
    marked = bool(_ADDED & set(understanding.extra))
    if gist is None or top.awaiting != CONFIRM or (len(message.text.strip()) < GIST and not marked):
        return None
    same = marked or book.by_intent.get(understanding.intent) == flow.name
    if not same and understanding.intent != "correct":
        return None
    return Decision("change", flow.name, {gist: slots.added(top, gist, message, understanding)})
