"""A text message may bear anybody's number: what belongs to a home is told and changed only after a number has come
back that was sent to the true telephone, and for a quarter of an hour (X4)."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backend.services import bindings
from bot.contract.altered import altered
from bot.contract.conversation import Conversation
from bot.contract.messages import InboundMessage, Proof
from bot.contract.text import Clock, Text, t

if TYPE_CHECKING:
    from bot.engine.run import Run

LIVES = timedelta(minutes=15)
# Whoever writes under another's number makes their telephone ring for each number that is sent: (so long, so many).
MOST = ((timedelta(hours=1), 3), (timedelta(days=1), 8))
_SAID = re.compile(r"\s*(\d{6})\s*")
_ASK = t("For what belongs to your home, answer with {code}. Only your telephone gets this number; tell it to nobody.")
_RIGHT = t("Thank you, that is right. For the next quarter of an hour I can tell you everything of your home.")
_WRONG = t("That is not the number that I sent. Please answer with it once more, or ask the desk.")
_ENOUGH = t(
    "I have sent this telephone enough numbers for now, and send the next one after {at} if you ask again. Was it not "
    "you? Then somebody else wrote under your number; nothing was told to them. A person helps you at once: answer "
    "“a person”."
)
_SHUT = t("Too many numbers did not match. Please try again in an hour, or ask the desk.")


def doubted(conversation: Conversation, message: InboundMessage, real: datetime) -> Conversation:
    """Bound, and yet nobody proved, until the number has come back a moment ago."""
    resident = conversation.resident
    if not message.forgeable or resident is None or not resident.verified or is_fresh(conversation, real):
        return conversation
    return altered(conversation, resident=replace(resident, verified=False))


def is_fresh(conversation: Conversation, real: datetime) -> bool:
    return bool(conversation.proved) and real - datetime.fromisoformat(conversation.proved) <= LIVES


def proof_of(conversation: Conversation, message: InboundMessage) -> Proof | None:
    said = _SAID.fullmatch(message.text) if message.forgeable and conversation.echo else None
    return Proof("echo", said[1]) if said else None


def prove(
    connection: Connection, conversation: Conversation, proof: Proof, now: datetime, real: datetime
) -> tuple[Conversation, tuple[Text, ...]]:
    code, _, until = conversation.echo.partition(" ")
    if bindings.locked(connection, conversation.id, now):
        return altered(conversation, echo=""), (_SHUT,)
    if real > datetime.fromisoformat(until) or not hmac.compare_digest(code, proof.value):
        bindings.missed(connection, conversation.id, now)
        return conversation, (_WRONG,)
    resident = conversation.resident
    known = replace(resident, verified=True) if resident is not None else None
    return proved(altered(conversation, resident=known), real), (_RIGHT,)


def proved(conversation: Conversation, real: datetime) -> Conversation:
    return altered(conversation, echo="", proved=real.isoformat())


def ask(run: Run, wanted: str, text: Text = _ASK) -> None:
    """The number goes where answers go: to the telephone that owns the address."""
    turn, talk = run.turn, run.conversation
    if bindings.locked(turn.db, talk.id, turn.now):
        run.tell([_SHUT])
        return
    wait = waits(talk.echoes, turn.real)
    if wait is not None:
        run.tell([replace(_ENOUGH, params={"at": Clock(turn.now + (wait - turn.real))})])
        return
    code = f"{secrets.randbelow(10**6):06}"
    run.tell([replace(text, params={"code": code})])
    lately = tuple(at for at in talk.echoes if turn.real - datetime.fromisoformat(at) < MOST[-1][0])
    echo = f"{code} {(turn.real + LIVES).isoformat()}"
    run.change(wanted=wanted, echo=echo, echoes=(*lately, turn.real.isoformat()))


def waits(sent: Sequence[str], real: datetime) -> datetime | None:
    """Until when no further number is sent; None where one may be."""
    times = sorted(datetime.fromisoformat(at) for at in sent)
    until = [times[-most] + span for span, most in MOST if len(times) >= most and real - times[-most] < span]
    return max(until, default=None)
