"""Several things at once: what is promised for afterwards, put off, or may have been meant; nothing is forgotten."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.conversation import Frame
from bot.contract.flow import EARLIER, Flow, SlotKind
from bot.contract.text import Ask, Option, t
from bot.contract.understanding import Place, Understanding, Value
from bot.engine import slots
from bot.engine.asked.questioned import is_asked
from bot.engine.asked.wondered import unanswered
from bot.engine.decision import Decision
from bot.engine.repair import NOT_KNOWN
from bot.engine.run import Run
from bot.engine.several.offered import FEW
from bot.engine.steps import come_back, pending, proceed, store

_STOPS = " ,，、。:：!！"


def begun(run: Run, flow: Flow, heard: Understanding) -> Frame:
    """The flow's frame with what these words tell it; what cannot be is left to be asked when its turn comes."""
    frame = Frame(flow.name, flow.version, flow.steps[0].name, later=True, touched_at=run.turn.now)
    message = replace(run.turn.message, text=without_mark(heard, heard.said or run.turn.message.text), choice=None)
    turn = replace(run.turn, message=message, understanding=heard)
    apart = Run(turn, run.book, replace(run.conversation, frames=(frame,)))
    store(apart, {**_there(run, flow, heard), **slots.named(flow, heard)})
    run.events.extend(apart.events)
    return replace(apart.top, awaiting=None)


def _there(run: Run, flow: Flow, heard: Understanding) -> dict[str, Value]:
    """ "Socket three in there is dead, too": where what is open is, or what was just filed."""
    if "over_there" not in heard.extra or not flow.has("location") or heard.entity("location") is not None:
        return {}
    known = (one.slots.get("location") for one in (run.conversation.top, run.conversation.recent) if one is not None)
    place = next((one for one in known if one is not None), None)
    return {"location": place} if isinstance(place, Place) else {}


def without_mark(heard: Understanding, text: str) -> str:
    """ "By the way, the lamp is broken": without the words that only announce it."""
    mark = heard.extra.get("also", "")
    return text.strip()[len(mark) :].lstrip(_STOPS) if mark and text.strip().casefold().startswith(mark) else text


def promise(run: Run, heard: Understanding, *, first: str | None = None) -> Flow | None:
    """Keep another wish for afterwards, below what is open; None where it is none, or is on the list already.

    first: the flow of the wish before it in the same breath, of which this one may be another.
    """
    flow = run.book.for_intent(heard.intent)
    listed = flow is not None and any(f.flow == flow.name and not f.parked for f in run.conversation.frames)
    if flow is None or flow.aside or (listed and flow.name != first):
        return None
    run.change(frames=(begun(run, flow, heard), *run.conversation.frames))
    return flow


def keep_for_offer(run: Run) -> None:
    """What is offered to be begun ("shall I take it down as a new repair?") keeps what these words told of it."""
    first = run.ask.options[0].payload if run.ask is not None and run.ask.options else ""
    flow = run.book.flows.get(first.removeprefix("start=")) if first.startswith("start=") else None
    heard = run.turn.understanding
    top = run.conversation.top
    idle = top is None or top.lingers or len(run.ask.options if run.ask is not None else ()) == 1
    if flow is None or flow.gist is None or not idle or run.ask is None or len(run.ask.options) > FEW:
        return
    if any(frame.flow == flow.name for frame in run.conversation.maybe):
        return  # it is kept already, with what it shall be begun with
    frame = begun(run, flow, heard)
    told = slots.named(flow, heard)
    if told and flow.gist not in frame.slots:
        frame = replace(frame, slots={**frame.slots, flow.gist: run.turn.message.text.strip()})
    run.change(maybe=(frame,) if told else ())


def queue(run: Run, decision: Decision) -> None:
    """Another wish beside the open one: promised for afterwards, or first if the resident would rather."""
    flow = promise(run, run.turn.understanding)
    if flow is None:
        proceed(run)
        return
    run.tell([t("Gladly. {title} comes right after this.", title=flow.title)])
    ask_again(run)
    heard = run.turn.message.profile.is_heard
    if run.ask is not None and (run.ask.options or not heard):
        other = Option(t("First: {title}", title=flow.title), "swap")
        run.ask = replace(run.ask, options=(*run.ask.options, other))


