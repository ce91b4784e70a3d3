"""A message that shows who its sender is: the account is bound to the home, and what follows is about that home."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backend.services import bindings, outbox, pins, stepping
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
# Their senders can be forged; what we send there cannot be read by whoever did.
FORGED, STEP = "sms", re.compile(r"\d{6}")
_STEPPED = t("Thank you, that is right. For half an hour you can ask for everything of your home here.")
_NO_STEP = t("That code did not match. Ask again for what you need, and a new one comes in ten minutes.")
_SENT = t(
    "Your code for the telephone is {code}. Key star and this code in the call. Nobody of ours ever asks you for it."
)
_BY_TEXT = t(
    "The PIN is shut for an hour, as too many did not match. A text message with a code comes to your telephone: press "
    "star, then 6, and key that code. Or press 0 for a person.",
    context="pin",
)
OPTED_OUT = t("Done: no more notices come here. Write again at any time, and they do.")
NOT_OWN = t("That is somebody else's contact card; I can only use your own.")


def proof_of(message: InboundMessage) -> Proof | None:
    """What the channel vouches for, or a code of the desk in the words, or one that we have sent to this number."""
    if message.proof is not None:
        return message.proof
    if message.sender.channel == FORGED and STEP.fullmatch(message.text.strip()):
        return Proof("step", message.text.strip())
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
    conversation = _doubted(connection, conversation, message, real)
    if proof is None:
        return conversation, ()
    if proof.kind == "step":
        return _by_step(desk, connection, conversation, message, proof, real)
    if proof.kind == "phone" and not proof.value:
        return conversation, (NOT_OWN,)
    if proof.kind == "opt-out":
        bindings.unreachable(connection, message.sender, real)
        return conversation, (OPTED_OUT,)
    now, whose = desk.clock.now(), conversation.community.id
    if proof.kind == "pin":
        return _by_pin(desk, connection, conversation, message, proof, real)
    bound = bindings.prove(connection, whose, conversation.id, message.sender, proof, now)
    if bound.state in ("bound", "already"):
        stepping.open_for(connection, message.sender, real)
        known = desk.memory.recall(connection, message.sender, desk.binding(message.sender), real)
        conversation = replace(conversation, resident=known.resident)
    said = _SAID[bound.state]
    home = conversation.resident.home if conversation.resident is not None else None
    if "{home}" in said.msgid:
        said = replace(said, params={"home": home.place if home is not None else bound.home})
    return conversation, (said,)


def _doubted(
    connection: Connection, conversation: Conversation, message: InboundMessage, real: datetime
) -> Conversation:
    """The sender of a text message is whatever somebody wrote there: it is known who they say they are, no more."""
    resident = conversation.resident
    if message.sender.channel != FORGED or resident is None or not resident.verified:
        return conversation
    if stepping.is_open(connection, message.sender, real):
        return conversation
    return replace(conversation, resident=replace(resident, verified=False))


def _by_step(
    desk: Desk,
    connection: Connection,
    conversation: Conversation,
    message: InboundMessage,
    proof: Proof,
    real: datetime,
) -> tuple[Conversation, tuple[Text, ...]]:
    """Six digits that answer no code are what they were before: words."""
    whose = stepping.whose(message.sender)
    if not stepping.waits(connection, whose, real):
        return conversation, ()
    if not stepping.check(connection, whose, proof.value, real):
        return conversation, (_NO_STEP,)
    stepping.open_for(connection, message.sender, real)
    known = desk.memory.recall(connection, message.sender, desk.binding(message.sender), real)
    return replace(conversation, resident=known.resident), (_STEPPED,)


def _by_pin(
    desk: Desk,
    connection: Connection,
    conversation: Conversation,
    message: InboundMessage,
    proof: Proof,
    real: datetime,
) -> tuple[Conversation, tuple[Text, ...]]:
    """Good for this call alone: the number that a call shows may be anybody's."""
    phone = message.sender.user.partition("#")[0]
    state, found = pins.check(connection, conversation.community.id, phone, proof.value, real)
    said = _PIN[state]
    if state == pins.SHUT:
        found, said = _another_way(desk, connection, conversation, phone, proof.value, real)
    if found is not None:
        bindings.for_this_call(connection, message.sender, found, real)
        known = desk.memory.recall(connection, message.sender, desk.binding(message.sender), real)
        conversation = replace(conversation, resident=known.resident)
    return conversation, (said,)


def _another_way(
    desk: Desk, connection: Connection, conversation: Conversation, phone: str, keyed: str, real: datetime
) -> tuple[int | None, Text]:
    """Somebody guessed until it was shut: whoever has the telephone itself is not shut out with them."""
    resident = pins.only(connection, conversation.community.id, phone)
    if resident is None or (FORGED, conversation.address.account) not in desk.bindings:
        return None, _PIN[pins.SHUT]
    whose = f"pin:{resident}"
    if stepping.check(connection, whose, keyed.strip("*#"), real):
        pins.reopen(connection, resident)
        return resident, _PIN[pins.MATCHED]
    code = stepping.ask(connection, whose, real)
    if code is not None:
        text = replace(_SENT, params={"code": code})
        outbox.sms(connection, conversation.id, phone, text, f"pin:{resident}:{real.isoformat()}", real)
    return None, _BY_TEXT


def forget(run: Run) -> None:
    """Whoever has just taken their account away from a home goes on as a stranger: nothing half done stays of it."""
    if any(event.name == "unbound" for event in run.events):
        run.change(resident=None, frames=(), acting=None, agent=None)
