"""What is said in the middle of something and is no answer to it: an act of talk, a question, another wish."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.conversation import Frame
from bot.contract.flow import Book, Flow, ReadBack, Slot, SlotKind
from bot.contract.understanding import Danger, Understanding, Value
from bot.engine import cues, slots
from bot.engine.cues import SERVED
from bot.engine.decision import ACTS, CERTAIN, CONFIRM, INTERRUPT, SOS, SURE, YES_NO, Decision, act_of
from bot.engine.said import Said

# What people ask for; a mere statement is seldom one of these.
_ASKED_FOR = frozenset({"book_clinic", "book_venue", "book_housekeeping", "order_meal", "complain"})
# What is told for who comes.
_FOR_WHO_COMES = frozenset({"mind", "wish", "note", "same_helper"})
# What is told of those complained of as often as it is asked.
_OF_THEIRS = frozenset({"spoken_to", "recurs", "duration", "next", "arrival", "contacted"})
# What cannot wait, wherever it is told.
_AT_ONCE = frozenset({"gas", "sparks", "burst"})
HELP, PERSON, REPAIR = "help", "ask_human", "report_repair"
# "What is free on Saturday?": the day is told with the question.
OPENINGS = "openings"
# Something is asked for, and not only told.
_ASKS = frozenset({"requests", "question", "asks_back", "also", "off", "planned", "status"})
# And so that it cannot be taken for more of what is told.
_WANTS = frozenset({"requests", "question", "asks_back", "wants_it", "planned"})


def _errand(flow: Flow, understanding: Understanding, book: Book) -> Decision | None:
    """What the desk sees to is known by its words; a pass or a car takes them for its own."""
    errand = book.for_cue({"errand"} & set(understanding.extra))
    if errand is None or errand is flow or flow.has("plate"):
        return None
    act = "queue" if any(isinstance(step, ReadBack) for step in flow.steps) else "start"
    return Decision(act, errand.name, slots.named(errand, understanding))


def other_flow(flow: Flow, understanding: Understanding, book: Book, awaited: Slot | None = None) -> Decision | None:
    """Something else than this flow, said clearly enough to interrupt it."""
    if SERVED in understanding.extra and SERVED in flow.cues:
        return None  # one more of its own, which stands in the same form
    # "They take the old one along", of a delivery that a pass is made for, is a word about it.
    theirs = flow.has("plate") and "requests" not in understanding.extra
    served = _errand(flow, understanding, book) or (None if theirs else _of_the_catalogue(understanding, book))
    if served is not None:
        return served
    found = book.for_intent(understanding.intent)
    if found is None or found.name == flow.name or understanding.confidence < INTERRUPT:
        return None
    if tells_of_it(flow, understanding) and not found.aside:
        return None  # "two copies", of a paper, is no meal
    if found.aside:
        return _in_passing(flow, found, understanding, awaited)
    # An alarm is raised by danger, not by what the words are most like.
    if found.name == SOS or _belongs(flow, found, understanding):
        return None
    announced = "also" in understanding.extra and "ahead" not in understanding.extra
    # A question is answered at once; what is to be filed can wait its turn.
    files = any(isinstance(step, ReadBack) for step in found.steps)
    act = "queue" if announced and files else "start"
    return Decision(act, found.name, slots.named(found, understanding))


def _in_passing(flow: Flow, found: Flow, understanding: Understanding, awaited: Slot | None) -> Decision | None:
    """A flow that is one answer, where its own words ask for it."""
    if not cues.in_words(understanding, found.name):
        return None
    if found.name == HELP and "asks_back" in understanding.extra and "helps" not in understanding.extra:
        return None  # "may I look myself, or do you copy it?" asks about the matter
    if found.name == PERSON and _names_no_person(flow, understanding):
        return None
    # "Live in, from January, some English" describes; only a person may be asked for at half a word.
    describes = awaited is not None and awaited.kind is SlotKind.TEXT and found.name != PERSON
    return None if describes and understanding.confidence < CERTAIN else Decision("aside", found.name)


def _belongs(flow: Flow, found: Flow, understanding: Understanding) -> bool:
    """What is told without being asked for belongs to what is open, whatever it sounds like."""
    heard, sure = set(understanding.extra), understanding.confidence >= CERTAIN
    if flow.story and not _ASKS & heard:
        return True  # "the courier could not get in, he swore at him": of the grievance
    if flow.story and found.name in _ASKED_FOR and not _WANTS & heard:
        return True  # "also a mattress", of a sofa that is to be fetched
    if "make that" in understanding.extra.get("move", "") and not {"requests", "also"} & heard:
        return True  # "make that two, her friend is here": of the lunch that is being ordered
    faulty = {"fault", "urgent", "unfixed", "requests", "also", "beside"} & heard
    if found.name == REPAIR and not faulty and not sure:
        return True  # "just one, wall unit": nothing is said to be broken
    vain = flow.gist is not None or not slots.named(found, understanding)
    # "A child nearly got hurt" asks for no doctor.
    return vain and not _ASKS & heard and found.name in _ASKED_FOR and not sure


def _of_the_catalogue(understanding: Understanding, book: Book) -> Decision | None:
    """A service that its own words name, whatever the sentence is most like: announced, or asked for outright."""
    found = book.for_cue({SERVED} & set(understanding.extra))
    if found is None or not {"also", "requests", "asks_back"} & set(understanding.extra):
        return None
    announced = "also" in understanding.extra and "ahead" not in understanding.extra
    return Decision("queue" if announced else "start", found.name, slots.named(found, understanding))


def _names_no_person(flow: Flow, understanding: Understanding) -> bool:
    """ "No, two people" counts those who come, "the same person if possible" is for who comes, and "they want it with a
    stamp" names nobody who shall be spoken to."""
    extra = understanding.extra
    counts = flow.has("people") and understanding.entity("people") is not None
    theirs = flow.gist is not None and bool(_FOR_WHO_COMES & set(extra))
    return counts or theirs or (understanding.confidence < CERTAIN and "person_named" not in extra)


