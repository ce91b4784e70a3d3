"""A second matter in the middle of one, by what the line does: asked for, it is never lost and never a note of the
first; merely told, it begins nothing."""

from __future__ import annotations

from bot.contract.altered import altered
from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Flow, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Danger, Understanding
from bot.engine import cues, slots
from bot.engine.acts import by_act
from bot.engine.acts.after_filing import after_filing
from bot.engine.acts.for_the_record import for_the_record
from bot.engine.afresh import afresh
from bot.engine.answers.keyed import is_keyed
from bot.engine.asked.questioned import files
from bot.engine.decision import INTERRUPT, SOS, SURE, YES_NO, Decision
from bot.engine.filed.spoken_of import within
from bot.engine.measure import weight
from bot.engine.said import Said
from bot.engine.several.for_desk import desk_of
from bot.engine.several.halves import mute, only_tells
from bot.engine.several.wishes import other_flow

# So surely something is asked for; where its words say so as well; and where no flow of ours knows it.
WANTS, SAYS_SO, FOR_THE_DESK = 0.6, 0.25, 0.75
# So likely it is of another matter, that it is no more of this one.
ELSEWHERE = 0.45
# What was made of the words where nobody knew what they ask for.
_LOST = frozenset({"unknown", "again", "repeat", "skip", "answer", "change", "affirm", "deny", "correct", "back"})
_LOST |= {"keep"}
# What says something by itself, beside what a sentence gives in passing.
_EXACT = frozenset({SlotKind.WHEN, SlotKind.NUMBER, SlotKind.PHONE, SlotKind.CODE, SlotKind.MONEY})
# What names another matter by itself, and what shows that its likeness is no chance.
_OWN_CUES = frozenset({"lost_thing", "found_thing", "errand"})
_NAMES_IT = frozenset({"thing", "fault", "urgent"})
_ASKING = frozenset({"question", "asks_back", "inquires"})
# What makes another kind of it, in so many words.
_MOVES = frozenset({"rather", "instead", "move", "requests", "wants_it", "mere", "also"})
# Of the person whom it is for, and so of another one than the open matter's.
_FOR_WHOM = frozenset({"kin", "patient"})
# Less says nothing that the desk could do.
LEAST = 8


