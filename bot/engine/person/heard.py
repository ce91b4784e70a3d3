"""Said in the middle of something and no answer to it: "hurry up", or that what was dropped shall be done after all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.contract.conversation import Conversation, Frame
from bot.contract.flow import Book
from bot.contract.messages import InboundMessage
from bot.contract.text import t
from bot.contract.understanding import Understanding
from bot.engine import cues, slots
from bot.engine.asked.questioned import files
from bot.engine.danger.doubt import cries
from bot.engine.decision import ACTS, AMEND, CONFIRM, INTERRUPT, OUT_OF_SCOPE, SOS, SURE, WITHDRAW, Decision
from bot.engine.filed.spoken_of import within
from bot.engine.measure import is_brief
from bot.engine.run import Run
from bot.engine.steps import pending, proceed, store

# So long after something was filed, "hurry up" is about that.
URGED = timedelta(hours=24)
# What says of which thing it is asked, or that somebody shall look into it.
_NAMES = frozenset({"thing", "status", "kin", "topic", "coming", "want", "check_it"})
# Nothing but that it should go faster.
_URGES = frozenset({"impatient", "refuses", "push", "hurry_that", "sooner"})
# So many words, or Chinese characters, name no matter of their own.
WORDS, SIGNS = 4, 8


def hurried(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, book: Book
) -> Decision | None:
    """Impatience alone: about what was just filed, or what is open; None where nothing is, and it may be a cry."""
    if conversation.sos or _URGES.isdisjoint(understanding.extra):
        return None
    if any(offer.payload == "danger" for offer in conversation.offered):
        return None
    recent, top = conversation.recent, conversation.top
    open_ = top is not None and not top.lingers and top.flow != SOS
    filed = recent is not None and recent.case_no is not None and within(recent, message, URGED)
    fresh = filed and recent is not None and within(recent, message)
    if cries(understanding) and not fresh:
        return None  # hours after anything was filed it is about something else
    urgent = fresh and recent is not None and "_urgent" in recent.slots
    pushed = bool({"push", "hurry_that", "sooner"} & set(understanding.extra))
    if filed and (urgent or pushed or not open_):
        flow = book.progress
        return Decision("start", flow.name) if flow is not None else None
    if not open_ or top is None or "refuses" in understanding.extra:
        return None
    return Decision("hurried") if not pushed or top.awaiting == CONFIRM else None


def how_goes(
    conversation: Conversation, top: Frame, message: InboundMessage, understanding: Understanding, book: Book
) -> bool:
    """ "How is it going?", in the middle of what was not sent yet, and nothing else was: what is still needed."""
    flow = book.for_intent(understanding.intent)
    asks = flow is not None and flow is book.progress
    draft = top.case_no is None and conversation.recent is None and files(book.flows[top.flow])
    if draft and top.awaiting == CONFIRM and "sent_yet" in understanding.extra:
        return True  # "is it sent, what is its number?": it is not sent yet
    named = understanding.entities or _NAMES & set(understanding.extra)
    if not (asks and draft) or named or understanding.confidence < INTERRUPT:
        return False  # "until which day is it?" only resembles it
    # "Then please look into it", of a bill that is shown, is what its flow waits for.
    return is_brief(message.text, WORDS, SIGNS) and not cues.heeded(top, understanding, book)


def by_gas(conversation: Conversation, message: InboundMessage) -> bool:
    """Whether a smell of gas was reported here, and nobody cried for help yet."""
    if conversation.sos:
        return False
    told = [frame for frame in (*conversation.frames, conversation.recent) if frame is not None]
    return any(frame.slots.get("_urgent") == "gas" and within(frame, message, URGED) for frame in told)


def fell_ill(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> bool:
    """ "My head swims", "it gets stronger", after a smell of gas was reported: that is the danger it was a sign of."""
    return bool({"unwell", "grows"} & set(understanding.extra)) and by_gas(conversation, message)


def hurry(run: Run, decision: Decision) -> None:
    """Nobody's yes: what is still needed before it can go out, and the question again."""
    awaiting = run.top.awaiting
    if awaiting == CONFIRM:
        run.tell([t("It goes out the moment you say yes.")])
    elif awaiting not in (AMEND, WITHDRAW):
        run.tell([t("I will be quick: only this is still missing.")])
    pending(run)


def revived(conversation: Conversation, understanding: Understanding) -> Decision | None:
    """ "Report it after all", right after it was called off."""
    dropped = any(frame.parked for frame in conversation.maybe)
    plain = understanding.intent in (*ACTS, OUT_OF_SCOPE) or understanding.confidence < SURE
    again = "revive" in understanding.extra or ("after_all" in understanding.extra and plain)
    kept = [frame for frame in conversation.maybe if not frame.parked]
    if len(kept) == 1 and again:
        return Decision("start", kept[0].flow)  # it was told, and never got its turn
    return Decision("revive") if dropped and again else None


def revive(run: Run, decision: Decision) -> None:
    """What was called off goes on where it stood, with all that was told."""
    dropped = next(frame for frame in run.turn.conversation.maybe if frame.parked)
    run.change(maybe=())
    run.push(replace(dropped, parked=False, awaiting=None, touched_at=run.turn.now))
    run.log("flow_started", flow=dropped.flow)
    run.tell([t("Gladly, we go on with it.")])
    heard = run.turn.understanding
    # "Do come after all, tomorrow afternoon".
    if store(run, slots.named(run.flow, heard), slots.impossible(run.flow, heard.entities)):
        proceed(run)
