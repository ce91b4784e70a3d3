"""What was filed before this talk, taken up again because the words name it: "cancel my booking on Saturday"."""

from __future__ import annotations

from bot.contract.conversation import Frame
from bot.contract.flow import Flow
from bot.contract.onfile import OnFile
from bot.contract.text import Ask, Option, t
from bot.engine.run import Run


def take_up(run: Run, act: str, number: str = "") -> bool:
    """Make what the words name the thing that may be changed; False when there was nothing or it must be asked.

    act: "amend" or "withdraw", for the choice between several; number: the one that was chosen.
    """
    every = _on_file(run)
    found = [(flow, one) for flow, one in every if (one.case_no == number if number else one.named)]
    if not found and not number and act == "amend":
        found = _told(run, every)
    if len(found) == 1:
        flow, one = found[0]
        frame = Frame(flow.name, flow.version, flow.steps[0].name, one.slots, case_no=one.case_no)
        run.change(recent=frame)
        return True
    if found:
        options = [Option(one.title, f"{act}={one.case_no}") for _, one in found]
        run.ask = Ask(t("Which one do you mean?"), (*options, Option(t("None of them"), "no")))
    return False


def _told(run: Run, every: list[tuple[Flow, OnFile]]) -> list[tuple[Flow, OnFile]]:
    """ "Can we make it Wednesday", right after its state was told: that one, though the words name nothing."""
    frames = (run.conversation.top, run.conversation.told, run.conversation.recent)
    numbers = [frame.case_no for frame in frames if frame is not None and frame.case_no]
    return [pair for pair in every if pair[1].case_no in numbers[:1]]


def _on_file(run: Run) -> list[tuple[Flow, OnFile]]:
    turn = run.turn
    return [(flow, one) for flow in run.book.flows.values() if flow.on_file for one in flow.on_file(turn)]


def nothing_named(run: Run) -> bool:
    """Whether nothing is open, was just filed, or is named by these words, that could be called off."""
    recent = run.conversation.recent
    if run.conversation.top is not None or (recent is not None and recent.case_no):
        return False
    return not any(one.named for _, one in _on_file(run))
