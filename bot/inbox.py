"""Hops 2 and 3: understand a message, let an alarm stand before anything else, then one transaction for the rest."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from sqlalchemy import Connection

from backend.services import alarm_history, alarms, calls, conversations, signatures
from backend.services.alarms import Standing
from backend.services.ladder import climb
from bot import asking_back, beforehand, carried, deciding, echo, on_behalf, proving, with_people
from bot.contract import trail
from bot.contract.altered import altered
from bot.contract.conversation import Conversation
from bot.contract.errors import NotTheirs, Refused, Unavailable
from bot.contract.flow import Turn
from bot.contract.messages import InboundMessage
from bot.contract.text import Text, t
from bot.contract.understanding import Danger, Understanding
from bot.desk import Desk
from bot.engine.filed.spoken_of import turned
from bot.engine.language import settle
from bot.engine.resume import renew
from bot.engine.run import Run
from bot.hearing import advised, cry_of, meant, spoken_of, understood
from bot.logs import fault_code
from bot.reply import Replies, repeat, write
from bot.unstored import STANDS, later, unstored, unstored_text

log = logging.getLogger("linli.inbox")


async def take(desk: Desk, message: InboundMessage) -> Replies:
    """Hops 2 to 7 for one message; raises only `Unavailable`, when nothing at all could be stored, and `NotTheirs` for
    one whose signature was another's."""
    with desk.metrics.message(message):
        return await _taken(desk, message)


async def _taken(desk: Desk, message: InboundMessage) -> Replies:
    understanding = understood(desk, message)
    danger = understanding.danger is Danger.ALERT
    standing = None
    try:
        if danger:
            # An alarm waits for nobody: no advice, no turn.
            standing = await _stand(desk, message, understanding)
        if danger or not desk.advisors:
            return await _answer(desk, message, understanding, standing)
        async with desk.turns.of(message.sender):
            return await _answer(desk, message, await advised(desk, message, understanding), None)
    except Unavailable as error:
        if standing is not None:
            return (unstored(desk, message, understanding, STANDS),)
        if danger:
            community = desk.memory.community(desk.binding(message.sender).community)
            return (unstored(desk, message, understanding, unstored_text(community)),)
        raise later(error) from error


async def _answer(
    desk: Desk, message: InboundMessage, understanding: Understanding, standing: Standing | None
) -> Replies:
    """Hops 3 to 7; whatever breaks in them but the storage is answered with words."""
    try:
        return await _once(desk, message, understanding, standing)
    except (Unavailable, NotTheirs):
        raise
    except Exception:
        # Nothing of it was kept, so that trying once more cannot do it twice; a passing fault reaches nobody.
        log.warning("message tried once more", exc_info=True)
        trail.undone("failed")
    try:
        return await _once(desk, message, understanding, standing)
    except (Unavailable, NotTheirs):
        raise
    except Exception as error:
        return await _apologise(desk, message, understanding, standing, error)


async def _once(
    desk: Desk, message: InboundMessage, understanding: Understanding, standing: Standing | None
) -> Replies:
    """One attempt; what a rule of business refuses is said, and no fault."""
    asked = time.perf_counter()
    try:
        with desk.metrics.hop("accept"):
            # In its sender's lane: a sender's messages keep the order in which they came.
            return await desk.db.write(
                lambda c: accept(desk, c, message, understanding, standing, asked), lane=message.sender
            )
    except Refused as refusal:
        trail.undone("refused")
        text = refusal.say or t("That cannot be done.")
        return await desk.db.write(
            lambda c: excuse(desk, c, message, understanding, standing, text), lane=message.sender
        )


async def _apologise(
    desk: Desk, message: InboundMessage, understanding: Understanding, standing: Standing | None, error: Exception
) -> Replies:
    """Something broke in a flow: the message is kept, the conversation as it was, and staff can find the code."""
    code = fault_code()
    log.error("message failed", extra={"code": code}, exc_info=error)
    desk.metrics.failed.inc()
    desk.metrics.errors.labels("message", type(error).__name__).inc()
    trail.undone("failed")
    text = t(
        "Something went wrong on our side, and nothing was filed. Please send it once more; if it happens again, "
        "tell the desk the code {code}.",
        spoken="Something went wrong on our side, and nothing was filed. Please say or press it once more. If it "
        "happens again, press 0 and tell the person this number: {digits}.",
        code=code,
        digits=" ".join(code.removeprefix("E-")),
    )
    return await desk.db.write(lambda c: excuse(desk, c, message, understanding, standing, text), lane=message.sender)


async def _stand(desk: Desk, message: InboundMessage, understanding: Understanding) -> Standing | None:
    """The alarm, on the disk before the answer; None when that failed, and then the resident is told.

    Raises `Unavailable` when the storage is away: nobody in danger waits for the message to be tried as well.
    """
    cry = cry_of(desk, message, understanding)
    now, real = desk.clock.now(), desk.clock.real()
    try:
        standing = await desk.db.write(lambda c: alarms.raise_alarm(c, cry, now, real), urgent=True)
    except Exception as error:
        log.critical("an alarm could not be stored", exc_info=True)
        if isinstance(error, Unavailable):
            raise
        return None
    desk.metrics.alarms.labels(cry.kind).inc()
    return standing


