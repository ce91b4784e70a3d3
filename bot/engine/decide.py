"""Hop 5: what this message means in this conversation; pure, so that it can be tested by the thousand."""

from __future__ import annotations

from bot.contract.altered import altered
from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, SlotKind
from bot.contract.messages import InboundMessage, Kind, Profile
from bot.contract.understanding import Danger, Understanding
from bot.engine import cues, slots
from bot.engine.afresh import afresh
from bot.engine.answers.by_keys import everywhere, keyed_answer
from bot.engine.answers.keyed import is_gesture, is_keyed
from bot.engine.danger.alarmed import in_alarm
from bot.engine.danger.amid import no_worse
from bot.engine.danger.doubt import asked_beside, is_empty, maybe_danger, sounds_calm
from bot.engine.danger.gassed import after_gas
from bot.engine.danger.said import in_words
from bot.engine.decision import OFFERED, SOS, SURE, YES_NO, Decision
from bot.engine.filed.just_filed import stands_there
from bot.engine.filed.off_already import asked_if_off
from bot.engine.filed.spoken_of import within
from bot.engine.person.heard import fell_ill, hurried
from bot.engine.person.of_the_talk import for_another, of_the_talk
from bot.engine.person.promised import asks_for_one, for_who_calls, names_phone
from bot.engine.several.by_clause import by_clause
from bot.engine.several.halves import is_mere, leads_on, told_first
from bot.engine.several.mistook import mistook
from bot.engine.several.offered import chosen_of, nth, offered_as, taken_up
from bot.engine.several.one_off import one_off
from bot.engine.several.rehomed import rehomed
from bot.engine.several.second import afterwards, amid

LISTEN = "listen"
_SHOWN = (Profile.BUTTONS, Profile.TEXT)
_PAYLOADS = frozenset({"yes", "no", "skip", "cancel", "repeat", "more", "back", "resume", "safe", "swap", "elsewhere"})


