"""Yes, no, and changing one's mind: at the read-back, in mid-flow, and after something was filed."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.conversation import Frame
from bot.contract.flow import Flow, ReadBack
from bot.contract.text import Ask, Option, t
from bot.engine.answers.joined import restated
from bot.engine.decision import AMEND, CHANGE, CONFIRM, WITHDRAW, Decision
from bot.engine.filed.off_already import as_off, is_off, off_already
from bot.engine.filed.recall import take_up
from bot.engine.filed.spoken_of import as_filed, within
from bot.engine.repair import AS_IT_STANDS, unknown
from bot.engine.run import Run
from bot.engine.slots import named
from bot.engine.steps import (
    NO,
    YES,
    apply,
    ask_amendment,
    ask_for,
    ask_withdrawal,
    close,
    come_back,
    completed,
    following,
    leave,
    proceed,
    store,
    wait,
)


def yes(run: Run, decision: Decision) -> None:
    """The read-back, a change or a withdrawal was accepted."""
    if run.conversation.top is None:
        unknown(run, decision)
        return
    if decision.values and not store(run, decision.values):
        return
    frame, flow = run.top, run.flow
    if frame.awaiting == CONFIRM:
        run.set_top(replace(frame, awaiting=None, step=following(flow, frame.step)))
        proceed(run)
    elif frame.awaiting == AMEND and flow.amend is not None:
        before = as_filed(run.conversation, frame)
        touched = frozenset(name for name, value in frame.slots.items() if before.get(name) != value)
        if not touched:
            run.tell([t("Gladly. Which one?")])
            ask_amendment(run)
            return
        apply(run, flow.amend(replace(run.seen(frame), changed=touched)))
        run.set_top(replace(run.top, amending=False))
        completed(run)
        close(run)
        proceed(run)
    elif frame.awaiting == WITHDRAW and flow.withdraw is not None:
        outcome = flow.withdraw(run.seen(frame))
        apply(run, outcome)
        run.pop()
        if not outcome.refused:
            run.log("flow_cancelled", flow=flow.name)
            run.change(recent=None, told=as_off(frame, run.turn.now))
        proceed(run)
    else:
        unknown(run, decision)


def no(run: Run, decision: Decision) -> None:
    """The read-back was not accepted: what shall be different?"""
    if run.conversation.top is None:
        run.tell([t("All right, I leave it as it is.")])
        return
    frame = run.top
    if frame.awaiting == CONFIRM:
        if not _declined(run):
            which(run)
    elif frame.awaiting in (AMEND, WITHDRAW) or frame.amending:
        run.pop()
        run.tell([t("All right, I leave it as it is.")])
        come_back(run)
        proceed(run)
    else:
        unknown(run, decision)


def _declined(run: Run) -> bool:
    """The flow takes the no itself: what was only looked at needs no change."""
    step = next((s for s in run.flow.steps if s.name == run.top.step), None)
    outcome = step.declined(run.seen(run.top)) if isinstance(step, ReadBack) and step.declined else None
    if outcome is None:
        return False
    apply(run, outcome)
    if outcome.goto is not None:
        run.set_top(replace(run.top, step=outcome.goto, awaiting=None))
    else:
        close(run)
    proceed(run)
    return True


def which(run: Run) -> None:
    """Offer what can be changed, by name."""
    options = [Option(slot.label, f"change={slot.name}") for slot in run.flow.slots if not slot.private]
    question = t(
        "Nothing has been sent. What shall I change? You can also just tell me the right answer.",
        spoken="Nothing has been sent. What shall I change?",
    )
    wait(run, CHANGE, Ask(question, (*options, Option(t("Cancel it"), "cancel"))))


def change(run: Run, decision: Decision) -> None:
    """Other values at a yes-or-no question, or the name of what is to be changed."""
    if run.conversation.top is None or (decision.slot and not run.flow.has(decision.slot)):
        unknown(run, decision)
        return
    if decision.slot:
        ask_for(run, run.flow.slot(decision.slot))
        return
    if run.top.awaiting == WITHDRAW:
        wait(run, WITHDRAW, run.conversation.asked or Ask(t("Shall I withdraw it?"), (YES, NO)))
        return
    if decision.values and all(run.top.slots.get(name) == value for name, value in decision.values.items()):
        run.tell([AS_IT_STANDS])
    if not store(run, decision.values, decision.problems):
        return
    _of_both(run, decision)
    if run.top.amending:
        recent = run.conversation.recent
        same = recent is not None and recent.case_no == run.top.case_no and recent.slots == run.top.slots
        no(run, decision) if same else ask_amendment(run)
        return
    # From the first step: what is known is not asked again, but a changed matter may have become urgent.
    run.set_top(replace(run.top, step=run.flow.steps[0].name, awaiting=None))
    proceed(run)


def _of_both(run: Run, decision: Decision) -> None:
    """ "Both on Thursday at ten": what waits for its turn gets the time as well, and is read back with it."""
    when = run.top.slots.get("when")
    if "when" not in decision.values or when is None or not {"both", "same_time"} & set(run.turn.understanding.extra):
        return
    top, frames = run.top, run.conversation.frames
    alike = [one for one in frames if one is not top and one.later and one.flow == top.flow and "when" not in one.slots]
    timed = {id(one): replace(one, slots={**one.slots, "when": when}) for one in alike}
    run.change(frames=tuple(timed.get(id(one), one) for one in frames))


def amend(run: Run, decision: Decision) -> None:
    """Something already filed is to be different: read back first, then changed (practice 39)."""
    recent = run.conversation.recent
    if recent is None:
        nothing_to_correct(run, decision)
        return
    run.push(replace(recent, awaiting=AMEND, amending=True, touched_at=run.turn.now))
    if not decision.values and decision.slot is None:
        ask_amendment(run)
        return
    if not store(run, decision.values):
        return
    if run.top.slots == recent.slots:
        run.pop()
        run.tell([t("It stands like that in {number} already.", number=recent.case_no)] if recent.case_no else [])
        proceed(run)
        return
    confirms = bool(decision.values) and set(decision.values) <= _self_confirming(run.flow)
    if confirms or _only_adds(run.flow, recent, decision):
        yes(run, decision)
        return
    ask_amendment(run)


def _self_confirming(flow: Flow) -> set[str]:
    """A photo or a phone number needs no second look (practice 39)."""
    return {slot.name for slot in flow.slots if slot.kind in ("photo", "phone")}


def _only_adds(flow: Flow, recent: Frame, decision: Decision) -> bool:
    """Whoever tells more of the matter, or leaves a note for who comes, is not asked for a yes: nothing is replaced."""
    if flow.gist is None or set(decision.values) != {flow.gist}:
        return False
    before = recent.slots.get(flow.gist)
    return before is None or str(decision.values[flow.gist]).startswith(f"{before}; ")


def nothing_to_correct(run: Run, decision: Decision) -> None:
    leave(run)
    if run.conversation.top is not None:
        which(run)
        return
    text = t("There is nothing open that I could change. Tell me what you need, or the number of your case.")
    if text in run.turn.conversation.said:
        unknown(run, decision)  # told already, and it did not help
        return
    run.tell([text])


def cancel(run: Run, decision: Decision) -> None:
    """Stop the open flow; what was filed before stays filed, and that is said."""
    leave(run)
    frame = run.conversation.top
    if frame is None:
        withdraw(run, decision)
        return
    if frame.awaiting in (AMEND, WITHDRAW) or frame.amending:
        no(run, decision)
        if frame.awaiting != WITHDRAW and "takes_back" in run.turn.understanding.extra and run.conversation.top is None:
            # "Cancel it, it rains": not the change alone.
            run.say.clear()
            withdraw(run, decision)
        return
    filed = frame.case_no
    run.log("flow_cancelled", flow=frame.flow)
    run.pop()
    if not filed:
        # For one more message it can be taken up again.
        run.change(maybe=(replace(frame, parked=True),))
    if filed:
        run.tell(
            [
                t(
                    "All right. {number} has been filed and stays open; say “withdraw it” if you do not want it.",
                    number=filed,
                )
            ]
        )
        run.change(recent=frame)
    else:
        last = run.conversation.recent
        before = last.case_no if last is not None and within(last, run.turn.message) else None
        stands = t("All right, I have stopped this one. {number} is filed and stays open.", number=before or "")
        run.tell([stands if before else t("All right, I have stopped. Nothing was sent.")])
    come_back(run)
    proceed(run)


def withdraw(run: Run, decision: Decision) -> None:
    """Take back what was filed: asked once more, since it ends somebody's work."""
    take_up(run, "withdraw", str(decision.values.get("case_no", "")))
    if run.ask is not None:
        return
    recent = run.conversation.recent
    if recent is None or not recent.case_no:
        gone = off_already(run.conversation, run.turn.message)
        run.tell([t("There is nothing open to cancel. Nothing has been sent.") if gone is None else is_off(gone)])
        return
    run.push(replace(recent, touched_at=run.turn.now))
    leaving = run.flow.leaving(run.seen(run.top)) if run.flow.leaving else None
    run.tell([leaving] if leaving is not None else [])
    ask_withdrawal(run)


def recall(run: Run, decision: Decision) -> bool:
    """Change or take back what the words name, or what was chosen of several; False when there is no such thing."""
    if decision.slot == "withdraw":
        withdraw(run, decision)
        return True
    if take_up(run, "amend", str(decision.values.get("case_no", ""))):
        recent = run.conversation.recent
        flow = run.book.flows[recent.flow] if recent else None
        heard, zone = run.turn.understanding, run.turn.now.tzinfo
        values = {**restated(flow, recent.slots, heard, zone), **named(flow, heard)} if flow and recent else {}
        amend(run, Decision("amend", flow.name if flow else None, values))
        return True
    return run.ask is not None