def amid(
    conversation: Conversation, top: Frame, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision:
    """What it is in the middle of something, once it is known whether something else is asked for."""
    decision = by_act.amid(conversation, top, message, understanding, book)
    if message.choice or is_keyed(message) or not understanding.acts or understanding.danger is Danger.ALERT:
        return decision
    if top.lingers or top.flow == SOS or top.amending:
        return decision
    said = Said(conversation, top, book.flows[top.flow], message, understanding, {}, (), book)
    return for_the_record(said, _amid(said, decision))


def _amid(said: Said, decision: Decision) -> Decision:
    """Another matter, more of this one, or what it was taken for."""
    conversation, top, message, understanding = said.conversation, said.top, said.message, said.understanding
    book = said.book
    if _only_tells(decision, top, understanding, book):
        told = by_act.amid(conversation, top, message, mute(understanding), book)
        return decision if told.act in ("start", "queue") else told
    if not _asks_for(understanding):
        return _of_the_same_kind(decision, top, understanding, book)
    return _wanted(said, decision)


def _only_tells(decision: Decision, top: Frame, understanding: Understanding, book: Book) -> bool:
    """ "My mum only comes to watch", "stomach, I go to the toilet all the time": begins no pass and no repair."""
    flow = book.flows.get(decision.flow or "")
    if decision.act not in ("start", "queue") or flow is None or flow.name == top.flow or not files(flow):
        return False
    return only_tells(understanding, flow)


def _of_the_same_kind(decision: Decision, top: Frame, understanding: Understanding, book: Book) -> Decision:
    """ "I have to take the kid to hospital at ten", of a cleaner who is asked for, makes no nanny of her."""
    flow = book.flows[top.flow]
    meant = book.by_intent.get(understanding.intent) == flow.name and understanding.confidence >= INTERRUPT
    meant = meant or "right" in understanding.extra or understanding.share("corrects", "wants") >= FOR_THE_DESK
    if decision.act not in ("answer", "change") or meant or _MOVES & set(understanding.extra):
        return decision
    kinds = {slot.name for slot in flow.slots if slot.kind is SlotKind.CHOICE and slot.required and not slot.private}
    gone = {n for n, v in decision.values.items() if n in kinds - {top.awaiting} and top.slots.get(n, v) != v}
    if not gone:
        return decision
    left = {name: value for name, value in decision.values.items() if name not in gone}
    return altered(decision, values=left) if left else Decision("keep", flow.name)


def _asks_for(understanding: Understanding) -> bool:
    """By what it does, or by its words where that is not so sure."""
    share, extra = understanding.share("wants"), understanding.extra
    if understanding.act == "wants" and share >= WANTS:
        return True
    if "same_again" in extra and _FOR_WHOM & set(extra):
        return True  # "my son needs one too, he never had one"
    says = "same_again" in extra or ("also" in extra and bool({"requests", "wants_it"} & set(extra)))
    return says and share >= SAYS_SO


def _wanted(said: Said, decision: Decision) -> Decision:
    """Another flow that is surely named, one more of the same, more of the very matter, or something for the desk."""
    heard, flow, top = said.understanding, said.flow, said.top
    begins = decision.act in ("start", "queue")
    if begins and not _guessed(decision, said.understanding, said.book) and not _one_more(said, decision):
        return decision
    asks = decision.act == "fact" and "topic" in heard.extra and bool(_ASKING & set(heard.extra))
    own_question = asks and _named(said) is None
    known = decision.act in _LOST | {"fact"} or begins
    if not known or own_question or cues.heeded(top, heard, said.book):
        return decision
    if _one_more(said, decision):
        return Decision("beside", flow.name)
    other = _named(said)
    if other is not None and top.awaiting != flow.gist:
        return Decision("queue", other.name, slots.named(other, heard))
    if top.awaiting == flow.gist and not begins:
        return decision
    if _answers(said, decision):
        # "Also the table tennis on Sunday at three" would move the court: only the flow knows what may be had of it.
        twice = _own(said) and "also" in heard.extra and not _read_by_the_desk(flow)
        return Decision("passed", flow.name, otherwise=decision) if twice else decision
    if _read_by_the_desk(flow) and not _of_another(said):
        return _more_of_it(said, decision)
    return _for_the_desk(said, decision)


def _for_the_desk(said: Said, decision: Decision) -> Decision:
    heard, extra = said.understanding, said.understanding.extra
    for_whom = "same_again" in extra and bool(_FOR_WHOM & set(extra))
    says = for_whom or (
        "also" in extra and (heard.share("wants") >= WANTS or bool({"requests", "wants_it"} & set(extra)))
    )
    clear = says or heard.share("wants") >= FOR_THE_DESK
    kept = weight(said.message.text) >= LEAST and clear
    if not kept or _understood(said, decision) or desk_of(said.book) is None:
        return decision
    return Decision("passed", said.flow.name if _own(said) and "also" in extra else None)


def _own(said: Said) -> bool:
    heard = said.understanding
    return said.book.by_intent.get(heard.intent) == said.flow.name and heard.confidence >= INTERRUPT


def _understood(said: Said, decision: Decision) -> bool:
    """A flow without words for anybody took something of it: "a list of what it is made of", of a bill."""
    told = decision.act in ("answer", "change") and bool(decision.values)
    return told and _own(said) and said.flow.gist is None


def _guessed(decision: Decision, heard: Understanding, book: Book) -> bool:
    """ "A wheelchair at the entrance, too" resembles a visit: what is only resembled goes to the desk in its own words,
    and begins nothing."""
    found = book.for_intent(heard.intent)
    guessed = found is not None and found.name == decision.flow and files(found) and heard.confidence < SURE
    named = _NAMES_IT & set(heard.extra) or heard.entity("category") or decision.values
    return decision.act in ("start", "queue") and guessed and not named


def _of_another(said: Said) -> bool:
    """ "And tell the cleaners to do the stairwell", at a repair: likelier another matter than more of this one."""
    heard, found = said.understanding, said.book.for_intent(said.understanding.intent)
    other = found is not None and not found.aside and found.name not in (SOS, said.flow.name) and files(found)
    return other and not said.flow.story and heard.confidence >= ELSEWHERE and "also" in heard.extra


def _named(said: Said) -> Flow | None:
    """Another flow that something comes of, where its words are surely these."""
    heard, extra = said.understanding, set(said.understanding.extra)
    cued = said.book.for_cue(_OWN_CUES & extra)
    if cued is not None and cued is not said.flow:
        return cued
    other = other_flow(said.flow, heard, said.book)
    found = said.book.flows.get(other.flow or "") if other is not None and other.act != "aside" else None
    clear = heard.confidence >= SURE or bool(_NAMES_IT & extra)
    return found if found is not None and clear and files(found) else None


def _one_more(said: Said, decision: Decision) -> bool:
    """ "And one for my mother", "the bench next to it has a broken slat, too": of the same kind, and not the same."""
    flow, extra = said.flow, set(said.understanding.extra)
    if not files(flow) or "by_them" in extra:
        return False
    own = said.book.by_intent.get(said.understanding.intent) == flow.name
    if "same_again" in extra:
        chance = said.understanding.confidence < SURE or "thing" not in extra
        return own or (chance and not _read_by_the_desk(flow))
    cued = said.book.for_cue(_OWN_CUES & extra)
    if cued is flow:
        return "also" in extra and not flow.any_wish
    faulty = own and "fault" in extra and said.understanding.confidence >= ELSEWHERE
    if cued is not None or not (_own(said) or faulty) or not ({"also", "ahead"} & extra):
        return False
    if _read_by_the_desk(flow):
        return not flow.story and _of_another_trade(said)
    told = [n for n in decision.values if flow.has(n) and not flow.slot(n).private and n != said.top.awaiting]
    kinds = [n for n in told if flow.slot(n).kind in (SlotKind.CHOICE, SlotKind.PLACE)]
    return bool(_FOR_WHOM & extra) or any(flow.slot(n).required or n == "location" for n in kinds)


def _of_another_trade(said: Said) -> bool:
    """Out of doors each thing is one of its own; at home those of one kind are seen to in one visit."""
    kinds = [slot for slot in said.flow.slots if slot.private and slot.kind is SlotKind.CHOICE and not slot.cue]
    told = slots.named(said.flow, said.understanding)
    apart = any(told.get(k.name) not in (None, "other", said.top.slots.get(k.name)) for k in kinds)
    public = "public" in (said.understanding.extra.get("scope"), told.get("category"), said.top.slots.get("category"))
    return apart or public or told.get("category") == "public_area"


def _answers(said: Said, decision: Decision) -> bool:
    """It gives what was asked as well: a time, a number, one of the choices."""
    flow, asks = said.flow, bool({"asks_back", "inquires"} & set(said.understanding.extra))
    told = [flow.slot(n) for n, value in decision.values.items() if flow.has(n) and value != said.message.text.strip()]
    exact = [one for one in told if not one.private and (one.kind in _EXACT or one.kind is SlotKind.CHOICE)]
    named = [one for one in told if one.cue and not one.private and not asks]
    return bool(exact or named) and decision.act in ("answer", "change")


def _read_by_the_desk(flow: Flow) -> bool:
    """Whether what is filed is read word for word by people, and not by who comes or by a calendar."""
    return flow.gist is not None and (flow.story or flow.slot(flow.gist).required)


def _more_of_it(said: Said, decision: Decision) -> Decision:
    """Whole and in the matter; the words are no place of it, as which they would be taken where one is asked for."""
    gist, flow = said.flow.gist or "", said.flow
    if gist not in said.top.slots:
        return decision
    told = {name: value for name, value in decision.values.items() if str(value) != said.message.text.strip()}
    gone = decision.act in ("unknown", "again", "repeat", "skip", "fact") or told != dict(decision.values)
    if not gone:
        return decision
    told = {**told, gist: slots.added(said.top, gist, said.message, said.understanding)}
    return Decision("change" if said.top.awaiting in YES_NO else "answer", flow.name, told)


# What was made of words right after something was filed where nobody knew what they ask for.
_TO_NOBODY = frozenset({"unknown", "repeat", "affirm", "deny", "correct", "skip", "back", "told", "stands"})


def afterwards(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision:
    """Right after something was filed, a wish that no flow knows: a matter of its own, for the desk."""
    decision = afresh(conversation, message, understanding, book)
    recent, desk = conversation.recent, desk_of(book)
    if recent is None or not within(recent, message):
        return decision
    decision = after_filing(recent, understanding, decision)
    if message.choice or conversation.sos or desk is None or is_keyed(message):
        return decision
    lost = decision.act in _TO_NOBODY or _guessed(decision, understanding, book)
    if not lost and not _elsewhere(decision, understanding, book):
        return decision
    if book.by_intent.get(understanding.intent) == recent.flow and understanding.confidence >= ELSEWHERE:
        return decision  # "one more portion": of what was filed, and its flow knows its own
    least = WANTS if {"requests", "wants_it", "also"} & set(understanding.extra) else FOR_THE_DESK
    if understanding.share("wants") < least or weight(message.text) < LEAST:
        return decision
    return Decision("start", desk.name, {**desk.any_wish, desk.gist or "": message.text.strip()})


def _elsewhere(decision: Decision, understanding: Understanding, book: Book) -> bool:
    """ "Keep two boxes in the parcel locker for me" moves no tap there."""
    flow = book.flows.get(decision.flow or "")
    if decision.act != "amend" or flow is None or understanding.intent == "correct":
        return False
    told = [name for name in decision.values if flow.has(name)]
    placed = bool(told) and all(flow.slot(name).kind is SlotKind.PLACE for name in told)
    return placed and not {"rather", "instead", "move", "comes"} & set(understanding.extra)
