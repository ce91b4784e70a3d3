"""What else a message says is done one thing after the other, each as the one before left it, for one answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.contract.conversation import Conversation, Frame, Offer
from bot.contract.flow import ReadBack, Turn
from bot.contract.text import Ask, Sayable, Summary, t
from bot.contract.understanding import Understanding
from bot.engine import slots
from bot.engine.asked.kept import shown as shown_whole
from bot.engine.asked.questioned import files
from bot.engine.decide import decided
from bot.engine.decision import CONFIRM, YES_NO, Decision
from bot.engine.digress import knows
from bot.engine.measure import weight
from bot.engine.run import Run
from bot.engine.several.by_clause import TELLS, kind_of
from bot.engine.several.clause import Kind
from bot.engine.steps import pending

Act = Callable[[Run, Decision], None]


def one_by_one(run: Run, after: tuple[Understanding, ...], act: Act) -> None:
    """Carry out what is left of the message; the words and the question of all of it are brought together."""
    turn = run.turn
    for heard in after:
        _next(run, heard, act, turn.conversation)
    run.turn = turn
    top = run.conversation.top
    if run.ask is None and top is not None and top.awaiting is not None:
        pending(run)
    _in_order(run)


def _next(run: Run, heard: Understanding, act: Act, read: Conversation) -> None:
    before, asked, open_ = list(run.say), run.ask, run.conversation.top
    seen = replace(run.conversation, said=tuple(before), asked=asked, offered=_offers(asked), misses=0)
    message = replace(run.turn.message, text=heard.said, choice=None, attachments=(), place=None)
    _anew(run, replace(run.turn, message=message, understanding=heard, conversation=seen))
    decision = _fitting(run, decided(seen, message, heard, run.book), heard)
    if decision is not None and decision.act == "yes" and not _was_read(run, read):
        decision = None  # "tomorrow at three. just book it": nobody has seen yet what would be booked
    if decision is not None:
        act(run, decision)
    said, run.say = run.say, before
    if decision is not None and decision.act == "yes":
        # What was read back is agreed to, and stands in what is told now.
        run.say = [item for item in before if not isinstance(item, Summary)]
    run.say.extend(item for item in said if item not in run.say)
    if run.ask is None and _same(open_, run.conversation.top):
        run.ask = asked


def _was_read(run: Run, read: Conversation) -> bool:
    """Whether what a yes would send is what was read back before this message, but for words that were added."""
    before, now = read.top, run.conversation.top
    if before is None or now is None or (before.flow, before.awaiting) != (now.flow, now.awaiting):
        return False
    gist = run.flow.gist
    return {k: v for k, v in before.slots.items() if k != gist} == {k: v for k, v in now.slots.items() if k != gist}


def _anew(run: Run, turn: Turn) -> None:
    run.turn, run.conversation, run.say, run.ask = turn, turn.conversation, [], None


def _same(before: Frame | None, now: Frame | None) -> bool:
    return before is not None and now is not None and (before.flow, before.awaiting) == (now.flow, now.awaiting)


def _offers(asked: Ask | None) -> tuple[Offer, ...]:
    """What the question just put would offer; nobody has seen its words yet."""
    return tuple(Offer("", option.payload, "") for option in asked.options) if asked is not None else ()


def _fitting(run: Run, decision: Decision, heard: Understanding) -> Decision | None:
    """The decision in the company of what was done before it; None where there is nothing to do."""
    talk = run.conversation
    kind = kind_of(decision, heard, None, run.book)
    if kind is Kind.NOTHING:
        return None
    if kind is Kind.MUTE:
        return _kept(run, heard)
    if kind is Kind.ASK and not _known(run, decision):
        return _kept(run, heard)
    flow = run.book.flows.get(decision.flow or "")
    busy = talk.top is not None and not talk.top.lingers
    if decision.act == "start" and busy and flow is not None and files(flow):
        return replace(decision, act="queue") if flow.name != (talk.top.flow if talk.top else None) else None
    return decision


def _known(run: Run, decision: Decision) -> bool:
    """Whether it gets an answer; who asks without waiting for one is not told that nobody knows."""
    if decision.act == "fact" and decision.otherwise is not None:
        return knows(run) or _known(run, decision.otherwise)
    flow = run.book.flows.get(decision.flow or "")
    if decision.act != "consult" or "topic" in run.turn.understanding.extra:
        return True
    return flow is not None and flow.consult is not None and flow.consult(run.turn) is not None


def _kept(run: Run, heard: Understanding) -> Decision | None:
    """What no reader takes stands word for word in what those who come will read; where nobody would read it, it is
    said that it was not understood."""
    talk, message = run.conversation, run.turn.message
    top = talk.top if talk.top is not None and not talk.top.lingers else None
    frame = top or talk.recent
    flow = run.book.flows.get(frame.flow) if frame is not None else None
    if weight(heard.said) < TELLS or "manner" in heard.extra:
        return None
    if frame is None or flow is None or flow.gist is None or (top is None and flow.amend is None):
        if "tells" not in heard.extra:
            run.tell([t("This part I did not understand: “{said}”.", said=heard.said)])
        return None
    if heard.said in str(frame.slots.get(flow.gist, "")):
        return None
    values = {flow.gist: slots.added(frame, flow.gist, message, heard)}
    if top is None:
        return Decision("amend", flow.name, values)
    return Decision("change" if top.awaiting in YES_NO else "answer", flow.name, values)


def _in_order(run: Run) -> None:
    """What was noted and answered first; what is read back, once and as it stands now, before its question."""
    shown = [item for item in run.say if isinstance(item, Summary)]
    rest: list[Sayable] = [item for item in run.say if not isinstance(item, Summary)]
    if not shown:
        return
    top = run.conversation.top
    open_ = top is not None and top.awaiting == CONFIRM
    step = next((one for one in run.flow.steps if one.name == run.top.step), None) if open_ else None
    last = shown_whole(step, run.seen(run.top)) if isinstance(step, ReadBack) else shown[-1]
    # A card of what is on file is no read-back, and stays.
    others = [item for item in shown if item.title != last.title and item not in rest]
    run.say = [*rest, *others, last]
