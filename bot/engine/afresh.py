"""When no flow is open: something new, something about what was just filed, or words for an alarm."""

from __future__ import annotations

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding
from bot.engine import onfile, slots
from bot.engine.decision import ACTS, CALLS_OFF, OUT_OF_SCOPE, SOS, SURE, Decision, act_of


def afresh(conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """Nothing is open: something new, or something about what was just filed."""
    if any(frame.parked for frame in conversation.frames) and "resume" in understanding.extra:
        return Decision("resume")
    intent = understanding.intent
    if conversation.sos:
        return _after_alarm(conversation, message, understanding, book)
    recent = conversation.recent
    managed = onfile.managed(recent, understanding, book)
    if managed is not None:
        values = slots.named(managed, understanding)
        return Decision("start", managed.name, values, slots.impossible(managed, understanding.entities))
    if recent is not None:
        about = _about_recent(recent, message, understanding, book)
        if about is not None:
            return about
    if intent in ACTS:
        return Decision(act_of(intent))
    return _begin(message, understanding, book) or Decision("unknown")


def calls_off(understanding: Understanding) -> bool:
    return understanding.intent == "cancel" and understanding.confidence >= CALLS_OFF


def _after_alarm(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision:
    """An alarm is open and its questions are answered: what comes is for the people on their way.

    Only a clear new request opens a flow; what is not understood is passed on, and no menu is shown.
    """
    if calls_off(understanding):
        return Decision("alarm_cancel")
    flow = book.for_intent(understanding.intent)
    if flow is not None and understanding.confidence >= SURE and flow.name != SOS:
        return _begin(message, understanding, book) or Decision("alarm_words")
    return Decision("alarm_words")


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
    values = slots.named(flow, understanding)
    changed = {name: value for name, value in values.items() if recent.slots.get(name) != value}
    if message.attachments and flow.has("photo"):
        return Decision("amend", flow.name, {"photo": message.attachments[0].key})
    unsure = understanding.confidence < SURE or book.for_intent(intent) is flow
    if changed and (intent in ("correct", "deny", OUT_OF_SCOPE) or (set(changed) == {"when"} and unsure)):
        return Decision("amend", flow.name, changed)
    if intent == "correct":
        return Decision("amend", flow.name)
    return None


def _begin(message: InboundMessage, understanding: Understanding, book: Book) -> Decision | None:
    flow = book.for_intent(understanding.intent)
    if flow is None and message.attachments:
        # A picture without words shows what is broken more often than anything else.
        flow = next((f for f in book.flows.values() if f.has("photo")), None)
    if flow is None:
        return None
    if flow.aside:
        return Decision("aside", flow.name)
    values = slots.named(flow, understanding)
    if message.attachments and flow.has("photo"):
        values = {**values, "photo": message.attachments[0].key}
    return Decision("start", flow.name, values, slots.impossible(flow, understanding.entities))
