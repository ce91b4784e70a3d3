"""A message that says several things: which are taken one by one, and in which order; one answer comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.contract.altered import altered
from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Flow, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Understanding, Value, When
from bot.engine import cues, slots
from bot.engine.acts.as_meant import ENDS
from bot.engine.asked.questioned import files
from bot.engine.decision import CERTAIN, CONFIRM, SOS, SURE, WITHDRAW, YES_NO, Decision
from bot.engine.measure import weight
from bot.engine.person.promised import HUMAN
from bot.engine.several.clause import Clause, Kind
from bot.engine.several.left_over import left, wished, with_questions
from bot.engine.several.offered import chosen_of

Decide = Callable[[Conversation, InboundMessage, Understanding, Book], Decision]


# Said to be kind; nobody has to see to it.
_MANNERS = frozenset({"greet", "thank", "goodbye", "help", "small_talk", "farewell"})
_TELLS = frozenset({"answer", "change", "amend"})
_ACTS = frozenset({"cancel", "withdraw", "skip", "later", "back", "restart", "resume", "revive", "no", "deny"})
# With these nothing is taken apart: they are about the whole message, or end what it is said in.
_WHOLE = frozenset({"alarm", "ask_danger", "alarm_words", "alarm_cancel", "by_gas", "safe", "clarify", "elsewhere"})
_WHOLE |= {"told", "led_back", "rehome", "off_already", "keep"}
# What makes a question of it: "every weekend" has the sound of one about hours.
_ASKING = frozenset({"asks_back", "question", "asking", "follow", "want"})
# What is agreed to, or called off, in a word or two.
_PLAIN = frozenset({"affirm", "deny", "thank", "greet", "goodbye"})
# What makes a yes, a no or an end of it.
_SETTLES = frozenset({"off", "assent", "takes_back", "go", "agrees", "drop", "retract", "wait"})
# What is surely meant for those who come.
_FOR_THEM = frozenset({"wish", "note", "mind", "secret"})
_SAID_SO = frozenset({"takes_back", "retract", "drop"})  # in so many words, whatever else is told
# So much is worth a line for those who come; less is a word of manner; so much is a sentence, whatever act it
# resembles: "no strong chemicals, please".
TELLS, BRIEF, SENTENCE = 8, 12, 16


def by_clause(
    conversation: Conversation,
    message: InboundMessage,
    whole: Understanding,
    book: Book,
    decision: Decision,
    decide: Decide,
) -> Decision:
    """The decision for the whole message, with what it would lose to be done after it; or its clauses one by one."""
    top, flow = conversation.top, _spoken_of(conversation, book)
    if not whole.clauses or decision.act in _WHOLE or message.choice or message.forgeable or conversation.sos:
        return decision
    if (top is not None and (top.awaiting == WITHDRAW or top.flow == SOS)) or _one_question(whole):
        return decision
    if decision.act in ("cancel", "withdraw") and (_SAID_SO & set(whole.extra) or whole.share("off", "mends") >= ENDS):
        return decision
    if "has_visit" in whole.extra or chosen_of(conversation, message, top, book) is not None:
        return decision
    clauses = [_read(one, conversation, message, flow, book, decide) for one in whole.clauses]
    if flow is None or (_begins(decision, book) and (top is None or top.lingers)):
        return with_questions(decision, whole, clauses, book)
    if _tells_a_story(top, flow, decision):
        return altered(decision, after=left(decision, whole, clauses, topics=True))
    if not _loses(decision, clauses):
        asked = left(decision, whole, clauses, topics=decision.act == "yes")
        return altered(decision, after=(*_noted(decision, clauses, flow), *asked, *wished(decision, clauses)))
    return _one_by_one(decision, conversation, message, clauses, book, decide)


def _one_question(whole: Understanding) -> bool:
    """ "Saturday, the office, open?", "it is in my wife's name, is that ok": one question, told in two breaths."""
    if len(whole.clauses) != 2 or "requests" in whole.extra:
        return False
    first, last = whole.clauses
    asks = "inquires" in whole.extra and "inquires" in last.extra and "inquires" not in first.extra
    named = any(entity.name == "when" for entity in first.entities)
    return asks and (("manner" in last.extra and not named) or ("mere" in first.extra and "desk_open" in whole.extra))


def _begins(decision: Decision, book: Book) -> bool:
    flow = book.flows.get(decision.flow or "")
    return decision.act == "start" and flow is not None and files(flow)


def _spoken_of(conversation: Conversation, book: Book) -> Flow | None:
    top = conversation.top
    frame = top if top is not None and not top.lingers else conversation.recent or top
    return book.flows.get(frame.flow) if frame is not None else None


def _read(
    heard: Understanding,
    conversation: Conversation,
    message: InboundMessage,
    flow: Flow | None,
    book: Book,
    decide: Decide,
) -> Clause:
    """What the clause alone would do here."""
    decision = decide(conversation, altered(message, text=heard.said), heard, book)
    gist = flow.gist if flow is not None else None
    stand = frame.slots if (frame := conversation.top or conversation.recent) is not None else {}
    said = [n for n in decision.values if flow is not None and flow.has(n) and not flow.slot(n).private]
    shown = {n for n in said if stand.get(n) != decision.values[n]}  # what stands already is lost by nobody
    before = _told_before(conversation, gist)
    told = str(decision.values.get(gist, "")) if gist is not None else ""
    anew = bool(before and told) and not told.startswith(before)
    return Clause(heard, kind_of(decision, heard, gist, book), frozenset(shown), anew, decision.values.get("when"))


def _only_tells(kind: Kind, heard: Understanding) -> bool:
    """ "Tomorrow I am at work": a sentence that resembles a no, or another matter at half a guess."""
    if kind is Kind.OTHER:
        return heard.confidence < (SURE if "also" in heard.extra else CERTAIN)
    says = _SETTLES & set(heard.extra)
    tells = ("beside" in heard.extra and weight(heard.said) >= TELLS) or weight(heard.said) >= SENTENCE
    return kind in (Kind.ACT, Kind.YES) and not says and tells


def _told_before(conversation: Conversation, gist: str | None) -> str:
    frame = conversation.top or conversation.recent
    return str(frame.slots.get(gist, "")) if frame is not None and gist is not None else ""


def kind_of(decision: Decision, heard: Understanding, gist: str | None, book: Book) -> Kind:
    """What this decision does to what is spoken of; a sentence that only resembles an act tells something."""
    if "tells" in heard.extra:
        return Kind.MUTE
    kind = _done_by(decision, heard, gist, book)
    return Kind.MUTE if _only_tells(kind, heard) else kind


def _done_by(decision: Decision, heard: Understanding, gist: str | None, book: Book) -> Kind:
    act, flow = decision.act, book.flows.get(decision.flow or "")
    if act in _TELLS and not (decision.values or decision.problems or decision.slot):
        return Kind.MUTE
    if act in _TELLS or act == "recall":
        return Kind.NOTE if set(decision.values) == {gist} else Kind.VALUE
    if act == "yes":
        return Kind.YES
    if act in ("fact", "consult"):
        return Kind.ASK if _ASKING & set(heard.extra) else Kind.MUTE
    if act == "aside" and decision.flow == HUMAN and "call_me" in heard.extra:
        return Kind.MUTE  # "let him ring me": for who comes, where something is told besides
    if act == "aside":
        manners = decision.flow in _MANNERS
        # "Mornings only" has the sound of a greeting.
        return Kind.ASK if not manners else Kind.NOTHING if cues.in_words(heard, decision.flow or "") else Kind.MUTE
    if act in ("start", "queue", "beside", "passed"):
        asks = flow is not None and not files(flow) and {"asks_back", "question"} & set(heard.extra)
        return Kind.ASK if asks else Kind.OTHER
    if act in _ACTS:
        return Kind.ACT
    talk = heard.intent in _PLAIN and "beside" not in heard.extra
    brief = "manner" in heard.extra or weight(heard.said) < BRIEF
    return Kind.NOTHING if talk and brief else Kind.MUTE


def _loses(decision: Decision, clauses: Iterable[Clause]) -> bool:
    """Whether the whole message, taken as one, would keep less than its clauses tell."""
    told = {name for one in clauses if one.kind is Kind.VALUE for name in one.names}
    if decision.act in ("revive", "start", "queue", "beside", "passed"):
        return False
    if decision.act == "aside":
        return bool(told)
    if decision.act == "yes":
        wishes = any(one.kind is Kind.NOTE and _FOR_THEM & set(one.heard.extra) for one in clauses)
        return not told <= set(decision.values) or (wishes and not decision.values)
    if decision.act not in _TELLS:
        return bool(told) or any(one.kind is Kind.NOTE or one.anew or _adds(one) for one in clauses)
    parted = any(_narrows(one.when, decision.values.get("when")) for one in clauses)
    return not told <= set(decision.values) or parted or any(one.anew for one in clauses)


def _narrows(said: Value | None, taken: Value | None) -> bool:
    """ "Can someone come on Monday? Mornings only": a part of the day that was not taken with the day."""
    if not isinstance(said, When) or not isinstance(taken, When) or taken.has_clock:
        return False
    return said.dayless and said.part is not None and taken.part is None


def _noted(decision: Decision, clauses: Iterable[Clause], flow: Flow) -> tuple[Understanding, ...]:
    """What is told besides, where the values alone were taken; a time that is wished for says why."""
    if flow.gist is None or flow.gist in decision.values:
        return ()
    if decision.act == "start":
        # "Hurry them up, and tell him to ring first": what is looked up takes no note, what was filed does.
        return tuple(one.heard for one in clauses if one.kind is Kind.NOTE)
    if decision.act not in _TELLS:
        return ()
    told = (one for one in clauses if not _times(one.heard) or _FOR_THEM & set(one.heard.extra))
    return tuple(one.heard for one in told if (one.kind is Kind.NOTE and "manner" not in one.heard.extra) or _adds(one))


def _times(heard: Understanding) -> bool:
    """ "Sunday I am away", of what is moved to Monday."""
    return heard.entity("when") is not None or "weekday" in heard.extra


def _adds(one: Clause) -> bool:
    """Somebody should read it, though nobody here knows what it is."""
    return one.kind is Kind.MUTE and weight(one.heard.said) >= TELLS and not {"manner", "mere"} & set(one.heard.extra)


def _tells_a_story(top: Frame | None, flow: Flow, decision: Decision) -> bool:
    """Free words were asked for, and they are given."""
    name = top.awaiting if top is not None else None
    free = name is not None and flow.has(name) and flow.slot(name).kind is SlotKind.TEXT
    return free and decision.act == "answer" and name in decision.values


def _one_by_one(
    decision: Decision,
    conversation: Conversation,
    message: InboundMessage,
    clauses: list[Clause],
    book: Book,
    decide: Decide,
) -> Decision:
    """Values and notes first, then the yes, the questions, and another wish."""
    told = any(one.kind is Kind.VALUE or "go" in one.heard.extra for one in clauses)
    kept = [one for one in clauses if one.kind is not Kind.NOTHING and not _gives_way(one, told, conversation)]
    # "Oh wait, no", said on the way to something else, is for nobody.
    kept = [one for one in kept if one.kind not in (Kind.NOTE, Kind.MUTE) or "manner" not in one.heard.extra]
    kept.sort(key=lambda one: max(one.kind, Kind.NOTE))
    if not kept:
        return decision
    first, *rest = (one.heard for one in kept)
    text = altered(message, text=first.said)
    if kept[0].kind is Kind.MUTE:
        # Nobody's answer, and yet for who comes: "when is it mended, the children are afraid".
        note = _note(conversation, text, first, book) if any(one.kind is Kind.ASK for one in kept) else None
        return decision if note is None else altered(note, heard=first, after=tuple(rest))
    begun = decide(conversation, text, first, book)
    return altered(begun, heard=first, after=tuple(rest))


def _note(conversation: Conversation, message: InboundMessage, heard: Understanding, book: Book) -> Decision | None:
    """The words themselves, for what is open."""
    top = conversation.top
    flow = book.flows.get(top.flow) if top is not None and not top.lingers else None
    if top is None or flow is None or flow.gist is None or flow.gist not in top.slots:
        return None
    told = slots.added(top, flow.gist, message, heard)
    return Decision("change" if top.awaiting in YES_NO else "answer", flow.name, {flow.gist: told})


def _gives_way(one: Clause, told: bool, conversation: Conversation) -> bool:
    """ "No, make it Monday", "yes, but at five": where something else is told, nothing is called off, and a no or a yes
    before it is a part of that; what is so changed is read back before it is agreed to."""
    waits = conversation.top is not None and conversation.top.awaiting == CONFIRM
    if one.kind is Kind.YES:
        return told and waits
    return one.kind is Kind.ACT and told
