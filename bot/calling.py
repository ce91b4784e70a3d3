"""A caller whose number proves nothing is told how to show who they are, and then given what they had asked for."""

from __future__ import annotations

from dataclasses import replace

from bot import echo, held
from bot.contract.messages import Proof
from bot.contract.text import t
from bot.engine.advance import advance
from bot.engine.decision import Decision
from bot.engine.run import Run

# What belongs to a home is told and changed here for whoever has proved to be of it.
NEEDS = frozenset({"pay_fees", "check_progress", "register_visitor", "lost_card", "parking_help", "vote", "daily_ok"})
# Where an address can be forged: whoever may act for a home is its own resident's to say, too.
FORGEABLE = NEEDS | {"act_for"}
_BEGUN = frozenset({"flow_started", "flow_completed", "flow_cancelled"})
HINT = t(
    "For what belongs to your home, first show who you are: press star, then 6, and key your PIN.",
)


def hint(run: Run) -> None:
    """Said once for each wish, where a proof would have given more."""
    conversation = run.conversation
    message, resident = run.turn.message, conversation.resident
    asks = message.forgeable and resident is not None
    if not (message.session or asks) or (resident is not None and resident.verified):
        return
    flows = [str(event.data.get("flow")) for event in run.events if event.name in _BEGUN]
    wanted = next((flow for flow in flows if flow in (FORGEABLE if asks else NEEDS)), "")
    if not wanted or conversation.sos is not None:
        return
    if asks:
        echo.ask(run, wanted)
        return
    run.tell([HINT])
    run.change(wanted=wanted)


def go_on(run: Run, proof: Proof | None) -> bool:
    """The PIN or the number was right: what was asked for is begun once more, now that it is known for whom; False
    where nothing was, or the proof is of another kind. Who wants no notices is asked nothing more."""
    kind = proof.kind if proof is not None else ""
    if kind == "opt-out":
        return True
    wanted = run.conversation.wanted
    if kind == "echo" and run.conversation.proved and wanted in held.WAITING:
        return held.go_on(run, wanted)
    if not _is_shown(run, kind) or wanted not in run.book.flows:
        return False
    run.change(frames=tuple(frame for frame in run.conversation.frames if frame.flow != wanted), wanted="")
    turn = run.turn
    run.turn = replace(turn, conversation=run.conversation)
    advance(Decision("start", wanted), run)
    return True


def _is_shown(run: Run, kind: str) -> bool:
    resident = run.conversation.resident
    return resident is not None and (kind == "pin" or (kind == "echo" and resident.verified))