def tells_of_it(flow: Flow, understanding: Understanding) -> bool:
    """What the form that is open listens for: how many, what for, for whom."""
    return "for_it" in flow.heeds and "for_it" in understanding.extra


def announced(said: Said) -> Decision | None:
    """ "Oh, and my drawer fell apart": announced, a fault or a wish of another kind, and no note for what is open."""
    heard = said.understanding
    if "also" not in heard.extra or said.top.awaiting != CONFIRM or heard.danger is not Danger.NONE:
        return None
    found = other_flow(said.flow, heard, said.book)
    told = heard.entity("category") is not None or {"fault", "requests", "thing"} & set(heard.extra)
    return found if found is not None and found.act == "queue" and told else None


def urgent_elsewhere(said: Said) -> Decision | None:
    """A smell of burning or of gas, in the middle of anything: it waits for nothing that is open."""
    heard, filed = said.understanding, said.conversation.recent
    shut = shut_out(heard, said.book)
    if shut is not None and shut.flow != said.flow.name:
        return shut
    flow = said.book.for_intent("report_repair")
    if flow is None or flow is said.flow or heard.extra.get("urgent") not in _AT_ONCE:
        return None
    calm = {"question", "asks_back", "made_safe", "nobody", "off"} & set(heard.extra)
    known = filed is not None and filed.slots.get("_urgent") == heard.extra["urgent"]
    return None if calm or known else Decision("start", flow.name, slots.named(flow, heard))


def shut_out(understanding: Understanding, book: Book) -> Decision | None:
    """ "Do not let him in": whatever is open or was just filed, the guard room is told."""
    flow = book.for_cue({"keep_out"} & set(understanding.extra))
    return Decision("start", flow.name, slots.named(flow, understanding)) if flow is not None else None


def named_elsewhere(flow: Flow, understanding: Understanding, book: Book) -> Decision | None:
    """Another wish so clear that a time or a place in it is its own, and no change of what is open."""
    found = other_flow(flow, understanding, book)
    if found is None or found.act == "aside" or understanding.confidence < SURE:
        return None
    if any(cue in understanding.extra and flow.slot(name).kind is SlotKind.TEXT for cue, name in flow.cued.items()):
        return None  # "pay for three months", of a space that is asked for: what this flow listens for
    ours = {slot.name for slot in flow.slots}
    own = set(found.values) - ours
    return found if own or understanding.confidence >= CERTAIN else None


