"""Which of the things offered in the last answer a message chooses: by tap, by its words, or by its key."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, SlotKind
from bot.contract.likeness import likest
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding
from bot.engine.answers.pointed import pointed_at
from bot.engine.decision import SURE, UNSURE, Decision
from bot.engine.slots import named

PERSON = "aside=ask_human"
# More than these are a menu, and a plain yes means none of them.
FEW = 3
# So many letters of an offer, half as many in Chinese, are taken for it.
PART = 4
# A title's own words end where a price or a date begins.
_AFTER = re.compile(r"[,\uff0c(\uff08]")
_PLAIN = re.compile(r"[\s\W_]+")


@lru_cache(maxsize=512)
def _plain(text: str) -> str:
    return _PLAIN.sub("", text).casefold()


def chosen_of(conversation: Conversation, message: InboundMessage, top: Frame | None, book: Book) -> str | None:
    """The payload of what was offered in the last answer, chosen by tap, by its words, or by its key."""
    said = message.choice or message.text.strip()
    if not said or not conversation.offered:
        return None
    plain = _plain(said)
    for offer in conversation.offered:
        if said == offer.payload or (plain and plain == _plain(offer.title)):
            return offer.payload
    part = _in_part(conversation, message, said)
    if part is not None:
        return part
    digits = said.rstrip("#") if message.profile.is_heard else said
    if message.choice or not digits.isdigit() or not _keys_choose(message, top, book):
        return None
    return next((offer.payload for offer in conversation.offered if offer.key == digits), None)


def _in_part(conversation: Conversation, message: InboundMessage, said: str) -> str | None:
    """ "Third tier" for "Electricity, third tier": whole words of one offer only."""
    short = len(said) < (PART if said.isascii() else PART // 2)
    if message.choice or short or said.isdigit() or said[-1] in "?？" or (said[0].isalpha() and said[-1].isdigit()):
        return None
    # Most messages stand in no offer, and each would be a pattern of its own.
    if not any(said.lower() in offer.title.lower() for offer in conversation.offered):
        return None
    pattern = re.compile(rf"\b{re.escape(said)}\b" if said.isascii() else re.escape(said), re.IGNORECASE)
    found = [offer.payload for offer in conversation.offered if pattern.search(offer.title)]
    return found[0] if len(found) == 1 else None


def _pointed(conversation: Conversation, understanding: Understanding) -> str | None:
    """ "The lift one": what points at one of several, by a word that stands in one title only."""
    if "pointed" not in understanding.extra:
        return None
    word = _plain(understanding.extra["pointed"])
    # "Lifts" for "lift": one of the two may be in the plural.
    stem = word.removesuffix("s") if word.isascii() else word
    found = [offer.payload for offer in conversation.offered if stem and stem in _plain(offer.title)]
    if len(found) == 1:
        return found[0]
    # "The leak from last time": of what is on file, the one whose words it shares.
    filed = [offer for offer in conversation.offered if offer.payload.startswith("case_no=")]
    place = likest(understanding.extra["pointed"], [offer.title for offer in filed])
    return None if place is None or found else filed[place].payload


def _keys_choose(message: InboundMessage, top: Frame | None, book: Book) -> bool:
    """A bare digit is the answer itself when a number is asked for in writing."""
    if message.profile.is_heard or top is None or top.awaiting is None:
        return True
    flow = book.flows[top.flow]
    return not (flow.has(top.awaiting) and flow.slot(top.awaiting).kind is SlotKind.NUMBER)


def offered_as(conversation: Conversation, understanding: Understanding) -> str | None:
    """The payload of "the second one", counted in the order in which the last answer offered them.

    A plain yes where nothing but an offer is open and a person was offered first is a yes to the person.
    """
    idle = conversation.top is None or conversation.top.lingers
    if "this_number" in understanding.extra:
        caller = lone(conversation, "contact")
        return f"contact={caller}" if caller else None
    if "resume" in understanding.extra and not conversation.frames and _goes_on(conversation):
        return "more"
    thanks = "agrees" in understanding.extra and understanding.intent == "thank" and _asked_for(conversation)
    if (understanding.intent == "affirm" or thanks) and idle and conversation.offered:
        first = conversation.offered[0].payload
        # What begins something is agreed to, and not only resembled: "just me" is no yes.
        agreed = {"agrees", "assent", "go"} & set(understanding.extra) or understanding.confidence >= SURE
        begun = first.startswith("start=") and len(conversation.offered) <= FEW and bool(agreed)
        return first if first == PERSON or begun else None
    pointed = _pointed(conversation, understanding)
    if pointed is not None:
        return pointed
    return nth(conversation, understanding.extra.get("ordinal", "")) or pointed_at(conversation, understanding)


def _asked_for(conversation: Conversation) -> bool:
    """ "Mm, thanks", where one thing is offered in a question, is a yes to it; after a mere button it ends the talk."""
    asked = conversation.asked
    question = asked is not None and asked.text.msgid.endswith("?")
    return question and len(conversation.offered) == 1


def _goes_on(conversation: Conversation) -> bool:
    """The rest of what was told is offered, before anything else is."""
    return any(offer.payload == "more" for offer in conversation.offered)


def lone(conversation: Conversation, slot: str) -> str | None:
    """The one value of this slot that is offered, such as the number that somebody calls from."""
    shown = [value for name, _, value in (o.payload.partition("=") for o in conversation.offered) if name == slot]
    return shown[0] if len(shown) == 1 else None


def nth(conversation: Conversation, place: str) -> str | None:
    """The payload that stands there among those offered last."""
    shown = [offer for offer in conversation.offered if offer.payload not in ("more", "skip", "cancel")]
    return shown[int(place) - 1].payload if place.isdigit() and 0 < int(place) <= len(shown) else None


def leaves_open(conversation: Conversation, top: Frame, understanding: Understanding) -> bool:
    """ "No idea, you decide", where the question itself offers to leave it open."""
    unsure = f"{top.awaiting}={UNSURE}"
    return "not_known" in understanding.extra and any(offer.payload == unsure for offer in conversation.offered)


def meant_by(conversation: Conversation, message: InboundMessage) -> str | None:
    """The value of the one offer whose title stands in the answer or holds it: "the dentist, please"."""
    said = _plain(message.text)
    if len(said) < (PART if said.isascii() else PART // 2):
        return None
    titles = [(_AFTER.split(offer.title)[0], offer.payload) for offer in conversation.offered]
    found = {payload for title, payload in titles if _holds(message.text, title) or _holds(title, message.text)}
    return found.pop().partition("=")[2] or None if len(found) == 1 else None


def _holds(text: str, part: str) -> bool:
    """Whole words, where words have spaces between them: "yes" is no part of "yesterday"."""
    if not _plain(part):
        return False
    if not text.isascii() or not part.isascii():
        return _plain(part) in _plain(text)
    return f" {_worded(part)} " in f" {_worded(text)} "


def _worded(text: str) -> str:
    return _PLAIN.sub(" ", text).casefold().strip()


# What leaves open what was asked, or goes past it.
_OPEN = frozenset({"unsure", "skip", "cancel", "more", PERSON})


def the_one(conversation: Conversation) -> str | None:
    """ "Yes", where one place is offered and nothing else that answers: "which building? Mine"."""
    answers = [offer.payload for offer in conversation.offered]
    told = [payload for payload in answers if payload.rpartition("=")[2] not in _OPEN and payload not in _OPEN]
    return told[0].partition("=")[2] if len(told) == 1 and len(answers) > 1 else None


# An offer, and a person beside it.
PAIR = 2


def taken_up(conversation: Conversation, understanding: Understanding, book: Book, decision: Decision) -> Decision:
    """ "The kitchen tap", where only "shall I take it down as a new repair?" is offered: told, and so taken up."""
    begins = [offer.payload for offer in conversation.offered if offer.payload.startswith("start=")]
    flow = book.flows.get(begins[0].removeprefix("start=")) if len(begins) == 1 else None
    told = understanding.entity("category") is not None or "fault" in understanding.extra
    if decision.act != "unknown" or flow is None or not told or len(conversation.offered) > PAIR:
        return decision
    return Decision("start", flow.name, named(flow, understanding))
