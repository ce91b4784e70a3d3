"""How a flow is run, step by step, until it must ask or is done."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.altered import altered
from bot.contract.conversation import Frame
from bot.contract.errors import Refused
from bot.contract.flow import Do, Event, Fill, Flow, Outcome, ReadBack, Slot
from bot.contract.text import Ask, Option, Summary, Text, t
from bot.contract.understanding import Entity, Value
from bot.engine.answers.but_days import hour_of_dropped, with_days
from bot.engine.answers.joined import coming, joined
from bot.engine.answers.needed import impossible
from bot.engine.answers.which_day import in_that_week, must_be_clear, read_day, stood, with_days_to_choose
from bot.engine.asked.kept import hand_on, shown
from bot.engine.decision import AMEND, CONFIRM, WITHDRAW
from bot.engine.filed.spoken_of import as_filed
from bot.engine.run import Run
from bot.engine.slots import named

STEP_LIMIT = 50
YES = Option(t("Yes"), "yes")
NO = Option(t("No"), "no")


def store(run: Run, values: Mapping[str, Value], problems: tuple[Entity, ...] = ()) -> bool:
    """Check and keep values; the first that cannot be is asked again. True when all could be kept."""
    flow, frame = run.flow, run.top
    corrected = run.turn.understanding.intent == "correct"
    wrong: list[tuple[str, Text | None]] = [(_slot_of(flow, problem), impossible(problem)) for problem in problems]
    told = altered(run.seen(frame), values={**frame.slots, **values}, changed=frozenset(values))
    derived = with_days(run, flow.absorb(told) if flow.absorb else {})
    for name, value in {**derived, **values}.items():
        try:
            before = stood(run.top.slots, name) or hour_of_dropped(run.top.slots, value)
            now_is = joined(before, in_that_week(run, name, read_day(flow, name, value)), corrected=corrected)
            if run.top.amending and "weekday" in run.turn.understanding.extra:
                now_is = coming(before, now_is, run.turn.now)
            checked = _checked(run, flow, name, now_is)
        except Refused as refusal:
            wrong.append((name, refusal.say))
            continue
        keep(run, name, checked)
    if wrong:
        _ask_again(run, *wrong[0])
    return not wrong


def _slot_of(flow: Flow, problem: Entity) -> str:
    return next(slot.name for slot in flow.slots if (slot.entity or slot.name) == problem.name)


def _ask_again(run: Run, name: str, why: Text | None) -> None:
    """The question once more, in the words that say why the answer would not do."""
    ask_for(run, run.flow.slot(name))
    if run.ask is not None and why is not None:
        run.ask = with_days_to_choose(run, name, altered(run.ask, text=why))


def _checked(run: Run, flow: Flow, name: str, value: Value) -> Value:
    if not flow.has(name):
        return value
    slot = flow.slot(name)
    must_be_clear(run, slot, value)
    return slot.check(run.seen(run.top), value) if slot.check else value


def keep(run: Run, name: str, value: Value) -> None:
    if run.top.slots.get(name) == value:
        return
    run.set_top(altered(run.top, slots={**run.top.slots, name: value}))
    if not name.startswith("_"):
        run.log("slot", flow=run.flow.name, name=name, value=str(value))


def proceed(run: Run) -> None:
    """Run steps until one asks or the flow is done; a finished flow gives the word back to the one below."""
    for _ in range(STEP_LIMIT):
        if run.ask is not None or run.conversation.top is None:
            return
        _step(run)
    raise RuntimeError(f"flow {run.top.flow} does not come to an end at step {run.top.step}")


def _step(run: Run) -> None:
    frame, flow = run.top, run.flow
    step = next((s for s in flow.steps if s.name == frame.step), None)
    if frame.awaiting == WITHDRAW:
        ask_withdrawal(run)
    elif frame.amending:
        ask_amendment(run)  # it is filed: whatever was spoken of in between, no step of its filing is walked again
    elif step is None:
        finish(run)
    elif isinstance(step, Fill):
        _fill(run, flow, step)
    elif isinstance(step, ReadBack):
        _begun(run)
        run.tell([shown(step, run.seen(frame))])
        wait(run, CONFIRM, Ask(step.question, (YES, NO)))
    else:
        _do(run, flow, step)


def _begun(run: Run) -> None:
    """An offer that was taken is an offer no longer: what is said now is said to what was begun."""
    if run.top.lingers:
        run.set_top(altered(run.top, lingers=False))


def following(flow: Flow, step: str) -> str:
    names = [*(s.name for s in flow.steps), "?end"]
    return names[names.index(step) + 1]


def _fill(run: Run, flow: Flow, step: Fill) -> None:
    for name in step.slots:
        slot = flow.slot(name)
        frame = run.top
        turn = run.seen(frame)
        known = name in frame.slots or (not slot.required and name in frame.asked)
        if not known and (slot.needed(turn) if slot.needed else slot.required):
            _begun(run)
            ask_for(run, slot)
            return
    run.set_top(altered(run.top, step=following(flow, step.name)))


def ask_for(run: Run, slot: Slot) -> None:
    question = slot.ask(run.seen(run.top))
    keyed = run.turn.message.profile.is_heard
    if not slot.required and all(option.payload != "skip" for option in question.options):
        question = altered(question, options=(*question.options, Option(t("Skip", spoken="none"), "skip")))
    wait(run, slot.name, question if keyed else altered(question, entry=None))


def wait(run: Run, awaiting: str, question: Ask) -> None:
    run.ask = question
    run.set_top(altered(run.top, awaiting=awaiting, touched_at=run.turn.now))


def pending(run: Run) -> None:
    """What was asked, once more, in its own words: at a read-back without an apology that had taken their place."""
    frame, asked, flow = run.top, run.conversation.asked, run.flow
    step = next((s for s in flow.steps if s.name == frame.step), None)
    if frame.awaiting == CONFIRM and isinstance(step, ReadBack):
        wait(run, CONFIRM, Ask(step.question, (YES, NO)))
    elif asked is not None and frame.awaiting is not None:
        wait(run, frame.awaiting, asked)
    else:
        proceed(run)


def _do(run: Run, flow: Flow, step: Do) -> None:
    outcome = step.run(run.seen(run.top))
    apply(run, outcome)
    if outcome.answered:
        completed(run)
    if outcome.case_no:
        run.set_top(altered(run.top, case_no=outcome.case_no))
        hand_on(run)
    if outcome.ask is not None and not (outcome.lingers and _below(run)):
        then = outcome.goto or (step.name if outcome.awaiting else following(flow, step.name))
        run.set_top(altered(run.top, step=then))
        wait(run, outcome.awaiting or "?", outcome.ask)
        run.set_top(altered(run.top, lingers=outcome.lingers))
        if outcome.done:
            completed(run)
        return
    then = outcome.goto or following(flow, step.name)
    run.set_top(altered(run.top, step=then))
    dropped = then == step.name and outcome.lingers  # nothing is offered while another flow waits: it is over
    if outcome.done or (dropped and not outcome.answered):
        completed(run)
    if outcome.done or dropped:
        close(run)
    if outcome.begin is not None:
        _begin(run, run.book.flows[outcome.begin])


def _begin(run: Run, flow: Flow) -> None:
    """Another flow with what these words tell it: the whole of them where it takes free words."""
    heard = run.turn.understanding
    run.push(Frame(flow.name, flow.version, flow.steps[0].name, touched_at=run.turn.now))
    run.log("flow_started", flow=flow.name)
    told: dict[str, Value] = {} if flow.gist is None else {flow.gist: run.turn.message.text.strip()}
    store(run, {**named(flow, heard), **told})


def _below(run: Run) -> bool:
    """Another flow waits for this one: it comes back, instead of an offer to go on here."""
    return any(not frame.parked for frame in run.conversation.frames if frame is not run.top)


# What an outcome may change of how we talk.
_SETTINGS = ("with_staff", "language", "slow", "ready", "person")


def apply(run: Run, outcome: Outcome) -> None:
    """Words, slots, tracker events and settings that an outcome brings, wherever it came from."""
    run.tell(outcome.say)
    for name, value in outcome.set.items():
        keep(run, name, value)
    run.events.extend(outcome.events)
    run.rings = run.rings or outcome.rings
    for name in _SETTINGS:
        wished = getattr(outcome, name)
        if wished is not None:
            run.change(**{name: wished})


def leave(run: Run, wanted: Flow | None = None) -> None:
    """Let go of what was done but for an offer: it is not asked again after something else.

    wanted: the flow that was asked for; what it had only offered is taken up with all that is known of it.
    """
    while run.conversation.top is not None and run.conversation.top.lingers:
        files = wanted is not None and any(isinstance(step, ReadBack) for step in wanted.steps)
        if wanted is not None and files and run.top.flow == wanted.name:
            run.set_top(altered(run.top, lingers=False, awaiting=None))
            return
        frame = run.pop()
        if frame.case_no and run.book.flows[frame.flow].withdraw is not None:
            run.change(recent=altered(frame, awaiting=None, lingers=False, touched_at=run.turn.now))


def completed(run: Run) -> None:
    frame = run.top
    shown = {f"slot.{k}": str(v) for k, v in frame.slots.items() if not k.startswith("_")}
    run.events.append(Event("flow_completed", {"flow": frame.flow, "case_no": frame.case_no or "", **shown}))


def close(run: Run) -> None:
    """The innermost flow is over: it may still be corrected, and what lay below it comes back."""
    frame, flow = run.top, run.flow
    run.pop()
    over = altered(frame, awaiting=None, touched_at=run.turn.now)
    recent = run.conversation.recent
    if recent is not None and recent.case_no == frame.case_no and frame.case_no and flow.amend is None:
        # Only looked at: what filed it may still be corrected.
        run.change(recent=altered(recent, touched_at=run.turn.now), told=None)
    elif frame.case_no and (flow.amend is not None or flow.withdraw is not None):
        run.change(recent=over, told=None)
    elif flow.answer is not None:
        run.change(told=over)
    come_back(run)


def come_back(run: Run) -> None:
    """Name the flow that lay below, before it asks its question again."""
    if run.conversation.top is None:
        return
    if run.top.later:
        run.set_top(altered(run.top, later=False, touched_at=run.turn.now))
        run.log("flow_started", flow=run.flow.name)
        run.tell([t("Now to the other thing: {title}.", title=run.flow.title)])
    else:
        run.tell([t("Now back to this: {title}.", title=run.flow.title)])
        if run.top.awaiting not in (None, CONFIRM) and run.top == run.turn.conversation.top:
            pending(run)  # nothing of it was touched: its question stands


def finish(run: Run) -> None:
    """Past the last step without a word that it is done."""
    completed(run)
    close(run)


def ask_withdrawal(run: Run) -> None:
    """Which one it is, where several were filed: a number alone tells nobody."""
    frame, gist = run.top, run.flow.gist or ""
    what = frame.slots.get(gist)
    question = (
        t("Shall I withdraw {number}: {what}?", number=frame.case_no or "", what=what)
        if run.conversation.earlier and what is not None
        else t("Shall I withdraw {number}?", number=frame.case_no or "")
    )
    wait(run, WITHDRAW, Ask(question, (YES, NO)))


def ask_amendment(run: Run) -> None:
    """What was filed as it would be after the change, read back before it is changed; without one, what to change."""
    frame, flow, before = run.top, run.flow, as_filed(run.conversation, run.top)
    # What a flow keeps for itself counts too: which free time was chosen, which dishes stand beside the first.
    changed = {name for name, value in frame.slots.items() if before.get(name) != value}
    if not changed:
        options = [Option(slot.label, f"change={slot.name}") for slot in flow.slots if not slot.private]
        question = t("What shall I change in {number}?", number=frame.case_no or "")
        wait(run, AMEND, Ask(question, (*options, Option(t("Leave it"), "no"))))
        return
    # Another day, on which what was chosen is not to be had.
    void = next((slot for slot in flow.slots if slot.required and frame.slots.get(slot.name) == ""), None)
    if void is not None:
        ask_for(run, void)
        return
    read_back = next((step for step in flow.steps if isinstance(step, ReadBack)), None)
    rows = tuple((slot.label, frame.slots[slot.name]) for slot in flow.slots if slot.name in changed)
    run.tell([read_back.summary(run.seen(frame)) if read_back is not None else Summary(flow.title, rows)])
    wait(run, AMEND, Ask(t("Shall I change {number} to this?", number=frame.case_no or ""), (YES, NO)))