def beside(run: Run, decision: Decision) -> None:
    """Another fault, told at the read-back of one: a case of its own, and at once where it cannot wait."""
    heard = run.turn.understanding
    frame, gist, words = begun(run, run.flow, heard), run.flow.gist, without_mark(heard, run.turn.message.text)
    told = any(run.flow.has(name) and not run.flow.slot(name).private for name in frame.slots)
    if "same_again" in heard.extra or "same_helper" in heard.extra:
        frame = replace(frame, slots={**_alike(run), **frame.slots})
    if gist is not None and gist not in frame.slots and run.flow.slot(gist).required:
        frame = replace(frame, slots={gist: words, **frame.slots})
    elif not told:
        frame = replace(frame, slots={**frame.slots, EARLIER: words})  # "one more for my uncle": who, is asked then
    if "urgent" in heard.extra:
        run.push(replace(frame, later=False))
        run.log("flow_started", flow=frame.flow)
        proceed(run)
        return
    run.change(frames=(frame, *run.conversation.frames))
    run.tell([t("Two things: one after the other, each with its own number.")])
    ask_again(run)


def _alike(run: Run) -> dict[str, Value]:
    """ "My mother wants one too": of the same kind, until another is said."""
    kinds = (slot.name for slot in run.flow.slots if slot.kind is SlotKind.CHOICE and not slot.private)
    return {name: run.top.slots[name] for name in kinds if name in run.top.slots}


def ask_again(run: Run) -> None:
    """The pending question once more, without what was read back before it."""
    if run.conversation.top is not None:
        pending(run)


def swap(run: Run, decision: Decision) -> None:
    """What was promised for afterwards goes first; what was open waits."""
    frames = run.conversation.frames
    promised = next((frame for frame in reversed(frames) if frame.later and not frame.parked), None)
    if promised is None:
        proceed(run)
        return
    first = replace(promised, later=False, touched_at=run.turn.now)
    run.change(frames=(*(frame for frame in frames if frame is not promised), first))
    run.log("flow_started", flow=first.flow)
    proceed(run)


def later(run: Run, decision: Decision) -> None:
    """Not now: the next thing that waits is taken up, or the talk rests here and goes on when they write again."""
    frame = run.conversation.top
    if frame is not None and frame.lingers:
        run.pop()  # it was only told, and offered to be told more of: nothing was begun
        frame = run.conversation.top
    if frame is None:
        run.ask = Ask(t("All right. I am here when you need something."))
        return
    others = [f for f in run.conversation.frames if f is not frame]
    if any(not f.parked for f in others):
        run.tell([t("All right, {title} waits.", title=run.flow.title)])
        run.change(frames=(frame, *others))
        come_back(run)
        proceed(run)
        return
    run.set_top(replace(frame, touched_at=run.turn.now))
    run.tell([t("All right, no hurry. I keep what we have begun; say “continue” when you like. Nothing was sent yet.")])


def clarify(run: Run, decision: Decision) -> None:
    """It may be one of several things: asked once, with what each of them was told kept until it is said which."""
    names = (decision.slot or "").split()
    found = [flow for name in names if (flow := run.book.for_intent(name)) is not None]
    run.change(maybe=tuple(begun(run, flow, run.turn.understanding) for flow in found))
    options = [Option(flow.title, f"start={flow.name}") for flow in found]
    again = any(not frame.parked for frame in run.turn.conversation.maybe)
    question = (
        t("Please choose one of these, or tell me in a few more words what it is about.")
        if again
        else t("Which of these do you mean? You can also say it in your own words.")
    )
    run.ask = Ask(question, (*options, Option(t("Something else"), "aside=help")))


def consult(run: Run, decision: Decision) -> None:
    """A question that another flow answers in a sentence, in the middle of this one."""
    flow = run.book.flows[decision.flow or ""]
    said = flow.consult(run.turn) if flow.consult is not None else None
    if said is None and (flow.answers_all or is_asked(run.turn.understanding)):
        unanswered(run)
        return
    run.tell(said or [NOT_KNOWN])
    ask_again(run)
