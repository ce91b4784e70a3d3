"""A caller whose number proves nothing is told how to show who they are, and then given what they had asked for."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.text import t
from bot.engine.advance import advance
from bot.engine.decision import Decision
from bot.engine.run import Run

# What belongs to a home is told and changed here for whoever has proved to be of it.
NEEDS = frozenset({"pay_fees", "check_progress", "register_visitor", "lost_card", "parking_help", "vote"})
_BEGUN = frozenset({"flow_started", "flow_completed", "flow_cancelled"})
HINT = t(
    "For what belongs to your home, first show who you are: press star, then 6, and key your PIN.",
)


def hint(run: Run) -> None:
    """Said once for each wish, where a proof would have given more."""
    conversation = run.conversation
    if not run.turn.message.session or (conversation.resident is not None and conversation.resident.verified):
        return
    flows = [str(event.data.get("flow")) for event in run.events if event.name in _BEGUN]
    wanted = next((flow for flow in flows if flow in NEEDS), "")
    if wanted and conversation.sos is None:
        run.tell([HINT])
        run.change(wanted=wanted)


def go_on(run: Run) -> bool:
    """The PIN was right: what was asked for is begun once more, now that it is known for whom; False where nothing
    was, or the proof is of another kind. Who wants no notices is asked nothing more."""
    if run.turn.message.proof is not None and run.turn.message.proof.kind == "opt-out":
        return True
    wanted = run.conversation.wanted
    keyed = run.turn.message.proof is not None and run.turn.message.proof.kind == "pin"
    if not keyed or not wanted or run.conversation.resident is None or wanted not in run.book.flows:
        return False
    run.change(frames=tuple(frame for frame in run.conversation.frames if frame.flow != wanted), wanted="")
    turn = run.turn
    run.turn = replace(turn, conversation=run.conversation)
    advance(Decision("start", wanted), run)
    return True