def accept(
    desk: Desk,
    connection: Connection,
    message: InboundMessage,
    understanding: Understanding,
    standing: Standing | None,
    asked: float,
) -> Replies:
    """Hop 3, in one transaction: drop duplicates, recall, decide, advance, speak, and write all of it down."""
    desk.metrics.waited(time.perf_counter() - asked)
    trail.anew()
    real = desk.clock.real()
    if message.signed is not None and standing is None:
        # A cry for help is heard, whoever it is.
        signatures.once(connection, message.signed, real)
    with desk.metrics.hop("recall"):
        message, conversation = _recalled(desk, connection, message, real)
    duress = beforehand.is_duress(connection, conversation, message)
    if duress:
        message = beforehand.veiled(message)
    if not conversations.record(connection, conversation.id, conversation.seq + 1, message, real):
        return repeat(connection, conversation, message, real)
    carried.arrived(connection, conversation, message, real)
    if not duress:
        _to_its_alarm(desk, connection, conversation, message, standing)
    silent = beforehand.of_a_machine(connection, conversation, message, real)
    if silent or (not duress and with_people.have_the_word(conversation, understanding, real)):
        return with_people.listen(desk, connection, conversation, message, real)
    proof = proving.proof_of(message) or echo.proof_of(conversation, message)
    language = _language(desk, conversation, message, understanding, known=proof is not None)
    speaker = conversation
    conversation, ended = on_behalf.go_on(altered(conversation, language=language), connection, real)
    conversation, proved = proving.prove(desk, connection, conversation, message, proof, real)
    conversation = asking_back.put(conversation, understanding, desk.book, connection)
    conversation, dropped, gone = renew(conversation, desk.book, desk.clock.now())
    understanding = meant(conversation, message, understanding)
    conversation = turned(conversation, message, understanding, desk.book)
    run = Run(_turn(desk, connection, conversation, message, understanding, standing), desk.book, conversation)
    run.tell((*ended, *dropped, *proved))
    decision = beforehand.heard(desk, connection, run, speaker, message, understanding, duress=duress)
    if decision is None:
        decision = deciding.decided(desk, connection, run, speaker, standing, proof, proved)
    page = run.conversation.page if decision is not None and decision.act in ("more", "repeat", "silence") else 0
    run.change(page=page, where=spoken_of(conversation, understanding, desk.clock.now()))
    return write(desk, connection, run, (*gone, *run.events), real)


def _language(
    desk: Desk, conversation: Conversation, message: InboundMessage, understanding: Understanding, *, known: bool
) -> str:
    """Letters of a code are no language: what was spoken goes on."""
    spoken = conversation.language if known else None
    return spoken or settle(conversation, message, understanding, desk.default_language)


def _recalled(
    desk: Desk, connection: Connection, message: InboundMessage, real: datetime
) -> tuple[InboundMessage, Conversation]:
    """Hop 4; each call is a conversation of its own, whatever number it shows."""
    binding = desk.binding(message.sender)
    if not message.session:
        return message, echo.doubted(desk.memory.recall(connection, message.sender, binding, real), message, real)
    who = calls.address_of(connection, message.sender, message.session, binding, real)
    conversation = desk.memory.recall(connection, who, binding, real)
    return altered(message, sender=who), altered(conversation, session=message.session)


def _to_its_alarm(
    desk: Desk, connection: Connection, conversation: Conversation, message: InboundMessage, standing: Standing | None
) -> None:
    """A new alarm belongs to this conversation; what is said while one is open is said to those on their way."""
    if standing is not None:
        _attach(desk, connection, standing, conversation)
    elif conversation.sos is not None:
        cause = f"{conversation.id}:{message.id}"
        alarm_history.add(
            connection, conversation.sos, "said", message.sender.user, message.text, cause, desk.clock.now()
        )


def _attach(desk: Desk, connection: Connection, standing: Standing, conversation: Conversation) -> None:
    """The first rung waits for no talk: whoever is known only now has their people rung beside it."""
    alarms.attach(connection, standing.id, conversation)
    climb.found_out(connection, standing.id, desk.clock.now(), desk.clock.real())


def excuse(
    desk: Desk,
    connection: Connection,
    message: InboundMessage,
    understanding: Understanding,
    standing: Standing | None,
    text: Text,
) -> Replies:
    """Record the message and answer with this text; the conversation stays as it was before."""
    real = desk.clock.real()
    message, conversation = _recalled(desk, connection, message, real)
    if not conversations.record(connection, conversation.id, conversation.seq + 1, message, real):
        return repeat(connection, conversation, message, real)
    language = settle(conversation, message, understanding, desk.default_language)
    conversation = altered(conversation, language=language)
    run = Run(_turn(desk, connection, conversation, message, understanding, standing), desk.book, conversation)
    if standing is not None:
        _attach(desk, connection, standing, conversation)
        run.change(sos=standing.id)
        run.log("sos_raised", alarm=standing.id)
        run.tell([STANDS])
    run.tell([text])
    if conversation.top is not None:
        run.ask = conversation.asked
    return write(desk, connection, run, tuple(run.events), real)


def _turn(
    desk: Desk,
    connection: Connection,
    conversation: Conversation,
    message: InboundMessage,
    understanding: Understanding,
    standing: Standing | None,
) -> Turn:
    return Turn(
        db=connection,
        now=desk.clock.now(),
        real=desk.clock.real(),
        conversation=conversation,
        message=message,
        understanding=understanding,
        alarm=standing.id if standing else None,
        menu=desk.book.menu(),
    )
