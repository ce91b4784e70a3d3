"""A second matter in the middle of one, by what the line does: asked for, it is never lost and never a note of the
first; merely told, it begins nothing."""

from __future__ import annotations

from bot.contract.altered import altered
from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book, Flow, SlotKind
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Danger, Understanding
from bot.engine import cues, slots
from bot.engine.afresh import afresh
from bot.engine.answers.keyed import is_keyed
from bot.engine.asked.questioned import files
from bot.engine.decision import INTERRUPT, OUT_OF_SCOPE, SOS, SURE, YES_NO, Decision
from bot.engine.filed.spoken_of import within
from bot.engine.inflow import in_flow
from bot.engine.measure import weight
from bot.engine.said import Said
from bot.engine.several.for_desk import desk_of

# So surely something is asked for, or only told; and so surely, where no flow of ours knows it.
WANTS, TELLS, FOR_THE_DESK = 0.6, 0.6, 0.75
# What a line does that begins nothing in the middle of something.
_TELLS = ("tells", "answer", "asks", "agrees", "corrects", "manners")
# Words that ask for the other matter by themselves, whatever the line does.
_BY_NAME = frozenset({"thing", "requests", "wants_it", "errand", "wants_paper", "keep_out", cues.SERVED, "urgent"})
_BY_NAME |= {"lost_thing", "found_thing", "instead", "ahead"}
# What was made of the words where nobody knew what they ask for.
_LOST = frozenset({"unknown", "again", "repeat", "skip", "answer", "change", "affirm", "deny", "correct", "back"})
# What says something by itself, beside what a sentence gives in passing.
_EXACT = frozenset({SlotKind.WHEN, SlotKind.NUMBER, SlotKind.PHONE, SlotKind.CODE, SlotKind.MONEY})
# Of the person whom it is for, and so of another one than the open matter's.
_FOR_WHOM = frozenset({"kin", "patient"})
# Less says nothing that the desk could do.
LEAST = 8


def amid(
    conversation: Conversation, top: Frame, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision:
    """What it is in the middle of something, once it is known whether something else is asked for."""
    decision = in_flow(conversation, top, message, understanding, book)
    if message.choice or is_keyed(message) or not understanding.acts or understanding.danger is Danger.ALERT:
        return decision
    if top.lingers or top.flow == SOS or top.case_no is not None or top.amending:
        return decision
    if _only_tells(decision, top, understanding, book):
        mute = altered(understanding, intent=OUT_OF_SCOPE, confidence=0.0, alternatives=())
        told = in_flow(conversation, top, message, mute, book)
        return decision if told.act in ("start", "queue") else told
    if understanding.act != "wants" or understanding.share("wants") < WANTS:
        return decision
    return _wanted(Said(conversation, top, book.flows[top.flow], message, understanding, {}, (), book), decision)


def _only_tells(decision: Decision, top: Frame, understanding: Understanding, book: Book) -> bool:
    """ "My mum only comes to watch", "stomach, I go to the toilet all the time": begins no pass and no repair."""
    flow = book.flows.get(decision.flow or "")
    if decision.act not in ("start", "queue") or flow is None or flow.name == top.flow or not files(flow):
        return False
    return understanding.share(*_TELLS) >= TELLS and not _BY_NAME & set(understanding.extra)


def _wanted(said: Said, decision: Decision) -> Decision:
    """Another flow that is surely named, one more of the same, more of the very matter, or something for the desk."""
    heard, flow, top = said.understanding, said.flow, said.top
    own_question = decision.act == "fact" and "topic" in heard.extra and _named(said) is None
    if decision.act not in _LOST | {"fact"} or own_question or cues.heeded(top, heard, said.book):
        return decision
    if _one_more(said, decision):
        return Decision("beside", flow.name)
    other = _named(said)
    if other is not None and top.awaiting != flow.gist:
        return Decision("queue", other.name, slots.named(other, heard))
    if _answers(said, decision) or top.awaiting == flow.gist:
        return decision
    if _read_by_the_desk(flow):
        return _more_of_it(said, decision)
    kept = weight(said.message.text) >= LEAST and heard.share("wants") >= FOR_THE_DESK
    if not kept or _understood(said, decision) or desk_of(said.book) is None:
        return decision
    own = said.book.by_intent.get(heard.intent) == flow.name and heard.confidence >= INTERRUPT
    return Decision("passed", flow.name if own and "also" in heard.extra else None)


def _understood(said: Said, decision: Decision) -> bool:
    """A flow without words for anybody took something of it: "a list of what it is made of", of a bill."""
    heard, flow = said.understanding, said.flow
    own = said.book.by_intent.get(heard.intent) == flow.name and heard.confidence >= INTERRUPT
    return own and flow.gist is None and decision.act in ("answer", "change") and bool(decision.values)


def _named(said: Said) -> Flow | None:
    """Another flow that something comes of, where its words are surely these."""
    heard, found = said.understanding, said.book.for_intent(said.understanding.intent)
    if found is None or found.aside or found.name in (SOS, said.flow.name) or heard.confidence < INTERRUPT:
        return None
    clear = heard.confidence >= SURE or "also" in heard.extra or bool({"thing", "fault"} & set(heard.extra))
    return found if clear and files(found) else None


def _one_more(said: Said, decision: Decision) -> bool:
    """ "And one for my mother", "the bench next to it has a broken slat, too": of the same kind, and not the same."""
    heard, flow, extra = said.understanding, said.flow, set(said.understanding.extra)
    if not files(flow) or "by_them" in extra:
        return False
    own, sure = said.book.by_intent.get(heard.intent) == flow.name, heard.confidence >= INTERRUPT
    if "same_again" in extra:
        named = not own and heard.confidence >= SURE and "thing" in extra
        return not named
    if flow.cues and {"lost_thing", "found_thing"} & set(flow.cues) & extra:
        return "also" in extra
    if not own or not sure or not ({"also", "ahead"} & extra):
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
    flow = said.flow
    told = [flow.slot(name) for name in decision.values if flow.has(name)]
    exact = [slot for slot in told if not slot.private and (slot.kind in _EXACT or slot.kind is SlotKind.CHOICE)]
    return bool(exact) and decision.act in ("answer", "change")


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
    if message.choice or conversation.sos or recent is None or desk is None or decision.act not in _TO_NOBODY:
        return decision
    wants = understanding.act == "wants" and understanding.share("wants") >= FOR_THE_DESK
    if not wants or not within(recent, message) or weight(message.text) < LEAST or is_keyed(message):
        return decision
    return Decision("start", desk.name, {**desk.any_wish, desk.gist or "": message.text.strip()})
