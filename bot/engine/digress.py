"""What is answered in passing, without losing the open question: greetings, help, a person, an alarm withdrawn."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.flow import Do
from bot.contract.text import Ask, Text, t
from bot.contract.understanding import Understanding
from bot.engine.asked.wondered import known
from bot.engine.decision import CONFIRM, SOS, Decision
from bot.engine.filed.off_already import standing
from bot.engine.repair import unknown
from bot.engine.run import Run
from bot.engine.slots import added
from bot.engine.steps import apply, leave, pending, proceed, store


def aside(run: Run, decision: Decision) -> None:
    """Run a flow that is one answer, then put the pending question again."""
    flow = run.book.flows.get(decision.flow or "")
    if flow is None or not flow.aside:
        unknown(run, decision)
        return
    leave(run)
    ask: Ask | None = None
    for step in flow.steps:
        if isinstance(step, Do):
            outcome = step.run(run.turn)
            apply(run, outcome)
            ask = outcome.ask or ask
    if run.conversation.top is None:
        run.ask = ask
    elif run.conversation.language != run.turn.conversation.language:
        proceed(run)  # the whole question in the new language, its read-back too
    elif run.conversation.asked is not None:
        pending(run)
    else:
        run.ask = ask


def besides(run: Run, heard: Understanding | None) -> None:
    """ "…, and I want a person": fetched at once, whatever else the same breath asks for."""
    flow = None
    while heard is not None and (flow is None or not flow.aside):
        flow, said, heard = run.book.for_intent(heard.intent), heard, heard.rest
    if flow is None or not flow.aside:
        return
    turn = replace(run.turn, understanding=said, conversation=run.conversation)
    for step in flow.steps:
        if isinstance(step, Do):
            apply(run, step.run(turn))


def fact(run: Run, decision: Decision) -> bool:
    """A question about the open flow, or the one just filed, from its own facts; then the pending question again.
    False where nothing is known of it."""
    text = _told(run)
    if text is None:
        return False
    run.tell([text])
    if run.conversation.top is None:
        return True
    _asked_of_them(run)
    if "when" in decision.values and ("when" not in run.top.slots or run.top.awaiting == "when"):
        _that_day(run, decision)
    else:
        pending(run)
    return True


def _asked_of_them(run: Run) -> None:
    """ "Could you fence it off until then?": answered, and a wish that stands in what they will read."""
    top, gist = run.top, run.flow.gist
    if gist is None or gist not in top.slots or "asks_them" not in run.turn.understanding.extra:
        return
    if run.turn.message.text.strip() not in str(top.slots[gist]) and top.awaiting == CONFIRM:
        store(run, {gist: added(top, gist, run.turn.message, run.turn.understanding)})


def _that_day(run: Run, decision: Decision) -> None:
    """ "What is free on Saturday?": the day is kept, so that "at ten then" is understood."""
    if not store(run, decision.values):
        return
    if run.top.awaiting == "when":
        run.set_top(replace(run.top, awaiting=None))
        proceed(run)
    else:
        pending(run)


def knows(run: Run) -> bool:
    """Whether what is spoken of answers the question from its own facts."""
    return _told(run) is not None


def _told(run: Run) -> Text | None:
    talk = run.conversation
    about = (talk.top,) if talk.top is not None else (standing(talk.told), talk.recent)
    return next((said for frame in about if frame is not None and (said := known(run, frame))), None)


def bare_yes(run: Run, decision: Decision) -> None:
    """A yes to nothing: often the end of a talk."""
    run.ask = Ask(t("Fine. If there is anything else, just tell me."), run.turn.menu if _lost(run) else ())


def bare_no(run: Run, decision: Decision) -> None:
    run.ask = Ask(t("All right. I am here when you need something."), run.turn.menu if _lost(run) else ())


def _lost(run: Run) -> bool:
    """Nothing was filed, told or promised that the yes may have been said to."""
    talk = run.conversation
    return talk.recent is None and talk.told is None and not talk.with_staff


def resume(run: Run, decision: Decision) -> None:
    """Take up what an alarm had set aside, or what was left open, only because the resident asks for it."""
    if any(frame.parked for frame in run.conversation.frames):
        frames = tuple(replace(frame, parked=False) for frame in run.conversation.frames)
        run.change(frames=frames)
    if run.conversation.top is None:
        run.ask = Ask(t("Nothing is half done here. What can I do for you?"), run.turn.menu)
        return
    run.tell([t("Now back to this: {title}.", title=run.flow.title)])
    proceed(run)


def alarm_words(run: Run, decision: Decision) -> None:
    """Words while an alarm is open: they stand in its history already, and the resident hears that."""
    flow = run.book.flows[SOS]
    if flow.amend is not None:
        apply(run, flow.amend(replace(run.turn, alarm=run.conversation.sos, conversation=run.conversation)))
    top = run.conversation.top
    if top is None or top.flow != SOS:
        return
    # Whose home is known is not asked for ever: people go there, and a place that is told later is still heard.
    home = run.conversation.resident is not None and run.conversation.resident.home is not None
    if top.awaiting != "location":
        return
    there = run.turn.understanding.extra.get("amid") == "came"
    run.ask = run.conversation.asked if not there and (top.tries < _ASKED or not home) else None
    run.set_top(replace(top, tries=top.tries + 1))


# So often the place is asked for again behind an answer.
_ASKED = 2


def stands(run: Run, decision: Decision) -> None:
    """Where they are, told just after something was filed that has no place to it."""
    recent = run.conversation.recent
    number = recent.case_no or "" if recent is not None else ""
    stands = t("Thank you. {number} stands as it is.", spoken="Thank you. It stands as it is.", number=number)
    run.tell([stands] if number else [])


def told_more(run: Run, decision: Decision) -> None:
    """More of what was just filed, for those who work on it."""
    top, flow = run.conversation.top, run.book.flows[decision.flow or ""]
    filed = top if top is not None and top.case_no and top.flow == flow.name else run.conversation.recent
    if filed is not None and flow.more is not None:
        apply(run, flow.more(run.seen(filed)))
    if filed is not None and filed is top:
        pending(run)  # what was asked beside it is asked again
