"""While a person was promised: what is said without a matter of its own is for them, and they may be called off."""

from __future__ import annotations

from bot.contract.conversation import Conversation
from bot.contract.flow import Book
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Danger, Understanding
from bot.engine.asked.questioned import files
from bot.engine.decision import ACTS, INTERRUPT, OUT_OF_SCOPE, SURE, YES_NO, Decision
from bot.engine.measure import is_brief, letters, without
from bot.engine.said import Said

HUMAN = "ask_human"
# What a call back needs to know: when, where to, which home.
_OF_A_CALL = frozenset({"when", "phone", "location"})
# "How long?", asked while somebody is waited for.
_HOW_LONG = frozenset({"duration", "arrival", "contacted", "next"})
FEW_WORDS, FEW = 8, 12
# So many letters may stand beside a number that is told.
MY_NUMBER = len("my number is")
_POLITE = frozenset({"greet", "thank", "goodbye", "help", "affirm", "repeat", "slower", "change_language"})


def waited_for(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """ "After eight", "it is about my parking space": for who calls back; None where it is something else."""
    extra = understanding.extra
    if not conversation.with_staff:
        return None
    if {"anybody", "swap"} & set(extra) or ("urge" in extra and conversation.recent is None):
        # "Now!", "is anybody there?": they wait for the person who was promised.
        return Decision("aside", HUMAN)
    if asks_how_long(conversation, message, understanding) and conversation.recent is None:
        return Decision("aside", HUMAN)
    if "bides" in extra:
        return Decision("affirm")  # "ok, I'll wait"
    if "no_call" in extra and conversation.recent is None:
        return _uncalled(book)
    fresh = conversation.recent is None and not conversation.sos
    return Decision("aside", HUMAN) if _for_them(message, understanding, book, fresh=fresh) else None


def for_who_calls(conversation: Conversation, understanding: Understanding) -> bool:
    """ "Ask them to ring me, before twelve", "this number": how and when the person who was promised shall ring."""
    extra = understanding.extra
    if not conversation.with_staff or conversation.sos:
        return False
    if "anybody" in extra:
        return False  # "why has nobody rung me": they ask where it is
    if "call_me" in extra:
        return True
    timed = "ring_when" in extra and (understanding.entity("when") is not None or "bound" in extra)
    return conversation.recent is None and (timed or "this_number" in extra or names_phone(conversation, understanding))


def names_phone(conversation: Conversation, understanding: Understanding) -> bool:
    """ "Ring my husband's, 139…": a number for the call that was promised; danger is asked about beside it."""
    phone, extra = understanding.entity("phone"), understanding.extra
    waits = conversation.with_staff and conversation.recent is None and not conversation.sos
    return waits and phone is not None and extra.get("about") == "contact" and not {"hinted", "unwell"} & set(extra)


def asks_for_one(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> bool:
    """ "Forget it, get me someone", "have somebody phone me about the noise": asked for in so many words, whatever else
    the sentence is most like."""
    extra = understanding.extra
    calm = not conversation.sos and "urgent" not in extra and understanding.danger is Danger.NONE
    return calm and not message.choice and bool({"fetch_person", "wants_call"} & set(extra))


def told_them(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """ "They cracked my wall, nobody answered", right after a person was asked for: what they are wanted for, and no
    form of its own unless one is wished; and the number to ring."""
    extra, talk = set(understanding.extra), conversation
    if not talk.with_staff or talk.recent is not None or talk.told is not None or talk.sos:
        return None
    if {"question", "asks_back"} & extra - ({"asks_back"} if "angry" in extra else set[str]()):
        return None
    if "concerns" in extra:
        return Decision("aside", HUMAN)
    phone = [entity for entity in understanding.entities if entity.name == "phone"]
    reach = understanding.extra.get("about") == "contact" and "beside" in extra and not understanding.entities
    if reach or (phone and letters(without(message.text, phone)) <= MY_NUMBER):
        return Decision("aside", HUMAN)
    # Who is angry about an answer that was promised ("you said I would get one") asks for nothing anew.
    asks = {"requests"} if not {"angry", "grievance"} & extra else set[str]()
    wished = ({"wants_it", "also", "urgent"} | asks) & extra or understanding.extra.get("thing") == "complaint"
    flow = book.for_cue({"grievance"} & extra) or book.for_intent(understanding.intent)
    # What would only be looked up is not what is told: "my deposit was never refunded".
    looks = flow is not None and not (flow.aside or files(flow)) and understanding.entity("case_no") is None
    tells = flow is not None and (flow.story or looks) and understanding.full_sentence and not wished
    return Decision("aside", HUMAN) if tells else None


def calls_it_off(conversation: Conversation, understanding: Understanding, book: Book) -> Decision | None:
    """ "Forget the call", in the middle of something else: the call is off, and nothing else is."""
    off = understanding.intent == "cancel" or "off" in understanding.extra
    off = off and conversation.with_staff and understanding.extra.get("thing") == "callback"
    return _uncalled(book) if off else None


def _uncalled(book: Book) -> Decision | None:
    progress = book.progress
    return (
        Decision("start", progress.name, {"_mode": "withdraw", "_kind": "callback"}) if progress is not None else None
    )


def rings_them(said: Said) -> bool:
    """A number alone, at a read-back, where a person was promised: it is the one they shall ring."""
    phone = [entity for entity in said.understanding.entities if entity.name == "phone"]
    waits = said.conversation.with_staff and said.top.awaiting in YES_NO and "contact" not in said.top.slots
    return waits and bool(phone) and letters(without(said.message.text, phone)) <= MY_NUMBER


def asks_how_long(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> bool:
    """Nothing of a matter: how long the person who was promised will take."""
    asked = understanding.extra.get("topic") in _HOW_LONG and not {"of_repair", "thing"} & set(understanding.extra)
    return conversation.with_staff and asked and is_brief(message.text, FEW_WORDS, FEW)


def _for_them(message: InboundMessage, understanding: Understanding, book: Book, *, fresh: bool) -> bool:
    """fresh: nothing was filed in this talk that the words could be about; what is told is what the person is for."""
    extra, intent = understanding.extra, understanding.intent
    other = {"chat", "foreign"} if fresh else {"chat", "foreign", "missing"}
    if other & set(extra) or (intent in _POLITE and understanding.confidence >= INTERRUPT):
        return False
    if "concerns" in extra or extra.get("rather", "").isdigit():
        return True
    told = [entity for entity in understanding.entities if entity.name in _OF_A_CALL]
    if told and letters(without(message.text, told)) <= len("please"):
        return True
    clear = understanding.confidence >= SURE and book.for_intent(intent) is not None
    least = SURE if fresh else INTERRUPT
    lost = intent == OUT_OF_SCOPE or (intent not in ACTS and not clear and understanding.confidence < least)
    return lost and understanding.full_sentence and not {"question", "asking"} & set(extra)
