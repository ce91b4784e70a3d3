"""What is said about the thing just filed: a question, a correction, a word or a photo more, or that it is off."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Flow, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding, Value
from bot.engine import cues, slots
from bot.engine.answers.joined import restated
from bot.engine.decision import ACTS, CERTAIN, INTERRUPT, LEAN_YES, OUT_OF_SCOPE, SURE, Decision
from bot.engine.filed.one_more import one_more
from bot.engine.filed.spoken_of import names, within
from bot.engine.filed.telling import but_in_passing, for_the_visit, points_out, tells_more
from bot.engine.filed.urgently import of_the_urgent
from bot.engine.filed.withdrawn import moved_instead, moved_to, taken_back
from bot.engine.measure import tells_besides, weight
from bot.engine.person.promised import HUMAN
from bot.engine.readback.changed import stands
from bot.engine.several.wishes import OPENINGS

# What is told alone just after a booking changes it: another time, how long, how many.
_SAID_ANEW = {"when", "hours", "people"}
# Questions that name no matter and need not point at one.
_OF_IT = frozenset(
    {"arrival", "keeps_told", "meanwhile", "spoken_to", "presence", "no_show", "mine_works", "contacted", "who"}
    | {"photo_later", "rings_first", "until_then", "parking"}
)
# And what is asked of something that was filed, where it is named.
_OF_FILED = ("number", "duration", "next", "contacted", "price")
_CLAUSE = re.compile(r"[\s,.;!?\uff0c\u3002\uff01\uff1f]*[,.;!?\uff0c\u3002\uff01\uff1f]+\s*|(?<=[\u4e00-\u9fff])\s+")
# What was filed is over: what was looked for is there.
_OVER = frozenset({"found"})
# What is never more of something else.
_OWN_MATTER = frozenset({"lost_thing", "found_thing"})
# A few words, or Chinese characters, right after.
FEW_WORDS, FEW = 8, 12
# So much beside a question tells something.
TELLS = 12
# Words about what was just filed, whatever intent they look like.
_NOTED = frozenset({"note", "recalls", "since", "anytime", "same", "extent", "condition", "has_visit"})


def about_recent(recent: Frame, message: InboundMessage, understanding: Understanding, book: Book) -> Decision | None:
    """What its flow waits for, a question about what was just filed, a correction or a photo for it, its withdrawal."""
    flow, other = book.flows.get(recent.flow), book.for_cue(_OWN_MATTER & set(understanding.extra))
    if flow is None or (other is not None and (other is not flow or "also" in understanding.extra)):
        return None
    if set(flow.heeds) & set(understanding.extra) & {*flow.cues, *flow.afterwards}:
        # "Found it" is what the flow of a lost card waits for, after its end too: no withdrawal to be asked about.
        return Decision("start", flow.name, slots.named(flow, understanding))
    passed_on = _passed_on(recent, flow, message, understanding, book)
    if passed_on is not None:
        return passed_on
    number = understanding.entity("case_no")
    if number is not None and number.value != recent.case_no:
        return None
    if "one_more" in understanding.extra:
        return one_more(recent, flow, message, understanding, book)
    if _asks_about(recent, message, understanding, book):
        return Decision("fact", recent.flow, _told_with_it(recent, flow, message, understanding))
    if "terms" in understanding.extra and flow.answer is not None:
        return Decision("fact", recent.flow)  # "can I cancel it later?" takes nothing back yet
    off = _called_off(recent, flow, message, understanding, book)
    if off is not None:
        return off
    other = book.for_intent(understanding.intent)
    asked = {"merely_asks", "asks_back"} <= set(understanding.extra) and flow.answer is not None
    if asked and (other in (None, flow) or understanding.confidence < INTERRUPT):
        found = book.answer_base  # and if that does not know either, it is said
        return Decision("fact", flow.name, otherwise=Decision("consult", found.name) if found is not None else None)
    amended = _amended(recent, flow, message, understanding, book) if flow.amend is not None else None
    return amended or (Decision("told", flow.name) if tells_more(recent, flow, message, understanding, book) else None)


def stands_there(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> bool:
    """ "I'm in 501", right after a booking: where who booked it is, said in a few words and without a sign of danger;
    danger is asked about beside it."""
    recent, signs = conversation.recent, {"hinted", "unwell", "urgent"} & set(understanding.extra)
    calm = recent is not None and recent.case_no is not None and "_urgent" not in recent.slots and not signs
    return calm and recent is not None and "stands_in" in understanding.extra and within(recent, message)


def _passed_on(
    recent: Frame, flow: Flow, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """Hands that are needed besides, and impatience: for people to see to; where they are, of what has no place."""
    if not flow.has("location") and "stands_in" in understanding.extra and within(recent, message):
        return Decision("stands", flow.name)
    if "send_help" in understanding.extra and "_urgent" in recent.slots:
        return Decision("aside", HUMAN)
    progress = book.progress
    own = book.by_intent.get(understanding.intent) == recent.flow or understanding.confidence < SURE
    if "urge" in understanding.extra and recent.case_no and own and progress is not None:
        return Decision("start", progress.name)
    return None


def _called_off(
    recent: Frame, flow: Flow, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """It is off, or over; "the main valve is shut" is good news for those who come and calls nobody off."""
    if moved_instead(understanding) or moved_to(understanding, recent.slots.get("when")):
        return None
    if {"extent", "nobody"} & set(understanding.extra) and not {"takes_back", "drop"} & set(understanding.extra):
        return None  # "the neighbours are fine, it is only us"
    if "made_safe" in understanding.extra and "_urgent" in recent.slots and flow.amend is not None:
        return _amended(recent, flow, message, understanding, book)
    heeded = cues.heeded(recent, understanding, book)
    dropped = understanding.extra.get("act") == "revoke" and "revoke" in flow.acts and not heeded
    if understanding.confidence < INTERRUPT and "takes_back" not in understanding.extra:
        named = slots.named(flow, understanding)
        if named and all(stands(recent.slots.get(name), value) for name, value in named.items()):
            return None  # "then just the cleaning": what stands, and nothing is off
    over = _OVER & set(flow.heeds) & set(understanding.extra)
    return Decision("withdraw", flow.name) if (taken_back(understanding) or dropped or over) and flow.withdraw else None


def _amended(
    recent: Frame, flow: Flow, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """A correction of what was just filed, a photo or a word more for it."""
    values = but_in_passing(flow, message, understanding, slots.named(flow, understanding))
    if "shift" in understanding.extra or (not values and not message.text.strip().isdigit()):
        values = restated(flow, recent.slots, understanding, message.received_at.tzinfo)
    changed = {name: value for name, value in values.items() if not stands(recent.slots.get(name), value)}
    if slots.picture(message) is not None and flow.has("photo"):
        return Decision("amend", flow.name, {"photo": str(slots.picture(message))})
    gist = flow.gist
    right = slots.put_right(str(recent.slots.get(gist or "", "")), message, understanding)
    if gist is not None and right is not None:
        return Decision("amend", flow.name, {**changed, gist: right})
    noted = bool(_NOTED & set(understanding.extra)) or for_the_visit(flow, understanding, book)
    noted = noted or points_out(recent, message, understanding)
    if gist is not None and (noted or of_the_urgent(recent, flow, message, understanding, book)):
        return Decision("amend", flow.name, {gist: slots.added(recent, gist, message, understanding)})
    asked = {"topic", "asks_back"} <= set(understanding.extra)
    if cues.heeded(recent, understanding, book) and not asked and ("longer" in understanding.extra or not changed):
        # "One more hour" is no hour: the flow reckons from what stands.
        return Decision("amend", flow.name, slot="heeded")
    perhaps = bool({"perhaps", "goes_on"} & set(understanding.extra))
    if gist is not None and (not changed or perhaps) and _more_of_the_same(recent, gist, message, understanding, book):
        return Decision("amend", flow.name, {gist: slots.added(recent, gist, message, understanding)})
    more = "other_plate" in understanding.extra and cues.heeded(recent, understanding, book)
    if changed and (more or _is_for_it(recent, flow, message, understanding, book, changed)):
        return Decision("amend", flow.name, changed)
    if values and not changed:
        return _said_again(recent, values, message, understanding)
    return _put_right(recent, flow, message, understanding) if understanding.intent == "correct" else None


_TELLS = frozenset({SlotKind.TEXT, SlotKind.CODE, SlotKind.NUMBER})


def _is_for_it(
    recent: Frame,
    flow: Flow,
    message: InboundMessage,
    understanding: Understanding,
    book: Book,
    changed: Mapping[str, Value],
) -> bool:
    """Whether what is named is to be different in what was just filed, or is added to it."""
    extra = set(understanding.extra)
    private = all(flow.slot(name).private for name in changed) and {"question", "asks_back"} & extra
    if not private and (_corrects(flow, message, understanding, book, changed) or {"move", "rather", "shift"} & extra):
        return True
    return within(recent, message) and _adds_to_it(recent, flow, understanding, book, changed)


def _adds_to_it(
    recent: Frame, flow: Flow, understanding: Understanding, book: Book, changed: Mapping[str, Value]
) -> bool:
    """A number to be reached at, or something new and of no other matter: "oh, she comes by car, the plate is …"."""
    slots_ = [flow.slot(name) for name in changed]
    if all(slot.kind is SlotKind.PHONE for slot in slots_):
        return "question" not in understanding.extra  # a number alone, right after: where they are reached
    other = book.for_intent(understanding.intent)
    elsewhere = other is not None and other is not flow and understanding.confidence >= INTERRUPT
    asks = {"question", "asks_back"} & set(understanding.extra)
    asks |= {"requests", "want"} & set(understanding.extra) if "also" in understanding.extra else set()
    new = all(slot.name not in recent.slots and slot.kind in _TELLS and not slot.private for slot in slots_)
    return new and not asks and not elsewhere


def _put_right(recent: Frame, flow: Flow, message: InboundMessage, understanding: Understanding) -> Decision:
    """What shall be different is asked; "this is the third time this month" says that it goes on, not what is wrong."""
    gist = flow.gist
    unsure = understanding.confidence < INTERRUPT or bool({"of_it", "exactly"} & set(understanding.extra))
    tells = unsure and weight(message.text) >= TELLS and within(recent, message)
    if gist is not None and tells and "question" not in understanding.extra:
        return Decision("amend", flow.name, {gist: slots.added(recent, gist, message, understanding)})
    return Decision("amend", flow.name)


def _said_again(
    recent: Frame, values: Mapping[str, Value], message: InboundMessage, understanding: Understanding
) -> Decision | None:
    """What was filed, once more: alone it stands like that already; "the plumber should come on Sunday" as well."""
    extra = set(understanding.extra)
    if "mere" in extra and within(recent, message):
        return Decision("amend", recent.flow, {name: recent.slots[name] for name in values})
    wished = "comes" in extra and not {"question", "asks_back"} & extra
    return Decision("amend", recent.flow, values) if wished or understanding.intent == "correct" else None


def _more_of_the_same(
    recent: Frame, gist: str, message: InboundMessage, understanding: Understanding, book: Book
) -> bool:
    """ "Oh, it is a sliding door, by the way": announced, or of the same thing, just after that was filed."""
    fresh = within(recent, message)
    if not fresh or {"question", "asks_back", "unfixed"} & set(understanding.extra):
        return False
    if "of_it" in understanding.extra and understanding.intent not in ACTS:
        other = book.for_intent(understanding.intent)
        return other is None or understanding.confidence < SURE or other.name == recent.flow
    # "He also swears", just after he was complained of.
    other = book.for_intent(understanding.intent)
    mine = other is None or other.name == recent.flow or understanding.confidence < SURE
    if {"goes_on", "perhaps"} & set(understanding.extra) and mine:
        return True
    if "exactly" in understanding.extra and mine and names(recent, message.text, book):
        return True
    if "also" not in understanding.extra:
        return False
    elsewhere = other is not None and other.name != recent.flow and understanding.confidence >= LEAN_YES
    plain = other is not None and other.story and "grievance" not in understanding.extra  # "oh, and no smokers"
    lost = other is None and understanding.intent == OUT_OF_SCOPE and understanding.full_sentence
    story = lost and book.flows[recent.flow].story
    return plain or (not elsewhere and (story or names(recent, message.text, book)))


def _asks_about(recent: Frame, message: InboundMessage, understanding: Understanding, book: Book) -> bool:
    """ "And how much is it?": a question of fact that names no matter is about the one just filed, and so is one that
    names it: "what is the number of the toilet thing"."""
    flow = book.flows.get(recent.flow)
    topic = understanding.extra.get("topic")
    # "How long will the repair take": of what was just filed, named or not.
    own = topic == "duration" and recent.flow in (book.by_intent.get(understanding.intent), "apply_affair")
    own = own or (topic in _OF_FILED and names(recent, message.text, book))
    other = book.for_intent(understanding.intent)
    # "And is the clinic open tomorrow?": its day is asked about, and is none for what was booked.
    mine = book.by_intent.get(understanding.intent) == recent.flow
    own = own or (topic == "hours" and "asks_back" in understanding.extra and mine)
    own = own or (topic == OPENINGS and (other in (None, flow) or understanding.confidence < SURE))
    pointing = "pointing" in understanding.extra or topic in _OF_IT or own
    if flow is None or flow.answer is None or not pointing:
        return False
    return all(flow.has(entity.name) for entity in understanding.entities)


def _told_with_it(recent: Frame, flow: Flow, message: InboundMessage, understanding: Understanding) -> dict[str, Value]:
    """ "How long will it take, my mother is eighty": what is told beside the question is for those who come."""
    beside = _CLAUSE.split(message.text[len(understanding.extra.get("lead", "")) :])[1:]
    gist, told = flow.gist, max(map(weight, beside), default=0)
    wished = understanding.extra.get("topic") == "rings_first" and "wish" in understanding.extra
    if gist is None or flow.amend is None or not within(recent, message) or (told < TELLS and not wished):
        return {}
    return {gist: slots.added(recent, gist, message, understanding)}


def _corrects(
    flow: Flow, message: InboundMessage, understanding: Understanding, book: Book, changed: Mapping[str, Value]
) -> bool:
    """A correction in so many words, or another time alone, as far as nothing else was clearly said."""
    other = book.for_intent(understanding.intent)
    # "Cleaning, tomorrow at two" moves no plumber: it names more of another flow than a time.
    elsewhere = other is not None and other is not flow and bool(set(slots.named(other, understanding)) - {"when"})
    unsure = (other is flow and not _another(understanding)) or (understanding.confidence < SURE and not elsewhere)
    timed = set(changed) == {"when"}
    # "The plumber should come on Sunday", after one was asked for, is about him and announces no visitor.
    # "Sorry, fourth floor": a place alone, right after one was told.
    alone = set(changed) == {"location"} and other is flow and understanding.entity("category") is None
    alone = alone and not tells_besides(message.text, understanding)
    theirs = (alone and not flow.has("plate")) or (timed and "comes" in understanding.extra and flow.gist is not None)
    moved = timed and understanding.intent == "cancel"
    return (
        understanding.intent in ("correct", "deny", OUT_OF_SCOPE)
        or theirs
        or moved
        or (set(changed) <= _SAID_ANEW and unsure)
    )


def _another(understanding: Understanding) -> bool:
    """ "Book the badminton court tomorrow at three for two", all told anew: one more, and no change of the last."""
    named = understanding.entity("category") is not None and understanding.entity("when") is not None
    changes = {"rather", "move", "longer", "pointing"} & set(understanding.extra)
    return named and understanding.confidence >= CERTAIN and not changes
