"""A question in the middle of something: it is looked up where it can be, and neither answers what is open nor begins
or ends anything; what nobody here knows is said to be so."""

from __future__ import annotations

from bot.contract.flow import Flow, ReadBack, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Place, Understanding
from bot.engine import cues, slots
from bot.engine.decision import CERTAIN, INTERRUPT, SURE, YES_NO, Decision
from bot.engine.said import Said

# So likely it is a question, as the learnt acts have it; so unlikely it is none.
ASKS, ALONE, HARDLY = 0.6, 0.97, 0.1
# A word alone, asked back.
BRIEF_WORDS = 2
# What a question may be about and still be one to the flow that is open.
_WORDED = frozenset({SlotKind.TEXT, SlotKind.PLACE})


def mere_question(message: InboundMessage) -> bool:
    """ "Where?", asked back at a question, is no wish of its own."""
    said = message.text.strip()
    word = said.rstrip("?？ ")
    return word != said and (len(word.split()) <= 1 if word.isascii() else len(word) <= BRIEF_WORDS)


def asks_at_all(said: Said) -> bool:
    return is_asked(said.understanding) and not said.message.choice


def is_asked(heard: Understanding) -> bool:
    """The one place that says what is a question: its form, and not what it is about."""
    return in_form(heard) or surely_asks(heard)


def in_form(heard: Understanding) -> bool:
    """It is put as a question, whatever it is about."""
    asks = "asks_back" in heard.extra and bool({"question", "topic", "terms", "follow"} & set(heard.extra))
    return asks or "inquires" in heard.extra


def surely_asks(heard: Understanding) -> bool:
    """What the line is, as those learnt who read thousands of them; and not what its words resemble."""
    marked = bool({"asks_back", "inquires", "question"} & set(heard.extra))
    return heard.share("asks") >= (ASKS if marked else ALONE)


def hardly_asks(heard: Understanding) -> bool:
    """ "Another hour, can that be done?", "could you make it four": a change in the form of a question."""
    return bool(heard.acts) and heard.share("asks") < HARDLY


def files(flow: Flow) -> bool:
    """Whether something comes of it; other flows only look things up."""
    return any(isinstance(step, ReadBack) for step in flow.steps)


def looked_up(said: Said) -> Decision | None:
    """ "Is the water off tomorrow?": clearly a matter that another flow only tells about; its day is no wish here."""
    heard, flow = said.understanding, said.book.for_intent(said.understanding.intent)
    if flow is None or flow is said.flow or flow.aside or not asks_at_all(said) or heard.confidence < SURE:
        return None
    progress = said.book.progress
    names_one = {entity.name for entity in heard.entities} & {"plate", "phone", "visitor_name", "people", "amount"}
    if files(flow) or flow is progress or names_one or cues.heeded(said.top, heard, said.book):
        return None
    if flow.answers_all:
        return _consult(said)
    return Decision("start", flow.name, slots.named(flow, heard))


def of_all_of_theirs(said: Said) -> Decision | None:
    """ "How are my cases going", "what else do you have of mine": of what is on file, and not of what is open."""
    heard, progress = said.understanding, said.book.progress
    if progress is None or said.flow is progress or said.values or not {"every", "asks_back"} <= set(heard.extra):
        return None
    meant = said.book.for_intent(heard.intent) is progress and heard.confidence >= INTERRUPT
    return Decision("start", progress.name) if meant or "status" in heard.extra else None


def taken_as_asked(said: Said, decision: Decision) -> Decision:
    """The decision, unless the words only ask and it takes them for an answer, a beginning or an end."""
    if _for_the_answer_base(said, decision):
        return _consult(said)
    asks = asks_at_all(said) or _asks_for_a_place(said)
    if not asks or mere_question(said.message):
        return decision
    calls_off = decision.act in ("cancel", "skip", "withdraw") and {"terms", "topic"} & set(said.understanding.extra)
    if (
        calls_off
        or _noted_by_chance(said, decision)
        or _begins_by_chance(said, decision)
        or _answers_by_chance(said, decision)
    ):
        return _consult(said)
    return decision


def _for_the_answer_base(said: Said, decision: Decision) -> bool:
    """ "Is he even allowed to do that?", in the middle of a complaint: answered or not, what is told next is for it."""
    flow = said.book.flows.get(decision.flow or "") if decision.act == "start" else None
    asked = flow is not None and flow.answers_all
    return asked and files(said.flow) and not said.message.choice and "asks_back" in said.understanding.extra


def _asks_for_a_place(said: Said) -> bool:
    """ "So what now with the neighbours", where it is asked where something is: no place looks like a question."""
    top, flow = said.top, said.flow
    placed = flow.has(top.awaiting or "") and flow.slot(top.awaiting or "").kind is SlotKind.PLACE
    return placed and "asks_back" in said.understanding.extra and not said.message.choice


# What names something that can be looked up.
_LOOKS_UP = frozenset(
    {"thing", "status", "check_it", "news", "news_of", "utility", "planned", "cutoff", "dues", "want", "requests"}
    | {"on_file", "push", "urge", "act", "menu", "closing", "parking", "meal", "plainly", "topic", "follow", "kin"}
)


