"""When no flow is open: something new, something about what was just filed, or words for an alarm."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.conversation import Conversation
from bot.contract.flow import Book, Flow, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding
from bot.engine import cues, slots
from bot.engine.asked.asked_on import asked_on
from bot.engine.asked.questioned import files, surely_asks
from bot.engine.danger.amid import BESIDE, calls_off, goes_on
from bot.engine.danger.by_ear import takes_back
from bot.engine.decision import (
    ACTS,
    CALLS_OFF,
    CERTAIN,
    CLOSE,
    INTERRUPT,
    LEAN,
    LEAN_YES,
    OUT_OF_SCOPE,
    SOS,
    SURE,
    Decision,
    act_of,
)
from bot.engine.filed import onfile
from bot.engine.filed.just_filed import about_recent
from bot.engine.filed.off_already import asked_if_off, standing
from bot.engine.filed.telling import minds
from bot.engine.filed.withdrawn import taken_back
from bot.engine.person.heard import revived
from bot.engine.person.promised import HUMAN, told_them, waited_for
from bot.engine.several.wishes import shut_out
from bot.engine.supposed import supposed


def afresh(conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """Nothing is open: something new, or something about what was just filed."""
    if _resumes(conversation, understanding):
        return Decision("resume")
    if conversation.sos:
        return _after_alarm(conversation, message, understanding, book)
    spoken_of = _spoken_of(conversation, message, understanding, book)
    if spoken_of is not None:
        return spoken_of
    asked = asked_on(conversation, message, understanding, book)
    fresh = _fresh(conversation, message, understanding, book)
    return fresh if asked is None else replace(asked, otherwise=fresh)


def _fresh(conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """Something new: what a cue claims, what is waited for, a wish."""
    return supposed(_wished(conversation, message, understanding, book), understanding, book)


def _wished(conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """For the person who was promised, what a cue claims, or what the words are most like."""
    if "only_asks" in understanding.extra and not understanding.entities:
        return Decision("deny")  # "nothing is broken, I was just asking": nothing is begun
    theirs = told_them(conversation, message, understanding, book)
    if theirs is not None:
        return theirs
    weak = understanding.intent in (*ACTS, OUT_OF_SCOPE)
    claimed = cues.claimed(understanding, book, weak)
    if claimed is not None:
        return Decision("start", claimed.name, slots.named(claimed, understanding))
    unsure = {"unfixed", "asks_back", "question", "hedged"} & set(understanding.extra)
    if "mended" in understanding.extra and not unsure and not conversation.settled:
        return Decision("cancel")  # nothing is reported by who tells that it works again
    return waited_for(conversation, message, understanding, book) or _something_new(message, understanding, book)


def _spoken_of(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """What stands on file, was just called off, told, or filed."""
    recent, extra = conversation.recent, understanding.extra
    shut = shut_out(understanding, book)
    if shut is not None:
        return shut
    if "claims" in extra and book.progress is not None and (understanding.entity("category") or "fault" in extra):
        return Decision("start", book.progress.name, {"_mode": "claim"})
    managed = onfile.managed(recent, understanding, book)
    if managed is not None:
        values = slots.named(managed, understanding)
        return Decision("start", managed.name, values, slots.impossible(managed, understanding.entities))
    said = revived(conversation, understanding) or _on_or_off(conversation, understanding)
    said = said or _more_like_it(conversation, understanding, book)
    if said is not None:
        return said
    gone = asked_if_off(conversation, message, understanding)
    if gone is not None:
        return gone
    told = standing(conversation.told)
    if told is not None and "resolves" in extra and understanding.confidence < SURE:
        return Decision("affirm")  # "then I fill two buckets", of what was just told: nobody is asked to do anything
    if told is not None and ("follow" in extra or minds(book.flows[told.flow], understanding)):
        return Decision("fact", told.flow, otherwise=_fresh(conversation, message, understanding, book))
    if recent is None:
        return None
    progress = book.progress if recent.case_no and extra.get("follow") == "until" else None
    if progress is not None:
        return Decision("start", progress.name)
    return about_recent(recent, message, understanding, book)


def _on_or_off(conversation: Conversation, understanding: Understanding) -> Decision | None:
    """It shall be after all, or no more."""
    recent, extra = conversation.recent, understanding.extra
    if "yields" in extra and recent is not None and recent.case_no:
        return Decision("affirm")  # "oh well, report it then": it is reported already
    if "off" in extra and any(not frame.parked for frame in conversation.maybe):
        return Decision("deny")
    return Decision("cancel") if "drop" in extra and (recent is not None or "booked" in extra) else None


def _more_like_it(conversation: Conversation, understanding: Understanding, book: Book) -> Decision | None:
    """ "And the residence permit?", asked of what is on file; "can I sign up?", of what was announced."""
    unsure = understanding.confidence < SURE
    asked = [cue for cue in ("that_one", "signs_up") if cue in understanding.extra and (unsure or cue == "that_one")]
    for frame in (conversation.told, conversation.recent) if asked else ():
        flow = book.flows[frame.flow] if frame is not None else None
        if frame is not None and flow is not None and set(asked) & set(flow.heeds):
            chosen = {slot.name for slot in flow.slots if slot.kind is SlotKind.CHOICE and not slot.private}
            return Decision("start", flow.name, {name: frame.slots[name] for name in chosen & frame.slots.keys()})
    return None


def _resumes(conversation: Conversation, understanding: Understanding) -> bool:
    if "resume" not in understanding.extra:
        return False
    waiting = any(frame.parked for frame in conversation.frames)
    return waiting or (conversation.recent is None and not conversation.sos)


def _something_new(message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """About nothing just filed and claimed by no cue: what is on file, an act of talk, or a flow to begin."""
    intent = understanding.intent
    if "missing" in understanding.extra and "move" not in understanding.extra:
        return Decision("missing")
    if "move" in understanding.extra and not taken_back(understanding):
        return Decision("recall", slot="amend")
    if "call_me" in understanding.extra and understanding.confidence < SURE:
        return Decision("aside", "ask_human")
    if "hold" in understanding.extra and understanding.confidence < SURE and not understanding.entities:
        return Decision("later")  # "wait, I ask my husband": nothing is open, and nothing is to be understood
    if intent in ("go_back", "skip") and understanding.confidence < SURE:
        return Decision("unknown")  # nothing is open that one could go back to
    unclear = _unclear(understanding, book) or _only_asks(understanding, book)
    if unclear is not None:
        return unclear
    if intent == "cancel" and not cues.is_off(understanding, CALLS_OFF):
        return Decision("unknown")  # "thirty yuan, that is too much": half a guess calls nothing off
    if intent in ACTS and cues.in_words(understanding, intent):
        return Decision(act_of(intent))
    return begin(message, understanding, book) or Decision("unknown")


# What shows that something is wrong, whatever else is asked.
_WRONG = frozenset({"grievance", "dirty", "angry", "neighbour", "matter", "urge", "thing", "unfixed"})


def _only_asks(understanding: Understanding, book: Book) -> Decision | None:
    """A question that no more than resembles a grievance: the answer base may know, and nobody is complained of."""
    asks = {"question", "asks_back"} & set(understanding.extra) and not _WRONG & set(understanding.extra)
    # "What time do I have to stop drilling?" names a noise, and asks about their own.
    own = surely_asks(understanding) and "inquires" in understanding.extra and "topic" in understanding.extra
    asks = asks or (own and not (_WRONG - {"matter"}) & set(understanding.extra))
    if understanding.intent != "complain" or understanding.confidence >= INTERRUPT or not asks:
        return None
    found = book.answer_base
    return Decision("start", found.name) if found is not None else None


def _unclear(understanding: Understanding, book: Book) -> Decision | None:
    """One word that may be several matters, or two that are nearly as likely: asked, not guessed."""
    vague = understanding.extra.get("vague")
    if vague is not None:
        return Decision("clarify", slot=vague)
    if understanding.confidence >= INTERRUPT or len(understanding.alternatives) < 2:
        return None
    (first, likely), (second, next_likely) = understanding.alternatives[:2]
    flows = [book.for_intent(first), book.for_intent(second)]
    services = all(flow is not None and not flow.aside and flow.name != SOS for flow in flows)
    near = next_likely >= CLOSE * likely and next_likely >= LEAN
    return Decision("clarify", slot=f"{first} {second}") if services and near else None


def _after_alarm(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision:
    """An alarm is open and its questions are answered: what comes is for the people on their way.

    Only a clear new request opens a flow; what is not understood is passed on, and no menu is shown.
    """
    if (calls_off(understanding) and not goes_on(understanding)) or takes_back(conversation, understanding, book):
        return Decision("alarm_cancel")
    if understanding.extra.get("amid") in BESIDE - {"asks"} or {"coming", "guides", "mute"} & set(understanding.extra):
        return Decision("alarm_words")
    return _another_wish(message, understanding, book) or Decision("alarm_words")


# What asks for something in so many words, and of what is on file.
_ASKS_FOR = frozenset({"requests", "want", "act", "of_repair", "thing", "on_file", "utility", "topic"})


def _another_wish(message: InboundMessage, understanding: Understanding, book: Book) -> Decision | None:
    """ "Can someone fix that tomorrow": in so many words. "The light went out" is said of the lift in which they are,
    "has the ambulance been called?" of the alarm, and not of what is on file."""
    flow, extra = book.for_intent(understanding.intent), set(understanding.extra)
    if (
        flow is None
        or flow.name == SOS
        or {"made_safe", "script", "hinted"} & extra
        or not _names_a_wish(understanding)
    ):
        return None
    asked_for = _ASKS_FOR & extra or ("also" in extra and understanding.entity("category") is not None)
    looked_up = not files(flow) and not {"thing", "of_repair", "on_file", "utility", "topic"} & extra
    if not asked_for or looked_up:
        return None
    asks = understanding.extra.get("amid") == "asks" or "question" in extra
    least = CERTAIN if asks and not {"requests", "of_repair"} & extra else SURE
    return begin(message, understanding, book) if understanding.confidence >= least else None


def _names_a_wish(understanding: Understanding) -> bool:
    """ "It hurts more", "nobody cares" are words of who waits for help, whatever else they are most like."""
    asks = {"requests", "question", "asks_back", "also", "want", "matter", "topic", "thing", "fault", "grievance"}
    return bool(understanding.entities or asks & set(understanding.extra))


# What shows that something is asked, or is spoken of that stands on file.
_ASKED = frozenset(
    {"question", "asks_back", "asking", "topic", "status", "want", "thing", "follow", "urge", "push", "requests", "act"}
    | {"on_file", "bare", "utility", "house_rule", "desk_open", "news", "missing"}
)


def _by_chance(flow: Flow, understanding: Understanding) -> bool:
    """ "It is a shoe box" resembles a question about corridors: a statement looks nothing up at half a guess."""
    guess = understanding.confidence < INTERRUPT and understanding.full_sentence
    return guess and not files(flow) and not understanding.entities and not _ASKED & set(understanding.extra)


def begin(message: InboundMessage, understanding: Understanding, book: Book) -> Decision | None:
    """A flow for what was said or shown, None when it names none."""
    flow = book.for_intent(understanding.intent)
    if flow is not None and flow.name == SOS:
        return Decision("ask_danger")  # an alarm is raised by danger, not by what the words are most like
    if flow is None and slots.picture(message) is not None:
        # A picture without words shows what is broken more often than anything else.
        flow = next((f for f in book.flows.values() if f.has("photo")), None)
    if flow is None:
        return None
    if flow.aside:
        # No farewell to who only told how cold it is.
        said = cues.in_words(understanding, flow.name) or understanding.confidence >= INTERRUPT
        if flow.name == HUMAN and understanding.confidence < LEAN_YES:
            return None  # nobody is sent for at half a guess
        return Decision("aside", flow.name) if said else None
    if _by_chance(flow, understanding):
        return None
    values = slots.named(flow, understanding)
    if slots.picture(message) is not None and flow.has("photo"):
        values = {**values, "photo": str(slots.picture(message))}
    return Decision("start", flow.name, values, slots.impossible(flow, understanding.entities))