def decide(conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """One decision for one message; of two wishes in it the first, with the other to follow."""
    amid = in_words(conversation, message, understanding, book)
    if amid is not None:
        return amid
    if understanding.rest is not None and is_mere(conversation, understanding.rest, book):
        understanding = altered(understanding, rest=None)
    if understanding.rest is None:
        decision = decided(conversation, message, understanding, book)
        return by_clause(conversation, message, understanding, book, decision, decided)
    first = altered(message, text=understanding.said)
    decision = decided(conversation, first, altered(understanding, rest=None), book)
    idle = decision.act == "cancel" and conversation.top is None and conversation.recent is None
    if idle or decision.act in ("unknown", "affirm", "deny", "correct") or leads_on(understanding):
        # "Ok then, report it": the first half answers nothing.
        second = decide(conversation, altered(message, text=understanding.rest.said), understanding.rest, book)
        return altered(second, heard=second.heard or understanding.rest)
    decision = by_clause(conversation, first, understanding, book, decision, decided)
    return altered(told_first(decision, understanding, book), then=understanding.rest)


def decided(conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """Danger first; then what was offered, the pending question, anything new."""
    if understanding.danger is Danger.ALERT:
        return _alarm(conversation, message, understanding, book)
    top = conversation.top
    off = one_off(conversation, understanding, book)
    if off is not None:
        return off
    asks_which = understanding.extra.get("topic") == "choice" and not message.choice  # "anything vegetarian?"
    chosen = chosen_of(conversation, message, top, book) if not asks_which else None
    chosen = chosen or offered_as(conversation, understanding)
    doubtful = understanding.danger is Danger.ASK and understanding.intent == SOS and not conversation.sos
    # What was offered is an answer, whatever its words sound like ("I cannot see it").
    spoken_of = top or _just_filed(conversation, message)
    if fell_ill(conversation, message, understanding):
        return Decision("alarm")
    gassed = after_gas(conversation, message, understanding)
    if gassed is not None:
        return gassed
    urged = hurried(conversation, message, understanding, book) if chosen is None else None
    if urged is not None:
        return urged
    doubtful = doubtful or ("made_safe" in understanding.extra and spoken_of is None and not conversation.sos)
    if (
        doubtful
        and chosen is None
        and not (sounds_calm(spoken_of, understanding, book) or _goes_on(conversation, message, understanding, book))
    ):
        urgent = _already_urgent(top) or _already_urgent(conversation.recent)
        return Decision("alarm" if urgent else "ask_danger")
    if chosen is not None:
        picked = _of_payload(chosen, top)
        return picked if message.choice else _with_it(picked, top, understanding, book)
    if for_who_calls(conversation, understanding) or asks_for_one(conversation, message, understanding):
        return Decision("aside", "ask_human")  # for the person who was promised, whatever is open
    aside = of_the_talk(message, understanding) or for_another(conversation, understanding)
    if aside is not None and not conversation.sos:
        return Decision("aside", aside)
    wordless = _to_offer(conversation, understanding) or _without_words(conversation, message, understanding, book)
    return wordless or _by_words(conversation, message, understanding, book)


def _just_filed(conversation: Conversation, message: InboundMessage) -> Frame | None:
    """What was filed a moment ago is still spoken of."""
    return recent if (recent := conversation.recent) is not None and within(recent, message) else None


def _signs(understanding: Understanding, recent: Frame | None) -> bool:
    """Whether anything names a danger, or what was filed is one."""
    named = {"hinted", "unwell", "urgent"} & set(understanding.extra)
    return bool(named) or (recent is not None and "_urgent" in recent.slots)


def _goes_on(conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book) -> bool:
    """It answers what is open ("right by the south gate", "hurry up, do it"): danger is then asked about beside it."""
    top = conversation.top
    if names_phone(conversation, understanding):
        return True
    if top is None and stands_there(conversation, message, understanding):
        return True
    if top is None and asked_if_off(conversation, message, understanding):
        return True  # "so nobody will come now, right?", of what was just withdrawn
    if top is None and {"mind", "wish"} & set(understanding.extra) and understanding.confidence < SURE:
        # "There is a cat in the flat", right after a cleaner was booked: for who comes.
        return _just_filed(conversation, message) is not None and not _signs(understanding, conversation.recent)
    if top is None or top.lingers or top.flow == SOS or _already_urgent(conversation.recent):
        return False
    if any(offer.payload == "danger" for offer in conversation.offered) or not maybe_danger(
        understanding, conversation
    ):
        return False  # nothing would be asked beside it
    submits = "go" in understanding.extra and top.awaiting in YES_NO
    names_it = {"hinted", "unwell"} & set(understanding.extra) or "_urgent" in top.slots
    if top.awaiting is not None and not names_it:
        return True  # nothing names a danger: it is asked about beside the answer
    whereabouts = top.awaiting == "location" and {"scope", "own_building"} & set(understanding.extra)
    return bool(submits or whereabouts or slots.named(book.flows[top.flow], understanding))


def _to_offer(conversation: Conversation, understanding: Understanding) -> Decision | None:
    """A plain yes or no to what was offered and is no answer of a flow: danger, going on with what was begun."""
    offered, intent = {offer.payload for offer in conversation.offered}, understanding.intent
    asked = asked_beside(conversation.said) or (conversation.off and conversation.top is None)
    if asked and {"relief", "nobody"} & set(understanding.extra):
        return Decision("safe")
    if "danger" in offered and {"unwell", "grows"} & set(understanding.extra):
        return Decision("alarm")  # "is anyone in danger?", and somebody is ill
    if "danger" in offered and conversation.top is not None and _answers_something_else(understanding):
        return None
    if "danger" in offered and intent in ("affirm", "deny"):
        # "Is anyone in danger?" was asked: a plain yes is the cry itself, a plain no is a relief; "fine" is neither.
        if intent == "affirm" and ("fine" in understanding.extra or not _plainly(understanding)):
            return Decision("ask_danger")
        return Decision("alarm" if intent == "affirm" else "safe")
    for payload in ("resume", "elsewhere"):
        if payload in offered and (intent == "affirm" or {"resume", "go", "assent"} & set(understanding.extra)):
            return Decision(payload)
        if payload in offered and conversation.top is not None and (intent == "deny" or "off" in understanding.extra):
            return Decision("cancel")
    return None


def _answers_something_else(understanding: Understanding) -> bool:
    """ "Just the one in the living room, the others are fine": goes on with what is open, no word tells of danger."""
    says_so = {"assent", "relief", "nobody"} & set(understanding.extra)
    return "beside" in understanding.extra and not says_so and understanding.danger is Danger.NONE


def _plainly(understanding: Understanding) -> bool:
    """A yes, and no sentence that only resembles one: "perhaps it is by the lockers" tells of no danger."""
    clear = "assent" in understanding.extra or understanding.confidence >= SURE
    return clear or "beside" not in understanding.extra or understanding.danger is not Danger.NONE


def _without_words(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """A call that begins, silence, keys, or a message in which nothing can be read; None when there are words."""
    top = conversation.top
    if message.kind is Kind.START:
        return Decision("aside", "greet")
    if message.kind is Kind.SILENCE:
        fresh = top is None and conversation.asked is None and not conversation.said
        return Decision("aside", "greet") if fresh else Decision("silence")
    if is_keyed(message):
        return everywhere(message.text) or keyed_answer(top, message, understanding, book)
    text = message.text.strip()
    if any(char.isalnum() for char in text) or is_gesture(text, understanding):
        return Decision("alarm_words" if conversation.sos else "unknown") if top is None and text.isdigit() else None
    if message.attachments or message.place is not None or message.kind in (Kind.VOICE, Kind.STICKER):
        return _shown(top, message, book)
    return Decision("unknown" if text else "empty")


def _shown(top: Frame | None, message: InboundMessage, book: Book) -> Decision | None:
    """A picture, a place, a voice note or a sticker alone: used where it fits, else answered kindly."""
    picture = slots.picture(message)
    if message.kind is Kind.VOICE and message.attachments and message.profile in _SHOWN:
        return Decision("aside", LISTEN)  # somebody can listen to it; what is recorded on a call goes its own way
    flow = book.flows[top.flow] if top is not None else None
    if top is None or flow is None:
        return None if picture is not None else Decision("unused")
    awaited = flow.slot(top.awaiting) if top.awaiting and flow.has(top.awaiting) else None
    if picture is not None and flow.has("photo"):
        return None
    place = message.place is not None and flow.has("location")
    if place and (awaited is None or awaited.name == "location" or "location" not in top.slots):
        return None
    if picture is not None and awaited is not None and awaited.kind is SlotKind.PHOTO:
        return None
    return Decision("unused")


def _by_words(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision:
    top = conversation.top
    if conversation.sos and top is not None and top.flow == SOS:
        return in_alarm(conversation, top, message, understanding, book)
    if "noise" in understanding.extra and not conversation.sos:
        return Decision("unknown")  # a hum, a laugh, a slip of the fingers: no yes, and no name of anything
    moved = mistook(conversation, message, understanding, book) or rehomed(conversation, message, understanding, book)
    if moved is not None:
        return moved
    if top is None or (top.lingers and "yields" in understanding.extra):
        return afterwards(conversation, message, understanding, book)
    decision = amid(conversation, top, message, understanding, book)
    moves = "move" in understanding.extra and decision.act == "start"
    if top.lingers and decision.act == "cancel" and any(o.payload.startswith("case_no=") for o in conversation.offered):
        # Of what was just listed something is called off: the flow that listed it asks which, where that is not said.
        kept = {k: v for k, v in top.slots.items() if k == "_kind"}
        which = nth(conversation, understanding.extra.get("ordinal_off", "")) or ""
        number = {"case_no": which.partition("=")[2]} if which.startswith("case_no=") else {}
        return Decision("start", top.flow, {**kept, **number})
    instead = decision.otherwise if decision.act == "fact" else None
    if top.lingers and instead is not None and instead.act in _PASSED_OVER:
        # What the flow does not know either is no question about its offer.
        return altered(decision, otherwise=_past_offer(conversation, message, understanding, book, instead))
    if top.lingers and (moves or decision.act in _PASSED_OVER):
        # It is done but for an offer: whatever else is said is something new.
        return _past_offer(conversation, message, understanding, book, decision)
    return taken_up(conversation, understanding, book, decision)


# What is made of words that take up nothing of an offer.
_PASSED_OVER = ("unknown", "skip", "consult")


def _past_offer(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book, decision: Decision
) -> Decision:
    """Something new, where the words begin one; else what was made of them."""
    fresh = afresh(conversation, message, understanding, book)
    mere = fresh.act == "aside" and not cues.in_words(understanding, fresh.flow or "")
    return taken_up(conversation, understanding, book, decision) if fresh.act == "unknown" or mere else fresh


def _alarm(conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """A new cry, or in the middle of one another plea that answers what was asked."""
    top = conversation.top
    asked = top is not None and top.flow == SOS and top.awaiting is not None
    news = conversation.sos is not None and ("helped" in understanding.extra or no_worse(understanding))
    if news and not asked:
        return Decision("alarm_words")
    if top is not None and asked and conversation.sos and (news or understanding.danger_kind == "plea"):
        return in_alarm(conversation, top, message, understanding, book)
    return Decision("alarm")


def _already_urgent(spoken_of: Frame | None) -> bool:
    """After a stopped lift or a smell of gas, what sounds like danger is danger; not where the lift is empty."""
    kind = spoken_of.slots.get("_urgent") if spoken_of is not None else None
    return kind == "gas" or (kind == "lift" and not is_empty(spoken_of))


def _of_payload(payload: str, top: Frame | None) -> Decision:
    if payload in _PAYLOADS:
        return Decision(payload)
    name, _, value = payload.partition("=")
    if name == "unharmed":
        return Decision("alarm_cancel")
    if name in ("start", "aside", "rehome"):
        return Decision(name, value, slot=OFFERED if name == "start" else None)
    if name == "change":
        return Decision("change", slot=value)
    if name in ("amend", "withdraw"):
        return Decision("recall", values={"case_no": value}, slot=name)
    return Decision("answer", top.flow if top else None, {name: value}, slot=name)


def _with_it(picked: Decision, top: Frame | None, understanding: Understanding, book: Book) -> Decision:
    """ "Two of the first one": what is told beside the choice is kept."""
    if picked.act != "answer" or top is None or "ordinal" not in understanding.extra:
        return picked
    return altered(picked, values={**slots.named(book.flows[top.flow], understanding), **picked.values})