def _begins_by_chance(said: Said, decision: Decision) -> bool:
    """ "Do I have to bring anything?" is no order of a meal: it names nothing that belongs to another matter."""
    flow = said.book.flows.get(decision.flow or "") if decision.act in ("start", "queue") else None
    if flow is None or flow is said.flow:
        return False
    heard = said.understanding.extra
    paying = heard.get("want") == "how" or heard.get("topic") == "how_pay"
    if paying and "asks_back" in heard and all(flow.slot(n).private for n in decision.values):
        return files(said.flow)  # "can I pay cash?", at the read-back of a visit
    if decision.values:
        return False
    if not files(flow) and not flow.answers_all and not flow.aside:
        # "Would they know that I told you?" looks nothing up that it does not name.
        return said.understanding.confidence < CERTAIN and not _LOOKS_UP & set(heard)
    if flow.answers_all:
        return "topic" in said.understanding.extra
    if files(flow) and _mid_draft(said) and "parking" not in heard:
        return "wants_it" not in heard and "also" not in heard
    pointed = {"topic", "coming", "follow"} & set(said.understanding.extra)
    return files(flow) and said.understanding.confidence < (CERTAIN if pointed else SURE)


# What asks somebody to do something, or tells what they should mind.
_FOR_THEM = frozenset({"wish", "note", "dictates", "secret", "guard", "recalls", "also", "same_helper"})


def _noted_by_chance(said: Said, decision: Decision) -> bool:
    """ "Will it spoil my floor?" is no part of what is broken, and "does she mind cats?" no note: both are asked."""
    heard = said.understanding
    if decision.act not in ("answer", "change", "amend", "skip") or _FOR_THEM & set(heard.extra) or said.problems:
        return False
    if cues.heeded(said.top, heard, said.book) or of_the_bills(said.flow, heard):
        return False
    if decision.act == "skip":
        return "inquires" in heard.extra
    if said.flow.story and "question" not in heard.extra:
        return False
    given = {name for name, value in decision.values.items() if said.top.slots.get(name) != value}
    told = {n for n in given if n in said.values and said.flow.has(n) and not said.flow.slot(n).private}
    return all(_in_passing(said, name) for name in told) and _in_words(said, decision)


def _in_passing(said: Said, name: str) -> bool:
    """ "May he use the gym while he is here?": a place that is spoken of, where the place is known."""
    value, known = said.values[name], name in said.top.slots
    loose = isinstance(value, Place) and value.building is None and value.room is None
    return known and loose and "inquires" in said.understanding.extra


def of_the_bills(flow: Flow, heard: Understanding) -> bool:
    """What is wanted of bills ("why so much?", "in two parts?") the flow of the bills takes itself."""
    return "want" in heard.extra and flow.has("fee")


def _in_words(said: Said, decision: Decision) -> bool:
    """Nothing is given but the words themselves, to who takes words; or nothing at all."""
    flow, gist = said.flow, said.flow.gist
    first = gist is not None and gist not in said.top.slots and said.top.awaiting == gist
    if first and said.book.by_intent.get(said.understanding.intent) == flow.name:
        return False  # it may well be how the matter is told: "why does it smell in here?"
    worded = {n for n in decision.values if flow.has(n) and flow.slot(n).kind in _WORDED}
    return all(flow.has(n) and (n in worded or flow.slot(n).private) for n in decision.values if n not in said.values)


def _mid_draft(said: Said) -> bool:
    """A form is open and nothing of it was sent: whoever only asks something wants it kept, and no other one opened."""
    return files(said.flow) and said.top.case_no is None and not said.top.lingers


def _answers_by_chance(said: Said, decision: Decision) -> bool:
    """ "Where is a bank near here?" tells nothing of what is broken."""
    top, heard = said.top, said.understanding
    if decision.act not in ("answer", "change") or top.awaiting in YES_NO or not said.flow.has(top.awaiting or ""):
        return False
    slot = said.flow.slot(top.awaiting or "")
    given = decision.values.get(slot.name)
    whole = str(given) == said.message.text.strip()
    if slot.kind not in _WORDED or not whole or slot.name in said.values:
        return False
    own = said.book.by_intent.get(heard.intent) == said.flow.name or {"fault", "urgent", "matter"} & set(heard.extra)
    return not own and not said.values


def asked_of_all(said: Said) -> Decision:
    """A question that is nothing else: the answer base may know, and if not, that is said."""
    heard = said.understanding
    if _wishes_it(said):
        return Decision("answer", said.flow.name)  # "could somebody bring a lunch up?": what is being arranged already
    if {"question", "asks_back"} & set(heard.extra) and not mere_question(said.message):
        return _consult(said)
    return Decision("unknown")


def _wishes_it(said: Said) -> bool:
    """The thing itself, asked for once more in the form of a question."""
    heard, own = said.understanding, said.book.by_intent.get(said.understanding.intent) == said.flow.name
    pending = said.top.awaiting not in YES_NO and said.top.case_no is None
    asks_for = "asks_for" in heard.extra and not {"topic", "question"} & set(heard.extra)
    return own and pending and files(said.flow) and asks_for and not said.top.lingers


def _consult(said: Said) -> Decision:
    found = said.book.answer_base
    if found is None:
        return Decision("unknown")
    consult = Decision("consult", found.name)
    return Decision("fact", said.flow.name, otherwise=consult) if said.flow.answer is not None else consult
