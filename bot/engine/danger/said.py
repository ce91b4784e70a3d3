"""What a line is while an alarm is open, where the classifier is sure of it: it lowers nothing, and asks at most that a
person makes sure."""

from __future__ import annotations

from bot.contract.conversation import Conversation
from bot.contract.flow import Book
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Danger, Understanding
from bot.engine.answers.keyed import is_keyed
from bot.engine.danger.amid import calls_off, goes_on
from bot.engine.danger.by_ear import takes_back
from bot.engine.decision import SOS, Decision
from bot.engine.several.offered import chosen_of, offered_as

# From here on words are taken to say that it is over, or never was; a person makes sure (practice 4).
OVER = 0.75
# So sure where they sound like a cry as well: "the fire is out, nobody hurt".
OVER_THOUGH_A_CRY = 0.86
_OVER = ("clear", "mistake")
# What answers the question where they are, or may begin something.
_ELSEWHERE = frozenset({"place", ""})
# What is said of them, and no cry however it sounds.
_NO_CRY = frozenset({"asks_called", "asks_when", "asks_what", "asks", "called", "silent", "better", "wants", *_OVER})


def _says_so(conversation: Conversation, understanding: Understanding) -> bool:
    """It is called off in so many words, or what was set aside is to go on."""
    kept = any(frame.parked for frame in conversation.frames)
    goes = kept and bool({"resume", "go"} & understanding.extra.keys())
    return goes or (calls_off(understanding) and not goes_on(understanding))


# What may be asked about anything else.
_OF_NO_ALARM = frozenset({"", "other", "cost", "tell", "when", "meet", "window", "valve"})
# What leads out of the alarm in so many words.
_LEADS = frozenset({"repeat", "ask_human"})
SURE_OF_NO_CRY = 0.7


def is_over(understanding: Understanding) -> bool:
    """Whether nobody is in danger any more, or never was, as they say it; and no "but" stands beside it."""
    if understanding.said_amid not in _OVER or "though" in understanding.extra:
        return False
    least = OVER_THOUGH_A_CRY if understanding.danger is Danger.ALERT else OVER
    return understanding.amid_share(*_OVER) >= least


def in_words(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """What the line is as a whole, before it falls into pieces; None where that is not sure, or something else says
    it better: a tap, a key, a place, a cry."""
    said = understanding.said_amid
    top = conversation.top
    # "A bucket of water on it?" is of the alarm, whatever was open before.
    asked = understanding.asks_about not in _OF_NO_ALARM
    elsewhere = (said in _ELSEWHERE and not asked) or (top is not None and top.flow != SOS)
    if conversation.sos is None or elsewhere or message.choice or is_keyed(message):
        return None
    if chosen_of(conversation, message, top, book) or offered_as(conversation, understanding):
        return None  # what was offered, in words
    if said == "wants" and top is None:
        return None  # what is asked for clearly is begun; the rest is kept
    if _says_so(conversation, understanding):
        return None
    if is_over(understanding) or takes_back(conversation, understanding, book):
        return Decision("alarm_cancel")
    if top is not None and top.awaiting == "what_happened" and said in ("tells", "worse", "who"):
        return None  # it is asked for
    if understanding.danger is Danger.ALERT:
        hurt = {"head_hurt", "script"} & understanding.extra.keys() and said in ("better", "wants", *_OVER)
        calm = not hurt and said in _NO_CRY and understanding.amid_share(*_NO_CRY) >= SURE_OF_NO_CRY
        of_help = said in _OF_HELP and understanding.danger_kind not in _GRAVEST
        return Decision("alarm_words") if calm and (of_help or understanding.danger_kind in _OF_A_PERSON) else None
    if understanding.intent in _LEADS and said in ("asks", "manners", "agrees", "please"):
        return None
    return Decision("alarm_words")


# "Did someone call the fire brigade" names no new fire.
_OF_HELP, _GRAVEST = frozenset({"asks_called", "asks_when", "called"}), frozenset({"violence", "suicide"})
# A cry that names another danger is one, whatever else it is.
_OF_A_PERSON = frozenset({"plea", "medical", "fall", None})
