"""A caller whose number proves nothing is told how to show who they are, and then given what they had asked for."""

from __future__ import annotations

from dataclasses import replace

from backend.services import stepping
from bot import proving
from bot.contract.text import Text, t
from bot.engine.advance import advance
from bot.engine.decision import Decision
from bot.engine.run import Run

# What belongs to a home is told and changed here for whoever has proved to be of it.
NEEDS = frozenset({"pay_fees", "check_progress", "register_visitor", "lost_card", "parking_help", "vote"})
STEP = t("For what belongs to your home: answer with {code}, so that I know that it is you. Tell it to nobody.")
WAITS = t("For what belongs to your home, answer with the code that I sent you a moment ago.")
_BEGUN = frozenset({"flow_started", "flow_completed", "flow_cancelled"})
HINT = t(
    "For what belongs to your home, first show who you are: press star, then 6, and key your PIN.",
)


def hint(run: Run) -> None:
    """Said once for each wish, where a proof would have given more."""
    conversation = run.conversation
    if conversation.resident is not None and conversation.resident.verified:
        return
    forged = run.turn.message.sender.channel == proving.FORGED and conversation.resident is not None
    if not run.turn.message.session and not forged:
        return
    flows = [str(event.data.get("flow")) for event in run.events if event.name in _BEGUN]
    wanted = next((flow for flow in flows if flow in NEEDS), "")
    if wanted and conversation.sos is None:
        run.change(wanted=wanted)
        run.tell([_step(run) if forged else HINT])


def _step(run: Run) -> Text:
    """The answer goes to the number itself, and so does the code in it."""
    code = stepping.ask(run.turn.db, stepping.whose(run.turn.message.sender), run.turn.real)
    return replace(STEP, params={"code": code}) if code is not None else WAITS


def go_on(run: Run) -> bool:
    """The PIN was right: what was asked for is begun once more, now that it is known for whom; False where nothing
    was, or the proof is of another kind. Who wants no notices is asked nothing more."""
    if run.turn.message.proof is not None and run.turn.message.proof.kind == "opt-out":
        return True
    wanted = run.conversation.wanted
    proof = proving.proof_of(run.turn.message)
    keyed = proof is not None and proof.kind in ("pin", "step")
    resident = run.conversation.resident
    if not keyed or not wanted or resident is None or not resident.verified or wanted not in run.book.flows:
        return False
    run.change(frames=tuple(frame for frame in run.conversation.frames if frame.flow != wanted), wanted="")
    turn = run.turn
    run.turn = replace(turn, conversation=run.conversation)
    advance(Decision("start", wanted), run)
    return True
