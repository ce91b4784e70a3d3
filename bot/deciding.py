"""Hops 5 and 6 of one message: what its words mean here, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from backend.services import alarms
from backend.services.alarms import Standing
from bot import asking_back, beforehand, calling, elsewhere, held, on_behalf, proving, silence
from bot.contract import trail
from bot.contract.altered import altered
from bot.contract.conversation import Conversation
from bot.contract.messages import Proof
from bot.contract.text import Ask, Sayable, t
from bot.contract.understanding import Danger
from bot.desk import Desk
from bot.engine.acts.as_meant import as_meant
from bot.engine.advance import advance
from bot.engine.decide import decide
from bot.engine.decision import Decision
from bot.engine.run import Run
from bot.hearing import cry_of
from bot.unstored import unstored_text


def decided(
    desk: Desk,
    connection: Connection,
    run: Run,
    speaker: Conversation,
    standing: Standing | None,
    proof: Proof | None,
    proved: Sequence[Sayable],
) -> Decision | None:
    """The decision that was carried out on `run`; None where nothing was to be decided.

    speaker: whose conversation it is, when they act for somebody else; standing: the alarm that these words raised.
    """
    conversation, message, understanding = run.conversation, run.turn.message, run.turn.understanding
    understanding = as_meant(conversation, message, understanding, desk.book)
    run.turn = altered(run.turn, understanding=understanding)
    if proved and understanding.danger is not Danger.ALERT:
        if not calling.go_on(run, proof):
            run.ask = conversation.asked if conversation.frames else Ask(t("What can I do for you?"), run.turn.menu)
        return None
    if understanding.danger is Danger.ALERT and standing is None:
        run.tell([unstored_text(conversation.community)])
        return None
    with desk.metrics.hop("decide"):
        decision = beforehand.answers(connection, conversation, message)
        decision = decision or decide(conversation, message, understanding, desk.book)
        decision = silence.rather(run.turn, conversation, decision)
    if decision.act == "alarm" and standing is None:
        # Only the conversation made it danger: raised here, in the message's own transaction.
        raised = alarms.raise_alarm(connection, cry_of(desk, message, understanding), run.turn.now, run.turn.real)
        alarms.attach(connection, raised.id, speaker)
        run.turn = altered(run.turn, alarm=raised.id)
    if elsewhere.wanted(conversation, decision):
        decision = elsewhere.offer(run, decision, connection, desk.bindings)
    with desk.metrics.hop("advance"):
        _carried_out(run, decision)
    silence.heed(run.turn, run.conversation, decision.act, desk.patience)
    silence.on_the_line(run.turn, run.conversation, decision.act)
    if desk.notes is not None:
        desk.notes.keep(run.turn, run.conversation, decision.act, run.events)
    trail.note(outcome=decision.act, flow=decision.flow)
    return decision


def _carried_out(run: Run, decision: Decision) -> None:
    """Hop 6, and what stands around it for whoever speaks for somebody else or has not shown who they are."""
    if held.back(run, decision):
        return
    on_behalf.begin(run, decision)
    advance(decision, run)
    on_behalf.end(run)
    proving.forget(run)
    asking_back.ask_on(run, decision)
    calling.hint(run)
