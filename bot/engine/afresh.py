"""When no flow is open: something new, something about what was just filed, or words for an alarm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Flow, SlotKind
from bot.contract.likeness import shared
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding, Value
from bot.engine import cues, onfile, slots
from bot.engine.asked_on import asked_on
from bot.engine.decision import (
    ACTS,
    CALLS_OFF,
    CERTAIN,
    CLOSE,
    INTERRUPT,
    LEAN,
    OUT_OF_SCOPE,
    SOS,
    SURE,
    Decision,
    act_of,
)
from bot.engine.heard import revived, within
from bot.engine.joined import restated
from bot.engine.promised import waited_for
from bot.engine.telling import minds, tells_more

# What is told alone just after a booking changes it: another time, how long, how many.
_SAID_ANEW = {"when", "hours", "people"}
# Words about what was just filed, whatever intent they look like.
_NOTED = frozenset({"note", "since", "anytime", "same"})


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
    weak = understanding.intent in (*ACTS, OUT_OF_SCOPE)
    claimed = cues.claimed(understanding, book, weak)
    if claimed is not None:
        return Decision("start", claimed.name, slots.named(claimed, understanding))
    return waited_for(conversation, message, understanding, book) or _something_new(message, understanding, book)


def _spoken_of(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """What stands on file, was just called off, told, or filed."""
    recent, extra = conversation.recent, understanding.extra
    managed = onfile.managed(recent, understanding, book)
    if managed is not None:
        values = slots.named(managed, understanding)
        return Decision("start", managed.name, values, slots.impossible(managed, understanding.entities))
    again = revived(conversation, understanding)
    if again is not None:
        return again
    if "off" in extra and any(not frame.parked for frame in conversation.maybe):
        return Decision("deny")
    if "drop" in extra and (recent is not None or "booked" in extra):
        return Decision("cancel")
    told = conversation.told
    if told is not None and ("follow" in extra or minds(book.flows[told.flow], understanding)):
        return Decision("fact", told.flow)
    if recent is None:
        return None
    progress = book.for_cue({"push"}) if recent.case_no and extra.get("follow") == "until" else None
    if progress is not None:
        return Decision("start", progress.name)
    return _about_recent(recent, message, understanding, book)


def _resumes(conversation: Conversation, understanding: Understanding) -> bool:
    if "resume" not in understanding.extra:
        return False
    waiting = any(frame.parked for frame in conversation.frames)
    return waiting or (conversation.recent is None and not conversation.sos)


def _something_new(message: InboundMessage, understanding: Understanding, book: Book) -> Decision:
    """About nothing just filed and claimed by no cue: what is on file, an act of talk, or a flow to begin."""
    intent = understanding.intent
    if "missing" in understanding.extra:
        return Decision("missing")
    if "move" in understanding.extra and not _off(understanding):
        return Decision("recall", slot="amend")
    if "call_me" in understanding.extra and understanding.confidence < SURE:
        return Decision("aside", "ask_human")
    if intent in ("go_back", "skip") and understanding.confidence < SURE:
        return Decision("unknown")  # nothing is open that one could go back to
    unclear = _unclear(understanding, book)
    if unclear is not None:
        return unclear
    if intent in ACTS and cues.in_words(understanding, intent):
        return Decision(act_of(intent))
    return begin(message, understanding, book) or Decision("unknown")


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


def calls_off(understanding: Understanding) -> bool:
    if "outside" in understanding.extra and "mistaken" not in understanding.extra:
        return False  # "all right, I am outside" is news for those on their way
    if {"mistaken", "insists"} & set(understanding.extra):
        return "insists" not in understanding.extra
    return understanding.intent == "cancel" and understanding.confidence >= CALLS_OFF


def _off(understanding: Understanding) -> bool:
    """Called off; at half a guess "move it to Monday" asks for another time and takes nothing back."""
    unsure = "move" in understanding.extra and understanding.confidence < CALLS_OFF
    return understanding.intent == "cancel" and not unsure


def _after_alarm(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision:
    """An alarm is open and its questions are answered: what comes is for the people on their way.

    Only a clear new request opens a flow; what is not understood is passed on, and no menu is shown.
    """
    if calls_off(understanding):
        return Decision("alarm_cancel")
    flow = book.for_intent(understanding.intent)
    # "Has the ambulance been called?" is about the alarm, not about what is on file.
    least = CERTAIN if "question" in understanding.extra else SURE
    if flow is not None and understanding.confidence >= least and flow.name != SOS:
        return begin(message, understanding, book) or Decision("alarm_words")
    return Decision("alarm_words")


def _about_recent(recent: Frame, message: InboundMessage, understanding: Understanding, book: Book) -> Decision | None:
    """What its flow waits for, a question about what was just filed, a correction or a photo for it, its withdrawal."""
    flow = book.flows.get(recent.flow)
    if flow is None:
        return None
    if set(flow.heeds) & set(understanding.extra) & set(flow.cues):
        # "Found it" is what the flow of a lost card waits for, after its end too: no withdrawal to be asked about.
        return Decision("start", flow.name, slots.named(flow, understanding))
    number = understanding.entity("case_no")
    if number is not None and number.value != recent.case_no:
        return None
    if "one_more" in understanding.extra:
        return _one_more(recent, flow, understanding, book)
    if _asks_about(recent, understanding, book):
        return Decision("fact", recent.flow)
    if "terms" in understanding.extra and flow.answer is not None:
        return Decision("fact", recent.flow)  # "can I cancel it later?" takes nothing back yet
    heeded = cues.heeded(recent, understanding, book)
    dropped = understanding.extra.get("act") == "revoke" and "revoke" in flow.acts and not heeded
    if (_off(understanding) or dropped) and flow.withdraw is not None:
        return Decision("withdraw", flow.name)
    amended = _amended(recent, flow, message, understanding, book) if flow.amend is not None else None
    return amended or (Decision("told", flow.name) if tells_more(recent, flow, message, understanding, book) else None)


def _one_more(recent: Frame, flow: Flow, understanding: Understanding, book: Book) -> Decision | None:
    """ "And one for Monday at nine": another of the same kind, and no change of the one just filed."""
    other = book.for_intent(understanding.intent)
    values = slots.named(flow, understanding)
    if not values or (other is not None and other is not flow):
        return None
    same = {s.name for s in flow.slots if s.kind is SlotKind.CHOICE and not s.private} & recent.slots.keys()
    return Decision("start", flow.name, {**{name: recent.slots[name] for name in same}, **values})


def _amended(
    recent: Frame, flow: Flow, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """A correction of what was just filed, a photo or a word more for it."""
    values = slots.named(flow, understanding)
    if not values and not message.text.strip().isdigit():
        values = restated(flow, recent.slots, understanding, message.received_at.tzinfo)
    changed = {name: value for name, value in values.items() if recent.slots.get(name) != value}
    if slots.picture(message) is not None and flow.has("photo"):
        return Decision("amend", flow.name, {"photo": str(slots.picture(message))})
    gist = flow.gist
    noted = bool(_NOTED & set(understanding.extra)) or _for_the_visit(flow, understanding, book)
    if gist is not None and (noted or _of_the_urgent(recent, flow, message, understanding, book)):
        return Decision("amend", flow.name, {gist: slots.added(recent, gist, message, understanding)})
    asked = {"topic", "asks_back"} <= set(understanding.extra)
    if cues.heeded(recent, understanding, book) and not asked and ("longer" in understanding.extra or not changed):
        # "One more hour" is no hour: the flow reckons from what stands.
        return Decision("amend", flow.name, slot="heeded")
    if gist is not None and not changed and _more_of_the_same(recent, gist, message, understanding, book):
        return Decision("amend", flow.name, {gist: slots.added(recent, gist, message, understanding)})
    if changed and (_corrects(flow, understanding, book, changed) or "move" in understanding.extra):
        return Decision("amend", flow.name, changed)
    if values and not changed and ("comes" in understanding.extra or understanding.intent == "correct"):
        return Decision("amend", flow.name, values)
    return Decision("amend", flow.name) if understanding.intent == "correct" else None


def _more_of_the_same(
    recent: Frame, gist: str, message: InboundMessage, understanding: Understanding, book: Book
) -> bool:
    """ "Oh, it is a sliding door, by the way": announced, or of the same thing, just after that was filed."""
    fresh = within(recent, message)
    if not fresh or "also" not in understanding.extra or "question" in understanding.extra:
        return False
    return shared(message.text, str(recent.slots.get(gist, ""))) > 0


def _of_the_urgent(
    recent: Frame, flow: Flow, message: InboundMessage, understanding: Understanding, book: Book
) -> bool:
    """ "The windows are open", "nobody feels ill": said just after something urgent was filed, it is about that."""
    fresh = within(recent, message)
    if not fresh or "_urgent" not in recent.slots or {"question", "also"} & set(understanding.extra):
        return False
    same = book.by_intent.get(understanding.intent) == flow.name and understanding.confidence < CERTAIN
    lost = understanding.intent == OUT_OF_SCOPE and understanding.confidence < SURE and understanding.full_sentence
    if lost and not {"asking", "chat", "foreign", "angry"} & set(understanding.extra):
        return True  # "my mother is eighty and cannot take the stairs"
    return "nobody" in understanding.extra or (same and understanding.entity("location") is None)


def _for_the_visit(flow: Flow, understanding: Understanding, book: Book) -> bool:
    """ "Oh, and ring before you come": for who comes about what was just filed, where nothing else is asked for."""
    other = book.for_intent(understanding.intent)
    clear = other is not None and other is not flow and not other.aside and understanding.confidence >= SURE
    return "wish" in understanding.extra and "question" not in understanding.extra and not clear


def _asks_about(recent: Frame, understanding: Understanding, book: Book) -> bool:
    """ "And how much is it?": a question of fact that names no matter is about the one just filed."""
    flow = book.flows.get(recent.flow)
    pointing = "pointing" in understanding.extra or understanding.extra.get("topic") == "arrival"
    if flow is None or flow.answer is None or not pointing:
        return False
    return all(flow.has(entity.name) for entity in understanding.entities)


def _corrects(flow: Flow, understanding: Understanding, book: Book, changed: Mapping[str, Value]) -> bool:
    """A correction in so many words, or another time alone, as far as nothing else was clearly said."""
    other = book.for_intent(understanding.intent)
    # "Cleaning, tomorrow at two" moves no plumber: it names more of another flow than a time.
    elsewhere = other is not None and other is not flow and bool(set(slots.named(other, understanding)) - {"when"})
    unsure = (other is flow and not _another(understanding)) or (understanding.confidence < SURE and not elsewhere)
    timed = set(changed) == {"when"}
    # "The plumber should come on Sunday", after one was asked for, is about him and announces no visitor.
    # "Sorry, fourth floor": a place alone, right after one was told.
    alone = set(changed) == {"location"} and other is flow and understanding.entity("category") is None
    theirs = (alone and not flow.has("plate")) or (timed and "comes" in understanding.extra and flow.gist is not None)
    return (
        understanding.intent in ("correct", "deny", OUT_OF_SCOPE) or theirs or (set(changed) <= _SAID_ANEW and unsure)
    )


def _another(understanding: Understanding) -> bool:
    """ "Book the badminton court tomorrow at three for two", all told anew: one more, and no change of the last."""
    named = understanding.entity("category") is not None and understanding.entity("when") is not None
    changes = {"rather", "move", "longer", "pointing"} & set(understanding.extra)
    return named and understanding.confidence >= CERTAIN and not changes


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
        return Decision("aside", flow.name)
    values = slots.named(flow, understanding)
    if slots.picture(message) is not None and flow.has("photo"):
        values = {**values, "photo": str(slots.picture(message))}
    return Decision("start", flow.name, values, slots.impossible(flow, understanding.entities))
