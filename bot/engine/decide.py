"""Hop 5: what this message means in this conversation; pure, so that it can be tested by the thousand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Flow, SlotKind
from bot.contract.messages import InboundMessage, Kind, Profile
from bot.contract.understanding import Danger, Entity, Understanding, Value
from bot.engine import onfile, slots

CONFIRM, AMEND, WITHDRAW, CHANGE = "?confirm", "?amend", "?withdraw", "?change"
YES_NO = frozenset({CONFIRM, AMEND, WITHDRAW})
OUT_OF_SCOPE = "out_of_scope"
SOS = "trigger_sos"

# Below this a resident in the middle of a flow is taken to answer the question, not to start something else.
INTERRUPT = 0.6
LEAN = 0.2
# Shorter than this, a correction without a value says nothing that staff could use.
GIST = 5
_ACTS = frozenset({"cancel", "repeat", "skip", "go_back", "start_over", "correct", "affirm", "deny"})
_PAYLOADS = frozenset({"yes", "no", "skip", "cancel", "repeat", "more", "back", "resume", "safe"})
_PLAIN = re.compile(r"[\s\W_]+")


@dataclass(frozen=True, slots=True)
class Decision:
    """act: what to do; flow: with which flow; values: slots given; slot: which one a choice was about."""

    act: str
    flow: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    problems: tuple[Entity, ...] = ()
    slot: str | None = None


def decide(conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """One decision for one message. Danger first; then what was offered, the pending question, anything new."""
    if understanding.danger is Danger.ALERT:
        return Decision("alarm")
    if understanding.danger is Danger.ASK and understanding.intent == SOS:
        return Decision("ask_danger")
    top = conversation.top
    chosen = _chosen(conversation, message, top, book)
    if chosen is not None:
        return _of_payload(chosen, top)
    if message.kind is Kind.START:
        return Decision("aside", "greet")
    if message.kind is Kind.SILENCE:
        fresh = top is None and conversation.asked is None and not conversation.said
        return Decision("aside", "greet") if fresh else Decision("silence")
    if slots.is_keyed(message):
        return _key(message.text) or _keyed_answer(top, message, understanding, book)
    if not message.attachments and message.place is None and not any(c.isalnum() for c in message.text):
        return Decision("empty" if not message.text.strip() else "unknown")
    if conversation.sos and top is not None and top.flow == SOS:
        return _in_alarm(top, message, understanding, book)
    if top is None:
        return _afresh(conversation, message, understanding, book)
    return _in_flow(conversation, top, message, understanding, book)


def _plain(text: str) -> str:
    return _PLAIN.sub("", text).casefold()


def _chosen(conversation: Conversation, message: InboundMessage, top: Frame | None, book: Book) -> str | None:
    """The payload of what was offered in the last answer, chosen by tap, by its words, or by its key."""
    said = message.choice or message.text.strip()
    if not said or not conversation.offered:
        return None
    plain = _plain(said)
    for offer in conversation.offered:
        if said == offer.payload or (plain and plain == _plain(offer.title)):
            return offer.payload
    digits = said.rstrip("#") if message.profile in (Profile.KEYS, Profile.VOICE) else said
    if message.choice or not digits.isdigit() or not _keys_choose(message, top, book):
        return None
    return next((offer.payload for offer in conversation.offered if offer.key == digits), None)


def _keys_choose(message: InboundMessage, top: Frame | None, book: Book) -> bool:
    """A bare digit is the answer itself when a number is asked for in writing."""
    if message.profile in (Profile.KEYS, Profile.VOICE) or top is None or top.awaiting is None:
        return True
    flow = book.flows[top.flow]
    return not (flow.has(top.awaiting) and flow.slot(top.awaiting).kind is SlotKind.NUMBER)


def _of_payload(payload: str, top: Frame | None) -> Decision:
    if payload in _PAYLOADS:
        return Decision(payload)
    name, _, value = payload.partition("=")
    if name == "start":
        return Decision("start", value)
    if name == "aside":
        return Decision("aside", value)
    if name == "change":
        return Decision("change", slot=value)
    return Decision("answer", top.flow if top else None, {name: value}, slot=name)


def _key(keys: str) -> Decision | None:
    """The keys that mean the same on every call (practice 8); 9 was heard as danger before this."""
    return {
        "0": Decision("aside", "ask_human"),
        "*0": Decision("aside", "ask_human"),
        "*": Decision("repeat"),
        "#": Decision("repeat"),
        "7": Decision("back"),
        "8": Decision("more"),
    }.get(keys)


def _keyed_answer(top: Frame | None, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """Digits typed for the awaited slot; keys are never read as words."""
    flow = book.flows[top.flow] if top is not None else None
    if top is None or flow is None or top.awaiting is None or not flow.has(top.awaiting):
        return Decision("unknown")
    value = slots.match(flow.slot(top.awaiting), message, understanding)
    return (
        Decision("unknown")
        if value is None
        else Decision("answer", flow.name, {top.awaiting: value}, slot=top.awaiting)
    )


def _in_alarm(top: Frame, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """While an alarm is being talked about, words are words for the people on their way."""
    if understanding.intent == "cancel" or (understanding.intent == "deny" and top.awaiting is None):
        return Decision("alarm_cancel")
    if understanding.intent in ("repeat", "ask_human"):
        return Decision("repeat") if understanding.intent == "repeat" else Decision("aside", "ask_human")
    flow = book.flows[SOS]
    values = slots.named(flow, understanding.entities)
    if top.awaiting and flow.has(top.awaiting) and top.awaiting not in values:
        value = slots.match(flow.slot(top.awaiting), message, understanding)
        if value is not None:
            values = {**values, top.awaiting: value}
    return Decision("answer", SOS, values, slot=top.awaiting)


def _afresh(conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """Nothing is open: something new, or something about what was just filed."""
    if any(frame.parked for frame in conversation.frames) and "resume" in understanding.extra:
        return Decision("resume")
    intent = understanding.intent
    if intent == "cancel" and conversation.sos:
        return Decision("alarm_cancel")
    recent = conversation.recent
    managed = onfile.managed(recent, understanding, book)
    if managed is not None:
        values = slots.named(managed, understanding.entities)
        return Decision("start", managed.name, values, slots.impossible(managed, understanding.entities))
    if recent is not None:
        about = _about_recent(recent, message, understanding, book)
        if about is not None:
            return about
    if intent in _ACTS:
        return Decision({"go_back": "back", "start_over": "restart"}.get(intent, intent))
    return _begin(conversation, understanding, book) or Decision("unknown")


def _about_recent(recent: Frame, message: InboundMessage, understanding: Understanding, book: Book) -> Decision | None:
    """A correction or a photo for what was just filed, or its withdrawal."""
    flow = book.flows.get(recent.flow)
    if flow is None:
        return None
    intent = understanding.intent
    if intent == "cancel" and flow.withdraw is not None:
        return Decision("withdraw", flow.name)
    if flow.amend is None:
        return None
    values = slots.named(flow, understanding.entities)
    changed = {name: value for name, value in values.items() if recent.slots.get(name) != value}
    if message.attachments and flow.has("photo"):
        return Decision("amend", flow.name, {"photo": message.attachments[0].key})
    if intent in ("correct", "deny", OUT_OF_SCOPE) and changed:
        return Decision("amend", flow.name, changed)
    if intent == "correct":
        return Decision("amend", flow.name)
    return None


def _begin(conversation: Conversation, understanding: Understanding, book: Book) -> Decision | None:
    flow = book.for_intent(understanding.intent)
    if flow is None:
        return None
    if flow.aside:
        return Decision("aside", flow.name)
    values = slots.named(flow, understanding.entities)
    return Decision("start", flow.name, values, slots.impossible(flow, understanding.entities))


def _in_flow(
    conversation: Conversation, top: Frame, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision:
    flow = book.flows[top.flow]
    values = slots.named(flow, understanding.entities)
    problems = slots.impossible(flow, understanding.entities)
    if _asks_a_fact(flow, understanding, values):
        return Decision("fact", flow.name)
    if top.awaiting in YES_NO:
        return _at_question(top, flow, message, understanding, values, problems, book)
    act = _act_in_flow(understanding, values)
    if act is not None:
        return act
    other = _other_flow(flow, understanding, book)
    awaited = flow.slot(top.awaiting) if top.awaiting and flow.has(top.awaiting) else None
    if awaited is not None and awaited.name not in values and not problems:
        strict = awaited.kind not in (SlotKind.TEXT, SlotKind.PLACE)
        if strict or other is None:
            value = slots.match(awaited, message, understanding)
            if value is not None:
                values = {**values, awaited.name: value}
    if (values and other is None) or problems or (awaited and awaited.name in values):
        return Decision("answer", flow.name, values, problems, slot=top.awaiting)
    return other or Decision("unknown")


def _asks_a_fact(flow: Flow, understanding: Understanding, values: Mapping[str, Value]) -> bool:
    """A question about the open flow itself: its price, its papers, its hours."""
    asked = "topic" in understanding.extra and ("question" in understanding.extra or not values)
    return flow.answer is not None and asked


def _act_in_flow(understanding: Understanding, values: Mapping[str, Value]) -> Decision | None:
    """Cancel, repeat, skip … said instead of an answer; an utterance that also gives a value is an answer."""
    intent = understanding.intent
    if intent not in _ACTS or understanding.confidence < INTERRUPT:
        return None
    if intent == "correct" and values:
        return None
    if intent in ("affirm", "correct"):
        return None
    if intent == "deny":
        return Decision("skip") if not values else None
    return Decision({"go_back": "back", "start_over": "restart"}.get(intent, intent))


def _other_flow(flow: Flow, understanding: Understanding, book: Book) -> Decision | None:
    """Something else than this flow, said clearly enough to interrupt it."""
    found = book.for_intent(understanding.intent)
    if found is None or found.name == flow.name or understanding.confidence < INTERRUPT:
        return None
    if found.aside:
        return Decision("aside", found.name)
    return Decision("start", found.name, slots.named(found, understanding.entities))


def _lean(understanding: Understanding, wanted: tuple[str, ...]) -> str | None:
    """The likeliest of the answers that make sense here, when nothing else was said clearly."""
    for name, score in understanding.alternatives:
        if name in wanted and score >= LEAN:
            return name
    return None


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
    if message.attachments and flow.has("photo"):
        values = {**values, "photo": message.attachments[0].key}
    changed = {name: value for name, value in values.items() if top.slots.get(name) != value}
    intent = understanding.intent
    if problems or (changed and intent not in ("cancel",) and top.awaiting != WITHDRAW):
        return Decision("change", flow.name, changed, problems)
    if intent in _ACTS and intent not in ("affirm", "deny", "correct"):
        return Decision({"go_back": "back", "start_over": "restart"}.get(intent, intent))
    if intent in ("affirm", "deny"):
        return Decision("yes" if intent == "affirm" else "no")
    more = _more_of_it(top, flow, message, understanding, book)
    if more is not None:
        return more
    if intent == "correct":
        return Decision("no")
    other = _other_flow(flow, understanding, book)
    if other is not None:
        return other
    leaning = _lean(understanding, ("affirm", "deny", "correct"))
    if leaning is not None:
        return Decision("yes" if leaning == "affirm" else "no")
    return Decision("unknown")


def _more_of_it(
    top: Frame, flow: Flow, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """Said at the read-back and about the same matter: it is added to what the staff will read."""
    gist = next((slot for slot in flow.slots if slot.gist), None)
    if gist is None or top.awaiting != CONFIRM or len(message.text.strip()) < GIST:
        return None
    same = book.by_intent.get(understanding.intent) == flow.name or "urgent" in understanding.extra
    if not same and understanding.intent != "correct":
        return None
    before = top.slots.get(gist.name)
    text = message.text.strip() if before is None else f"{before}; {message.text.strip()}"
    return Decision("change", flow.name, {gist.name: text})
