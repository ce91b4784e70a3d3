"""They were away for hours: what had been begun is recalled in one line, and nothing is filed on an old question."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.contract.flow import Flow
from bot.contract.text import Ask, Option, Text, t
from bot.engine.decision import CONFIRM, SOS, Decision
from bot.engine.repair import CANCEL
from bot.engine.run import Run

AWAY = timedelta(hours=2)
# What goes on with the open flow by itself.
_GOES_ON = frozenset({"answer", "change", "fact", "skip", "back", "consult", "resume", "more"})
# What leaves it open whether they want to go on at all.
_OPEN = frozenset({"unknown", "unused", "empty", "silence", "affirm", "deny", "repeat", "later"})
_SMALL_TALK = frozenset({"greet", "thank", "goodbye", "help"})
GO_ON = Option(t("Go on"), "resume")


def recalled(run: Run, decision: Decision) -> Decision:
    """The decision as it is to be carried out after a long pause."""
    frame = run.conversation.top
    if frame is None or frame.lingers or frame.flow == SOS or frame.touched_at is None:
        return decision
    if run.turn.now - frame.touched_at < AWAY:
        return decision
    if decision.act in ("yes", "no") and frame.awaiting == CONFIRM:
        # Times and prices may have passed meanwhile: read back once more before anything is sent.
        run.tell([_line(run.flow)])
        run.set_top(replace(frame, step=run.flow.steps[0].name, awaiting=None))
        return Decision("again")
    if decision.act in _GOES_ON:
        run.tell([_line(run.flow)] if decision.act != "resume" else [])
        return decision
    talk = decision.act == "aside" and decision.flow in _SMALL_TALK
    return Decision("ask_on", decision.flow) if talk or decision.act in _OPEN else decision


def _line(flow: Flow) -> Text:
    return t("We had begun this: {title}.", title=flow.title)


def ask_on(run: Run, decision: Decision) -> None:
    """Shall we go on? Everything that was told is kept until they say."""
    question = t("We had begun this: {title}. Shall we go on with it? Nothing was sent yet.", title=run.flow.title)
    run.ask = Ask(question, (GO_ON, CANCEL))
    run.set_top(replace(run.top, touched_at=run.turn.now))
