"""What is said at a read-back and is more of the same matter: it stands in what those who see to it will read."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.flow import Flow, SlotKind
from bot.contract.understanding import Danger, Place, Understanding, Value
from bot.engine import cues, slots
from bot.engine.answers.but_days import keeps_words
from bot.engine.decision import ACTS, AMEND, CERTAIN, CHANGE, CONFIRM, GIST, INTERRUPT, OUT_OF_SCOPE, SURE, Decision
from bot.engine.measure import TELLING, weight, without
from bot.engine.said import Said

# Marks of words that add to the matter at the read-back, whatever intent they look like.
NOTED = frozenset(
    {"note", "secret", "wish", "since", "anytime", "same", "stated", "guard", "nobody", "extent", "condition"}
    | {"dictates", "recalls"}
)
_ADDED = NOTED | {"scope", "urgent"}
# What a statement is taken for when nothing in it was understood.
_MUTE = frozenset({"affirm", "deny", "correct", OUT_OF_SCOPE})
# Less sure of an act of talk than this, nobody meant one: "two vans, the plates we do not know yet" skips nothing.
HALF_A_GUESS = 0.5
# So much said at a read-back, and nothing we know, is a remark for those who read the matter.
REMARK = 8
# So much that says where, and so many digits.
PLACED, ROOM = 6, 3
# And so much where all that is told belongs to it.
FEW = 5
# A name has so many words.
NAME = 2


def takes(flow: Flow) -> str | None:
    """What of this flow takes words that are no value: its matter, else the notes for those who see to it."""
    return flow.gist or ("remarks" if flow.has("remarks") else None)


def with_rest(said: Said, changed: Mapping[str, Value]) -> Mapping[str, Value]:
    """ "Last night the guard at the gate shouted": a place, and what happened there besides."""
    flow, heard, gist = said.flow, said.understanding, said.flow.gist
    if gist is None or gist in changed or "question" in heard.extra:
        return changed
    right = slots.put_right(str(said.top.slots.get(gist, "")), said.message, heard)
    if right is not None:
        return {**changed, gist: right}
    if "right" in heard.extra:
        return changed  # it puts right, and tells nothing besides
    whom = any(flow.slot(name).cue for name in changed if flow.has(name))
    if whom and weight(heard.extra.get("gist", "")) >= FEW and "asks_back" not in heard.extra:
        # "For my mum, her blood pressure is up": whom it is for, and what troubles her.
        before = said.top.slots.get(gist)
        return {**changed, gist: heard.extra["gist"] if before is None else f"{before}; {heard.extra['gist']}"}
    told = {entity.name for entity in heard.entities if entity.name in changed}
    rest = without(said.message.text, (entity for entity in heard.entities if flow.has(entity.name)))
    own = said.book.by_intent.get(heard.intent) == flow.name or (flow.story and bool(told))
    own = own and said.top.awaiting == CONFIRM
    # Beside a place that is named, people tell on: "4th floor, it has been dark for days".
    placed = any(flow.slot(name).kind is SlotKind.PLACE for name in told) and not _talks(heard)
    if "wish" in heard.extra and said.top.awaiting == CONFIRM and changed:
        # "Ring me before you come, 138…": the number is kept, and so is what it is for.
        return {**changed, gist: slots.added(said.top, gist, said.message, heard)}
    name = rest.strip(" ,.;:-")
    named = any(one.name == "visitor_name" and not flow.has(one.name) for one in heard.entities)
    if "contact" in changed and (named or (name.istitle() and name.isascii() and len(name.split()) <= NAME)):
        # "139…, Marta": whom to ask for.
        return {**changed, gist: slots.added(said.top, gist, said.message, heard)}
    least = FEW if flow.story else TELLING
    tells = (own or (placed and gist in said.top.slots)) and weight("".join(rest.split())) >= least
    return {**changed, gist: slots.added(said.top, gist, said.message, heard)} if tells else changed


def _talks(heard: Understanding) -> bool:
    """An act of talk: "no, it is not that one, you have it wrong"."""
    return heard.intent in ACTS - {"skip", "repeat"} and heard.confidence >= INTERRUPT


def remark(said: Said) -> Decision | None:
    """Neither a question nor anything we know: whoever reads the matter may understand what we do not."""
    heard = said.understanding
    asking = {"question", "asks_back", "foreign", "chat"} & set(heard.extra)
    if takes(said.flow) is None or said.top.awaiting != CONFIRM or asking or heard.danger is Danger.ALERT:
        return None
    return with_gist(said) if _tells(said) else None


def _tells(said: Said) -> bool:
    """A sentence; or where it comes from, or whom it concerns: "the one upstairs", "1502"."""
    extra, words = said.understanding.extra, said.message.text.strip()
    whole = said.understanding.full_sentence or "beside" in extra
    placed = weight(words) >= PLACED and "whereabouts" in extra
    return (weight(words) >= REMARK and whole) or placed or (words.isdigit() and len(words) >= ROOM)


def more_of_it(said: Said) -> Decision | None:
    """Said at the read-back and about the same matter: it is added to what the staff will read."""
    flow, heard, gist = said.flow, said.understanding, takes(said.flow)
    other = said.book.by_intent.get(heard.intent) not in (None, flow.name) and heard.confidence >= CERTAIN
    # "The lift is broken" at the read-back of a cleaner is a matter of its own, wherever it is.
    marked = bool((NOTED if other else _ADDED) & set(heard.extra))
    asked = said.top.awaiting in (CONFIRM, CHANGE, AMEND)
    if gist is None or not asked or (weight(said.message.text) < GIST and not marked):
        return None
    if {"question", "asks_back"} <= set(heard.extra):
        return None  # "must I buy the cleaner myself?"
    if {"asking", "asks_back"} <= set(heard.extra) and not marked and not keeps_words(flow):
        return None  # "is there parking at the clinic", of an appointment
    same = marked or said.book.by_intent.get(heard.intent) == flow.name
    if not same and heard.intent != "correct":
        return None
    return with_gist(said)


def with_gist(said: Said) -> Decision:
    gist = takes(said.flow) or ""
    told = slots.added(said.top, gist, said.message, said.understanding)
    return Decision("change", said.flow.name, {gist: told})


def told_besides(said: Said) -> Decision | None:
    """A statement that is surely nothing else, at a read-back: "all of the flat" is no "no", "it runs now" no "yes"."""
    heard = said.understanding
    # "Anyone can walk in, it is not safe" sounds like a cancelling and tells more of the matter.
    sounds_off = heard.intent == "cancel" and not cues.is_off(heard)
    clear = (heard.confidence >= INTERRUPT and not sounds_off) or "question" in heard.extra
    clear = clear or heard.danger is Danger.ALERT
    if clear or takes(said.flow) is None or said.top.awaiting != CONFIRM or "beside" not in heard.extra:
        return None
    if (
        said.values
        or (heard.intent not in _MUTE and not sounds_off and heard.confidence >= HALF_A_GUESS)
        or {"off", "about", "assent", "retract", "own_building"} & set(heard.extra)
    ):
        return None
    return with_gist(said)


def told_with_a_no(said: Said) -> bool:
    """ "No smell", "no, I did not fall": a no in what is told, and none to what was read back."""
    heard = said.understanding
    if takes(said.flow) is None or said.top.awaiting != CONFIRM:
        return False
    if "thing_off" in heard.extra:
        return True
    if heard.confidence >= CERTAIN:
        return False
    settles = {"off", "about", "assent", "retract", "wait", "pointed", "instead", "question", "bye", "want"}
    return "beside" in heard.extra and not settles & set(heard.extra) and not said.values


def another_fault(said: Said) -> bool:
    """ "The lift is out of order", at the read-back of a dripping tap: of another kind, and announced or elsewhere."""
    heard, flow, top = said.understanding, said.flow, said.top
    announced, broken = "also" in heard.extra, {"fault", "urgent"} & set(heard.extra)
    if flow.story and announced and top.awaiting == CONFIRM and "location" in said.values:
        # "Also the rubbish room stinks", at the read-back of a barking dog.
        return "matter" in heard.extra and top.slots.get("location") != said.values["location"]
    own = said.book.by_intent.get(heard.intent) == flow.name and heard.confidence >= (SURE if announced else CERTAIN)
    if not own or not (broken or announced) or top.awaiting not in (CONFIRM, AMEND) or heard.danger is not Danger.NONE:
        return False
    if {"whereabouts", "instead", "hedged", "agrees", "mere", "of_it"} & set(heard.extra):
        return False
    kinds = {slot.name for slot in flow.slots if slot.private and slot.kind is SlotKind.CHOICE and not slot.cue}
    told = slots.named(flow, heard)
    other = any(name in top.slots and told[name] not in (top.slots[name], "other") for name in kinds & set(told))
    scope, before = heard.extra.get("scope"), top.slots.get("_scope") or _scope_of(top.slots.get("location"))
    return other and (announced or {scope, before} == {"inside", "public"})


def _scope_of(place: Value | None) -> str | None:
    return place.scope or ("inside" if place.room else None) if isinstance(place, Place) else None


def named_anew(said: Said) -> bool:
    """A thing of the same kind as before, in words that were not said yet: "the front door"."""
    gist, text = said.flow.gist, said.message.text.strip()
    if gist is None or said.top.awaiting != CONFIRM or "question" in said.understanding.extra:
        return False
    private = all(said.flow.slot(name).private for name in said.values)
    return private and text not in str(said.top.slots.get(gist, ""))


def statement(said: Said) -> bool:
    """A statement, at the read-back of what somebody will read and look for: "brown leather, with my ID in it"."""
    heard = said.understanding
    if said.flow.more is None or said.flow.gist is None or said.top.awaiting != CONFIRM:
        return False
    talk = {"asks_back", "question", "ack", "off", "about", "assent"} & set(heard.extra)
    act = heard.intent in ACTS - {"affirm", "deny", "correct"} and heard.confidence >= INTERRUPT
    return not talk and not act and weight(said.message.text) >= GIST
