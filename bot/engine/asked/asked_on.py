"""A short question that names no matter of its own is about what was just told or filed: "how long will it take?"."""

from __future__ import annotations

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding
from bot.engine.decision import ACTS, INTERRUPT, SURE, Decision
from bot.engine.filed.off_already import standing
from bot.engine.measure import is_brief
from bot.engine.run import Run

# So many words, or Chinese characters, hold no matter of their own.
WORDS, HAN = 12, 18
# What a question may name and still be about the thing just spoken of.
_OPEN = frozenset({"when", "people", "location", "period", "category", "fee", "hours", "service"})
# What is told and never asked.
_GRIEVANCES = frozenset({"complain"})
# Small words that show another matter.
_OTHER = frozenset(
    {"dues", "news", "menu", "house_rule", "parcel", "opening", "urge", "anybody", "dweller", "desk_open"}
)


def asked_on(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """To be answered from the facts of what was told last; the flow may still know nothing of it."""
    applied = _applied(conversation, understanding, book)
    if applied is not None:
        return applied
    if (
        not {"asks_back", "age"} & set(understanding.extra)
        or _OTHER & set(understanding.extra)
        # "How is my mother's repair going" names whose it is: hers is looked up for her.
        or "kin" in understanding.extra
        or not is_brief(message.text, WORDS, HAN)
    ):
        return None
    if any(entity.name not in _OPEN for entity in understanding.entities):
        return None
    about = _about(conversation, book)
    if about is None or _elsewhere(about, understanding, book):
        return None
    if _wishes(understanding) and book.flows[about.flow].answers_all:
        return Decision("start", about.flow, {"_wish": str(about.slots.get("matter", ""))})
    return Decision("fact", about.flow)


def _applied(conversation: Conversation, understanding: Understanding, book: Book) -> Decision | None:
    """ "Then make me one, please", of what was just told of: the application takes it up by itself."""
    told, flow = standing(conversation.told), book.for_cue({"wants_paper"})
    if told is None or flow is None or not book.flows[told.flow].answers_all or "matter" not in told.slots:
        return None
    clear = understanding.confidence >= SURE and book.for_intent(understanding.intent) not in (
        None,
        book.flows[told.flow],
    )
    if "do_it" not in understanding.extra or clear:
        return None
    return Decision("start", flow.name, {"matter": told.slots["matter"]})


def _wishes(understanding: Understanding) -> bool:
    """ "Can you put it down for nine?": to be done, and not told once more."""
    told = {"topic", "follow"} & set(understanding.extra)
    return bool({"dictates", "requests", "signs_up"} & set(understanding.extra)) and not told


def _about(conversation: Conversation, book: Book) -> Frame | None:
    """The newest of what was told and what was filed, where its flow answers questions."""
    spoken_of = (standing(conversation.told), conversation.recent)
    return next((f for f in spoken_of if f is not None and book.flows[f.flow].answer is not None), None)


def _elsewhere(about: Frame, understanding: Understanding, book: Book) -> bool:
    """Clearly another matter, or the same kind of matter anew."""
    found = book.for_intent(understanding.intent)
    if found is None:
        return understanding.intent in ACTS and understanding.intent not in (
            "affirm",
            "deny",
            "correct",
            "go_back",
            "skip",
        )
    if found.aside:
        return found.name == "ask_human" and understanding.confidence >= INTERRUPT
    if found.name == about.flow:
        return False  # the flow knows whether another of its matters is meant
    if found.name in _GRIEVANCES and "grievance" not in understanding.extra:
        return False  # "will the people upstairs be told?" asks, and complains of nobody
    return understanding.confidence >= SURE


# What a question about something on file is taken for when nothing in it was understood.
_LOST = frozenset({"unknown", "affirm", "deny", "back", "repeat", "skip", "correct"})


def stands_so(run: Run, instead: Decision) -> Decision | None:
    """ "When can we go back in?", of what was just filed: nobody wrote that down, so its state is told as it is."""
    recent, heard = run.conversation.recent, run.turn.understanding
    flow = run.book.progress
    asked = {"question", "asks_back"} & set(heard.extra)
    if run.conversation.top is not None or recent is None or not recent.case_no or flow is None or not asked:
        return None
    unsure = heard.confidence < INTERRUPT or instead.flow in _GRIEVANCES
    guessed = instead.act in ("start", "aside") and unsure and not instead.values
    if "asks_which" in heard.extra and run.book.answer_base is not None and guessed | (instead.act in _LOST):
        return Decision("consult", run.book.answer_base.name)  # "which company is he from?": no state tells that
    return Decision("start", flow.name) if instead.act in _LOST or guessed else None
