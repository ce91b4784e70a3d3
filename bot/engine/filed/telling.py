"""Told just after something was filed or read out, and meant for that, though no flow is open any more."""

from __future__ import annotations

from bot.contract.conversation import Frame
from bot.contract.flow import Book, Flow
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Place, Understanding, Value
from bot.engine import cues, slots
from bot.engine.decision import INTERRUPT, OUT_OF_SCOPE, SURE
from bot.engine.filed.spoken_of import within
from bot.engine.measure import is_brief, tells_besides

# "Ok" and "no" tell nothing more.
BRIEF = 4
# So few words, or Chinese characters, only point.
WORDS, SIGNS = 5, 8
# So many of its own values make a wish.
TELLING = 2


def minds(flow: Flow, understanding: Understanding) -> bool:
    """ "I am for it", just after a vote was told: what its flow listens for, though nothing is open."""
    return flow.answer is not None and bool(set(flow.heeds) & set(understanding.extra))


def tells_more(recent: Frame, flow: Flow, message: InboundMessage, understanding: Understanding, book: Book) -> bool:
    """ "By bank transfer", just after it was filed that a bill is paid: for those who look into it."""
    fresh = within(recent, message)
    asks = {"asks_back", "question", "also"} & set(understanding.extra)
    if flow.more is None or recent.case_no is None or not fresh or asks:
        return False
    if book.for_cue(understanding.extra) is not None:
        return False  # "pay the rest, but not the water"
    if (set(flow.heeds) & {"paid_by"} | {"tells_name"}) & set(understanding.extra):
        return True
    other = book.for_intent(understanding.intent)
    if other is None:
        mute = understanding.intent in (OUT_OF_SCOPE, "correct", "deny", "affirm") or understanding.confidence < SURE
        return mute and len(message.text.strip()) > BRIEF
    if other is not flow and len(slots.named(other, understanding)) >= TELLING:
        return False  # "a cleaner tomorrow at two, three hours" is that, however sure its name is
    # "No end date, just for good" is no goodbye.
    talk = other.aside and (cues.in_words(understanding, other.name) or understanding.confidence >= INTERRUPT)
    return understanding.confidence < SURE and not talk


def points_out(recent: Frame, message: InboundMessage, understanding: Understanding) -> bool:
    """ "The east one": which of several, said in a few words right after."""
    talk = {"question", "asks_back", "also", "requests"} & set(understanding.extra)
    brief = is_brief(message.text, WORDS, SIGNS) and understanding.confidence < SURE
    return brief and "whereabouts" in understanding.extra and not talk and within(recent, message)


def for_the_visit(flow: Flow, understanding: Understanding, book: Book) -> bool:
    """ "Oh, and ring before you come": for who comes about what was just filed, where nothing else is asked for."""
    other = book.for_intent(understanding.intent)
    clear = other is not None and other is not flow and not other.aside and understanding.confidence >= SURE
    # "The bell is broken, please knock": how they are let in is for them, whatever is broken.
    extra = understanding.extra
    # "Ring her first, then come up": the telephone is for who comes, and no visitor is announced by it.
    clear = clear and "mind" not in extra and not ("wish" in extra and extra.get("about") == "contact")
    # "There is a cat in the flat": for who comes, where nothing is asked.
    minds = "mind" in extra and understanding.confidence < SURE and "asks_back" not in extra
    return ("wish" in extra or minds) and "question" not in extra and not clear


def but_in_passing(
    flow: Flow, message: InboundMessage, understanding: Understanding, changed: dict[str, Value]
) -> dict[str, Value]:
    """ "My mother cannot climb to the 12th floor": a floor in what is told of her changes no place."""
    place = changed.get("location")
    home = isinstance(place, Place) and bool(place.building or place.room)
    puts = {"right", "instead", "rather", "move", "whereabouts"} & set(understanding.extra)
    if place is None or home or puts or flow.gist is None or not tells_besides(message.text, understanding):
        return changed
    return {name: value for name, value in changed.items() if not flow.slot(name).private and name != "location"}
