"""What was asked or told and found no answer: shown when all is read back, and handed on with what is filed."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.conversation import Frame
from bot.contract.flow import EARLIER, STANDS, UNANSWERED, Flow, ReadBack, Turn
from bot.contract.text import Ask, Option, Param, Summary, Text, t
from bot.engine.asked.questioned import is_asked
from bot.engine.decision import SOS
from bot.engine.filed.spoken_of import within
from bot.engine.measure import weight
from bot.engine.run import Run

# So much of it is kept, and so many messages that were not understood.
LONGEST, MESSAGES = 400, 3
# Less says nothing that somebody could use.
TELLS = 8
_BETWEEN = frozenset({"aside", "consult", "clarify", "safe", "silence", "empty", "more"})
_NO_WORDS = frozenset({"noise", "angry", "manner", "chat"})


def shown(step: ReadBack, turn: Turn) -> Summary:
    """What is read back, with what is handed on beside it."""
    summary = step.summary(turn)
    rows: list[tuple[Text, Param]] = []
    if EARLIER in turn.values:
        rows.append((t("You also said"), turn.values[EARLIER]))
    if UNANSWERED in turn.values:
        rows.append((t("Your question"), turn.values[UNANSWERED]))
    return replace(summary, rows=(*summary.rows, *rows)) if rows else summary


def hand_on(run: Run) -> None:
    """It is filed: what was kept goes with it, to those who see to it or can answer."""
    base, frame = run.book.answer_base, run.top
    if base is None or base.passes_on is None or frame.flow == base.name:
        return
    if not {UNANSWERED, EARLIER} & set(frame.slots):
        return
    run.tell(base.passes_on(run.seen(frame)).say)
    run.handed_on = True
    left = {name: value for name, value in frame.slots.items() if name not in (UNANSWERED, EARLIER)}
    run.set_top(replace(frame, slots=left))


def keep_question(run: Run, flow: Flow) -> None:
    """It goes with what is being filled in, as soon as that is sent."""
    frame, said = run.top, run.turn.message.text.strip()
    before = str(frame.slots.get(UNANSWERED, ""))
    if said not in before:
        told = f"{before} / {said}" if before else said
        run.set_top(replace(frame, slots={**frame.slots, UNANSWERED: told[-LONGEST:]}))
    if before:
        run.tell([t("That one I do not know either; I put it with your other question.")])
        return
    told_so = t(
        "That I do not know, and I will not guess. I have put your question with this: once it is sent, those who see "
        "to it get the question too.",
        spoken="That I do not know. I have put your question with this: those who see to it get it too.",
    )
    run.tell([told_so])


def put_to_it(run: Run) -> bool:
    """What is asked about a case that was just filed, and nobody here knows, goes into it where people read it."""
    base, recent, said = run.book.answer_base, run.conversation.recent, run.turn.message.text.strip()
    if base is None or base.passes_on is None or recent is None or not recent.case_no or recent.flow == base.name:
        return False
    if not is_asked(run.turn.understanding) or not within(recent, run.turn.message) or recent.flow == SOS:
        return False
    asked = replace(recent, slots={**recent.slots, UNANSWERED: said[:LONGEST], STANDS: recent.case_no})
    told = base.passes_on(run.seen(asked)).say
    run.tell([t("That I do not know, and I will not guess."), *told] if told else [])
    return bool(told)


def offer(run: Run, ask: Ask | None, question: str = "") -> Ask | None:
    """The question that is open, with the offer to pass on what was asked besides."""
    base = run.book.answer_base
    if base is None or base.passes_on is None:
        return ask
    said = question or run.turn.message.text.strip()[:LONGEST]
    frame = Frame(base.name, base.version, base.steps[0].name, slots={UNANSWERED: said}, touched_at=run.turn.now)
    run.change(maybe=(frame,))
    option = Option(t("Ask the desk"), f"start={base.name}")
    if ask is None:
        return Ask(t("Shall I pass your question to the desk?"), (option,))
    return replace(ask, options=(*(o for o in ask.options if o.payload != option.payload), option))


def left_behind(run: Run) -> None:
    """What they went with was called off, or filed nothing: the questions can go to the desk by themselves."""
    now = {f.flow for f in run.conversation.frames}
    gone = [f for f in run.turn.conversation.frames if f.flow not in now and UNANSWERED in f.slots]
    if gone and not run.handed_on and run.ask is None and run.conversation.top is None:
        run.ask = offer(run, None, str(gone[-1].slots[UNANSWERED]))


def missed(run: Run, act: str) -> None:
    """What was not understood is kept for a turn or two: the report that is begun then may be what it was about."""
    before, said = run.turn.conversation.lost, run.turn.message.text.strip()
    if run.turn.message.choice:
        return
    if act in _BETWEEN:
        # One word of manner may come between; after two of them nobody knows any more what it was about.
        run.change(lost=() if before[-1:] in ((), ("",)) else (*before, "")[-MESSAGES:])
        return
    if not run.conversation.misses and act != "ask_danger":
        # An answer that was looked up ends nothing: what was told before it may be what is wished after it.
        told = run.conversation.told
        if told is None or not run.book.flows[told.flow].answers_all:
            run.change(lost=())
    elif run.conversation.top is None and weight(said) >= TELLS and not _NO_WORDS & set(run.turn.understanding.extra):
        run.change(lost=(*before, said[:LONGEST])[-MESSAGES:])


def told_before(run: Run, flow: Flow) -> None:
    """What is begun takes along what was said just before and not understood."""
    lost, frame = run.turn.conversation.lost, run.top
    if not lost or flow.gist is None or frame.case_no or EARLIER in frame.slots:
        return
    said, gist = "; ".join(filter(None, lost))[:LONGEST], flow.slot(flow.gist)
    # Of a question it is no part: what is looked up is what is asked now.
    beside = gist.required or gist.name in frame.slots or flow.answers_all
    name = EARLIER if beside else gist.name
    run.set_top(replace(frame, slots={**frame.slots, name: said}))