def asks(flow: Flow, understanding: Understanding, values: Mapping[str, Value], book: Book) -> Decision | None:
    """A question of fact: about the open flow itself (its price, its papers), or what another flow answers shortly."""
    heard = set(understanding.extra)
    base = book.answer_base
    if "opening" in heard and base is not None and base is not flow:
        return Decision("consult", base.name)  # "when does the pool close?", whenever we come ourselves
    if understanding.extra.get("chat") == "praise":
        heard.discard("chat")  # "great" at a read-back is a yes
    if "when" in values and not {"question", "asks_back", "inquires"} & heard:
        heard.discard("house_rule")  # "the removal firm wants the lift from eight", told when it is asked when
    vacant = understanding.extra.get("topic") == OPENINGS and flow.answer is not None and flow.has("when")
    if vacant and named_elsewhere(flow, understanding, book) is None:
        return Decision("fact", flow.name, {name: value for name, value in values.items() if name == "when"})
    asked = bool(
        {"question", "topic", "follow", "want", "chat", "house_rule", "desk_open", "my_page", "page_close"} & heard
    )
    for other in book.consulted(heard) if asked else ():
        if other is not flow:
            return Decision("consult", other.name)
    wished = "could_come" in heard and "when" in values and flow.gist is not None
    # "Can it be the afternoon instead?" asks for another time, and not on which terms it may be changed.
    wished = wished or ("when" in values and understanding.extra.get("topic") == "cancel" and "terms" not in heard)
    # "I am home after six": when somebody may come, and no question about hours.
    comes = "anytime" in heard and not {"question", "asks_back"} & heard
    names = "topic" in heard or ("follow" in heard and not values)
    if flow.story and understanding.extra.get("topic") in _OF_THEIRS and not {"question", "asks_back"} & heard:
        return None  # "I did talk with them, they said sorry" tells, and asks nothing
    told = [name for name in values if not flow.slot(name).private]
    if flow.answer is None or not names or wished or comes or (told and "question" not in heard):
        return None
    # "How much is my property fee" has the word of a price in it, and is no question about the repair.
    wish = named_elsewhere(flow, understanding, book)
    theirs = book.flows[wish.flow or ""] if wish is not None else flow
    own = {n for n in (wish.values if wish is not None else ()) if not flow.has(n) and not theirs.slot(n).private}
    # "Is visitor parking free?" names a place and is asked of the visit.
    own -= {"location"} if understanding.extra.get("topic") == "parking" else set()
    return None if own else Decision("fact", flow.name)


def act_in_flow(understanding: Understanding, values: Mapping[str, Value]) -> Decision | None:
    """Cancel, repeat, skip … said instead of an answer; an utterance that also gives a value is an answer."""
    intent = understanding.intent
    if intent not in ACTS or understanding.confidence < INTERRUPT or not cues.in_words(understanding, intent):
        return None
    if intent in ("correct", "skip", "go_back", "repeat") and values:
        return None
    if intent == "deny" and "nobody" in understanding.extra:
        return None  # "nobody inside, no" leaves nothing out
    if intent in ("affirm", "correct") or (intent == "cancel" and not cues.is_off(understanding)):
        return None
    if intent == "deny":
        return Decision("skip") if not values else None
    return Decision(act_of(intent))


def put_off(top: Frame, flow: Flow, understanding: Understanding) -> Decision | None:
    """All of it is off, comes later, or lets the other thing go first: said in so many words and nothing else."""
    extra = understanding.extra
    optional = top.awaiting is not None and flow.has(top.awaiting) and not flow.slot(top.awaiting).required
    if "found" in extra and "found" in flow.heeds and top.case_no is None and top.awaiting == CONFIRM:
        return Decision("cancel")  # what was looked for is there before anybody was told
    # "Forget it, forget I asked": all of it, in so many words.
    first = "off_first" in extra and "off" not in extra
    if first and not understanding.entities and not {"instead", "rather", "move"} & set(extra):
        return Decision("skip" if optional else "cancel")
    if "off" in extra and "nobody" not in extra:
        return Decision("skip" if optional and "nothing" in extra else "cancel")
    waits = flow.slot(top.awaiting) if top.awaiting and flow.has(top.awaiting) else None
    if optional and waits is not None and waits.kind is SlotKind.WHEN and "no_appointment" in extra:
        return Decision("skip")
    holds = "hold" in extra and understanding.intent in (*ACTS, "slower", "out_of_scope") and not understanding.entities
    if holds and not {"topic", "want", "question"} & set(extra):
        return Decision("later")
    if "later" in extra and not (top.awaiting == CONFIRM and "wait" in extra):
        if top.awaiting in YES_NO and top.amending:
            return Decision("no")
        return Decision("skip" if optional and "wait" not in extra else "later")
    return None
