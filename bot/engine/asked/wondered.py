"""A question while something is open, or was just filed: what is plainly written down about it is told, whatever its
words were taken for; what nobody here knows is kept for those who do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.contract.conversation import Frame
from bot.contract.flow import SlotKind
from bot.contract.onfile import Written
from bot.contract.text import Text
from bot.contract.understanding import Understanding
from bot.engine import cues
from bot.engine.asked.at_large import at_large
from bot.engine.asked.kept import TELLS, keep_question, offer, put_to_it
from bot.engine.asked.only_asked import only_asked
from bot.engine.asked.questioned import files, hardly_asks, is_asked, of_the_bills, surely_asks
from bot.engine.decision import SOS, SURE, Decision
from bot.engine.filed.spoken_of import within
from bot.engine.measure import weight
from bot.engine.repair import NOT_KNOWN
from bot.engine.run import Run
from bot.engine.steps import pending

# What is never put off for an answer, and what is no talk of the matter.
_LEFT_ALONE = frozenset(
    {"alarm", "alarm_words", "alarm_cancel", "ask_danger", "safe", "hurried", "silence", "empty", "more"}
    | {"repeat", "resume", "offered", "later", "restart", "elsewhere", "unused", "swap", "off_already"}
    | {"beside", "passed", "mistook"}
)
# So likely a question that nothing it holds is taken for an answer.
CERTAINLY = 0.9
# What may bring values of its own.
_TELLS = frozenset({"answer", "change", "amend", "yes", "start", "queue"})


def wondered(run: Run, decision: Decision) -> Decision:
    """The decision, unless the message asks what is plainly known of the thing that is spoken of."""
    frame = _spoken_of(run)
    if decision.act in _LEFT_ALONE or run.turn.message.choice or _is_offered(run):
        return decision
    if run.conversation.top is not None and run.conversation.top.flow == SOS:
        return decision
    plain = frame is not None and is_asked(run.turn.understanding)
    told = _of_it(run, decision, frame) if plain and frame is not None else decision
    told = at_large(run, decision, frame) if told is decision else told
    return only_asked(run, decision, frame) if told is decision else told


def _is_offered(run: Run) -> bool:
    """The words of a choice, typed: "I eat there or fetch it" asks nothing."""
    said = run.turn.message.text.strip().casefold()
    return any(offer.title.casefold() == said for offer in run.conversation.offered)


def _of_it(run: Run, decision: Decision, frame: Frame) -> Decision:
    """What is asked of the thing that is spoken of."""
    if len(_parts(run, decision)) > 1:
        return Decision("wonder", frame.flow)
    found = written(run, frame)
    if found is None or not found.sure or _left(run, decision, frame, found):
        return decision
    if _brings(run, decision, frame):
        run.tell([found.text])
        return decision
    return Decision("fact", frame.flow)


def _parts(run: Run, decision: Decision) -> tuple[Understanding, ...]:
    """The questions of a message that only asks; none where it tells or wishes for something besides."""
    heard = run.turn.understanding
    parts = heard.clauses
    if decision.then is not None or heard.rest is not None:
        both = (replace(heard, rest=None, clauses=()), heard.rest or heard)
        parts = both if run.conversation.top is not None and heard.rest is not None and not heard.rest.rest else ()
    valued = any(entity.name in ("when", "plate", "phone") for part in parts for entity in part.entities)
    asked = all(is_asked(part) and weight(part.said) >= TELLS for part in parts)
    return parts if asked and not valued else ()


def each(run: Run, decision: Decision) -> None:
    """Several questions in one message: each is answered by itself, and what nobody knows of them is kept."""
    turn, base, left = run.turn, run.book.answer_base, list[Understanding]()
    frame = _spoken_of(run)
    for heard in _parts(run, decision):
        run.turn = replace(turn, message=replace(turn.message, text=heard.said), understanding=heard)
        text = known(run, frame) if frame is not None else None
        told = (text,) if text is not None else base.consult(run.turn) if base is not None and base.consult else None
        run.tell(item for item in told or () if item not in run.say)
        left += [] if told else [heard]
    # What only points at the matter ("how do I get one, and what does it cost") is a part of the other question.
    for heard in (one for one in left if not (run.say and "pointed" in one.extra)):
        run.turn = replace(turn, message=replace(turn.message, text=heard.said), understanding=heard)
        unanswered(run)
    run.turn = turn
    if run.conversation.top is not None and run.ask is None:
        pending(run)


def _spoken_of(run: Run) -> Frame | None:
    talk = run.conversation
    if talk.top is not None:
        return talk.top if talk.top.flow != SOS else None
    recent = talk.recent
    return talk.told or (recent if recent is not None and within(recent, run.turn.message) else None)


def _left(run: Run, decision: Decision, frame: Frame, found: Written) -> bool:
    """What the words were taken for is surer: the flow waits for them, or another one surely knows."""
    heard, flow, told = run.turn.understanding, run.book.flows.get(decision.flow or ""), _TELLS | {"again"}
    moved = decision.act in ("amend", "change") and "act" in heard.extra  # "another hour, can that be done?"
    if decision.act in told | {"amend"} and (moved or hardly_asks(heard)):
        return True
    waits = cues.heeded(frame, heard, run.book) or of_the_bills(run.book.flows[frame.flow], heard)
    looks = decision.act in ("start", "queue") and flow is not None and not files(flow) and not flow.answers_all
    if (decision.act in told and waits and not _beyond(run, found)) or decision.act == "aside":
        return True
    if looks and heard.confidence >= SURE:
        return True  # "is the water off tomorrow?", of the notices, whatever is written of valves
    if surely_asks(heard) and not found.topic:
        return False
    filed, sure = run.conversation.top is None, heard.confidence >= SURE
    if found.topic and (filed or (decision.act == "consult" and flow is not None and not flow.answers_all)):
        return True
    begins = decision.act == "start" and flow is not None and flow.name != frame.flow and sure
    return begins and flow is not None and (bool(decision.values) or (filed and not files(flow)))


def _beyond(run: Run, found: Written) -> bool:
    """What the flow waits for or takes up itself is asked about beyond that: "is there a fine for paying late?"."""
    heard = run.turn.understanding
    if heard.share("asks") >= CERTAINLY and found.narrow and "inquires" in heard.extra:
        return True
    if heard.share("asks") < CERTAINLY or heard.extra.get("want") in ("how", "half", "part", "later"):
        return False
    return found.plain and _all_of_it(heard)


def _all_of_it(heard: Understanding) -> bool:
    """Nothing is told beside the question."""
    return all(is_asked(part) for part in heard.clauses or (heard,))


def _brings(run: Run, decision: Decision, frame: Frame) -> bool:
    """It tells something as well, which is taken: "tomorrow at three, and do I need to be there?"."""
    flow = run.book.flows.get(decision.flow or frame.flow)
    if decision.act not in _TELLS or flow is None or _merely(run, decision):
        return False
    named = {entity.name for entity in run.turn.understanding.entities}
    cued = run.turn.understanding.extra
    # "How do I get in tonight?", all of it one question: its time is no answer.
    named = named if run.turn.understanding.clauses or "inquires" not in cued else set()
    # "Can my mum come in with me?", answered: she is no patient by that.
    cues_ = set(cued) - ({"patient"} if "inquires" in cued and not run.turn.understanding.clauses else set())
    told = {slot.name for slot in flow.slots if (slot.entity or slot.name) in named or (slot.cue or "") in cues_}
    told -= {slot.name for slot in flow.slots if slot.private}
    new = {n for n in told if n in decision.values and frame.slots.get(n) != decision.values[n]}
    words = {slot.name for slot in flow.slots if slot.kind is SlotKind.TEXT and slot.name in decision.values}
    minds = bool(words) and not {"diet", "mind", "wish"}.isdisjoint(cued)
    return bool(new) or minds or (decision.act == "yes" and "assent" in cued)


def _merely(run: Run, decision: Decision) -> bool:
    """ "And if he only turns up at five?", "can she come by the side gate?": asked, answered, and nothing is told."""
    if "when" in decision.values and run.turn.understanding.entity("when") is not None:
        return False  # "can somebody come this evening?": a wish that is read back is better than one that is lost
    certain = run.turn.understanding.share("asks") >= CERTAINLY and surely_asks(run.turn.understanding)
    return certain and decision.act != "yes" and run.conversation.top is not None


def written(run: Run, frame: Frame) -> Written | None:
    """What the desk has written down about the flow of this frame, for the question at hand."""
    base = run.book.answer_base
    if base is None or base.written is None:
        return None
    asked = (frame.flow, run.turn.message.text)
    if asked not in run.written:
        run.written[asked] = base.written(run.seen(frame), frame.flow)
    return run.written[asked]


def known(run: Run, frame: Frame) -> Text | None:
    """What this flow or the desk knows of it: what plainly is the answer first."""
    answer, turn = run.book.flows[frame.flow].answer, run.seen(frame)
    found = written(run, frame) if is_asked(turn.understanding) else None
    if found is not None and found.sure and not found.topic:
        return found.text
    topic = found.topic if found is not None and found.sure else _topic(turn.understanding.extra)
    if topic:
        turn = replace(
            turn, understanding=replace(turn.understanding, extra={**turn.understanding.extra, "topic": topic})
        )
    told = answer(turn) if answer is not None else None
    return told or (found.text if found is not None and not found.topic else None)


def _topic(extra: Mapping[str, str]) -> str:
    """What is asked, by name: "and is it mine to pay?" asks what a whole question would ask."""
    named = extra.get("topic", "")
    if "terms" in extra or (extra.get("act") == "revoke" and named in ("", "openings", "hours")):
        return "cancel"
    return named or extra.get("follow", "")


def unanswered(run: Run) -> None:
    """Nobody here knows: it goes with what is being filled in, else it is offered to pass it on."""
    top = run.conversation.top
    if top is not None and files(run.flow) and run.flow.amend is not None and top.case_no is None and not top.lingers:
        keep_question(run, run.flow)
        pending(run)
        return
    if top is None and put_to_it(run):
        return
    run.tell([NOT_KNOWN])
    if top is not None:
        pending(run)
    run.ask = offer(run, run.ask)
