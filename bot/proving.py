"""A message that shows who its sender is: the account is bound to the home, and what follows is about that home."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backend.services import bindings, pins
from bot import echo
from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage, Proof
from bot.contract.text import Text, t

if TYPE_CHECKING:
    from datetime import datetime

    from bot.desk import Desk
    from bot.engine.run import Run

_SAID = {
    "bound": t("Welcome: this account now belongs to {home}. You can ask for anything here."),
    "already": t("I know you already: this account belongs to {home}."),
    "unknown": t("That does not match any home that I know. Please ask the desk for a code, or send it again."),
    "several": t("This number belongs to more than one home. Please ask the desk for a code for the one you mean."),
    "locked": t("Too many codes did not match. Please try again in an hour, or ask the desk."),
}
_PIN = {
    pins.MATCHED: t("Thank you, that is right. In this call I can tell you everything of your home."),
    pins.WRONG: t(
        "That did not match. Please key it once more, or press 0 for a person.",
        context="pin",
    ),
    pins.SHUT: t(
        "Too many PINs did not match. For your safety it is shut for an hour. Press 0 for a person.",
        context="pin",
    ),
}
OPTED_OUT = t("Done: no more notices come here. Write again at any time, and they do.")
NOT_OWN = t("That is somebody else's contact card; I can only use your own.")


def proof_of(message: InboundMessage) -> Proof | None:
    """What the channel vouches for, or a code of the desk in the words."""
    if message.proof is not None:
        return message.proof
    code = bindings.code_in(message.text) if message.text else None
    return Proof("code", code) if code else None


def prove(
    desk: Desk,
    connection: Connection,
    conversation: Conversation,
    message: InboundMessage,
    proof: Proof | None,
    real: datetime,
) -> tuple[Conversation, tuple[Text, ...]]:
    """The conversation as whoever has proved themselves has it, and what they are told; nothing for other messages."""
    if proof is None:
        return conversation, ()
    if proof.kind == "phone" and not proof.value:
        return conversation, (NOT_OWN,)
    if proof.kind == "opt-out":
        bindings.unreachable(connection, message.sender, real)
        return conversation, (OPTED_OUT,)
    now, whose = desk.clock.now(), conversation.community.id
    if proof.kind == "pin":
        return _by_pin(desk, connection, conversation, message, proof, real)
    if proof.kind == "echo":
        return echo.prove(connection, conversation, proof, now, real)
    bound = bindings.prove(connection, whose, conversation.id, message.sender, proof, now)
    if bound.state == "bound":
        known = desk.memory.recall(connection, message.sender, desk.binding(message.sender), real)
        conversation = replace(conversation, resident=known.resident)
    if bound.state in ("bound", "already") and message.forgeable:
        conversation = echo.proved(conversation, real)
    said = _SAID[bound.state]
    home = conversation.resident.home if conversation.resident is not None else None
    if "{home}" in said.msgid:
        said = replace(said, params={"home": home.place if home is not None else bound.home})
    return conversation, (said,)


def _by_pin(
    desk: Desk,
    connection: Connection,
    conversation: Conversation,
    message: InboundMessage,
    proof: Proof,
    real: datetime,
) -> tuple[Conversation, tuple[Text, ...]]:
    """Good for this call alone: the number that a call shows may be anybody's."""
    phone = message.sender.number
    state, found = pins.check(connection, conversation.community.id, phone, proof.value, real)
    if found is not None:
        bindings.for_this_call(connection, message.sender, found, real)
        known = desk.memory.recall(connection, message.sender, desk.binding(message.sender), real)
        conversation = replace(conversation, resident=known.resident)
    return conversation, (_PIN[state],)


def forget(run: Run) -> None:
    """Whoever has just taken their account away from a home goes on as a stranger: nothing half done stays of it."""
    if any(event.name == "unbound" for event in run.events):
        run.change(resident=None, frames=(), acting=None, agent=None)
