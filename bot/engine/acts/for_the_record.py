"""What is told and asks nothing is never lost: where its words were looked up, refused or passed over, they stand in
what those who come will read."""

from __future__ import annotations

from bot.contract.flow import ReadBack
from bot.contract.understanding import Danger
from bot.engine import cues
from bot.engine.acts.as_meant import GRAVE
from bot.engine.decision import SOS, YES_NO, Decision
from bot.engine.measure import weight, without
from bot.engine.readback.remarks import takes, with_gist
from bot.engine.said import Said

# So unlikely it asks, or is meant for something else than what is open.
ASKS, ELSEWHERE, SURELY = 0.25, 0.5, 0.6
# Less says nothing that somebody could use; so much beside a value tells something.
TELLS, BESIDE = 8, 14
_ASKING = frozenset({"asks_back", "question", "inquires", "asking_for"})
_FOR_OTHERS = ("wants", "manners", "off", "agrees", "declines", "person", "mends", "asks")
_TALK = frozenset({"off", "not_known", "manner", "assent", "so_it_is", "resume", "bye", "noise", "foreign", "chat"})
_TALK |= {"also", "requests", "wants_it", "urge", "status", "utility", "on_file", "act", "news", "planned", "cutoff"}
_TALK |= {"menu", "vote", "angry", "same", "repeat", "backward_step", "helps", "person_named", "call_me", "keep_out"}


# What is no sentence for anybody, or stands at a question of its own.
_UNHEARD = frozenset({"asks_back", "question", "inquires", "noise", "foreign", "chat", "angry", "off", "not_known"})
# So much is a sentence.
SENTENCE = 24


def for_the_record(said: Said, decision: Decision) -> Decision:
    """The decision, with the words that it would lose; or the note that they are."""
    if decision.act == "unknown" and _may_tell(said):
        return with_gist(said) if said.top.awaiting in YES_NO else Decision("keep", said.flow.name)
    if not _tells(said):
        return decision
    if decision.act in ("answer", "change"):
        return _with_the_rest(said, decision)
    if not _loses(said, decision):
        return decision
    if said.top.awaiting in YES_NO:
        return with_gist(said)
    return Decision("keep", said.flow.name)


def _open(said: Said) -> bool:
    """At a form of which nothing was sent yet."""
    top, flow, heard = said.top, said.flow, said.understanding
    open_ = top.case_no is None and not (top.amending or top.lingers) and flow.name != SOS
    form = any(isinstance(step, ReadBack) for step in flow.steps) and takes(flow) is not None
    calm = not said.problems and heard.danger is Danger.NONE and heard.language is not None
    return open_ and form and calm and not said.message.choice


def _may_tell(said: Said) -> bool:
    """A whole sentence of which nothing was understood, and which asks nothing: "one sent up to 501, no peanuts"."""
    heard = said.understanding
    if not _open(said) or _UNHEARD & set(heard.extra) or weight(said.message.text) < SENTENCE:
        return False
    if max(heard.share("answer"), heard.share("corrects")) >= SURELY:
        return False  # what is listened for is said instead: it was meant to be that
    return heard.share("asks") < ASKS and heard.share("manners", "off", "person", "declines") < ELSEWHERE


def _tells(said: Said) -> bool:
    """A statement in words that call for nothing."""
    top, heard = said.top, said.understanding
    if not _open(said):
        return False
    talks = (_ASKING | _TALK | GRAVE) & set(heard.extra) or cues.heeded(top, heard, said.book)
    if talks or heard.rest is not None or weight(said.message.text) < TELLS:
        return False
    return heard.share("asks") < ASKS and heard.share(*_FOR_OTHERS) < ELSEWHERE


def _loses(said: Said, decision: Decision) -> bool:
    """Looked up though nobody asked, not understood, or begun and led away by what the words only resemble."""
    if decision.act in ("unknown", "fact", "consult"):
        return said.flow.gist in said.top.slots or said.flow.gist is None
    found = said.book.flows.get(decision.flow or "")
    if decision.act != "start" or found is None or found is said.flow:
        return False
    looks = not any(isinstance(step, ReadBack) for step in found.steps)
    return (
        looks
        and weight(said.message.text) >= BESIDE
        and not decision.values
        and not cues.claimed(said.understanding, said.book, weak=True)
    )


def _with_the_rest(said: Said, decision: Decision) -> Decision:
    """ "Since Tuesday, I think": taken for what stands already, and in it there is more."""
    name, top = takes(said.flow) or "", said.top
    if name in decision.values or top.awaiting not in YES_NO or not decision.values or decision.slot:
        return decision
    new = any(top.slots.get(one) != value for one, value in decision.values.items())
    rest = without(said.message.text, said.understanding.entities)
    return decision if new or weight("".join(rest.split())) < BESIDE else with_gist(said)
