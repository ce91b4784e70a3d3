"""A person, please: asked for at once, and a call-back is kept as a case so that nobody is stranded meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.db import Record
from backend.services import case_board, cases, handover, hours, outbox
from backend.services.cases import NewCase
from backend.services.handover import Ask, Standing
from bot.contract.altered import altered
from bot.contract.conversation import ALWAYS, Frame
from bot.contract.flow import Do, Event, Flow, Outcome, Turn
from bot.contract.messages import Kind
from bot.contract.text import Clock, Text, t, tn
from flows.system import call_when, person_first

LONGEST = 1000
# What stands high on the desk's board already.
_HIGHER = frozenset({"high", "urgent"})
# What is asked of the time that it will take.
_HOW_LONG = ("duration", "arrival", "contacted", "next")
# So short, a message with a time in it is that time.
SHORT = 24
# Until then minutes are told beside the hour.
FAR = timedelta(hours=2)
# Within so long somebody sees to what a weak person cannot do without.
SOON = timedelta(minutes=15)


def _added(turn: Turn, number: str, before: str | None) -> Outcome:
    """More for the person who was promised: when to ring, where to, what about; all of it stands in the case, and what
    it changes is said back."""
    changes: dict[str, object] = {}
    phone, at = _reached(turn), call_when.wished(turn, before) if _of_the_call(turn) else None
    if phone:
        changes["contact"] = phone
    if at is not None:
        changes |= {"due_at": call_when.due(turn, at), "wish": call_when.kept(at)}
    community, told = turn.conversation.community.id, turn.message.text.strip()
    waiting = cases.by_number(turn.db, community, number)
    if waiting is not None and told not in waiting.details:
        changes["details"] = f"{waiting.details}; {told}"[:LONGEST]
    if changes:
        cases.amend(turn.db, community, number, changes, turn.now)
    case_board.remark(turn.db, community, number, "resident", told[:LONGEST], turn.now)
    note: Text = t("I have added that to {number}: who gets back to you reads it.", number=number)
    if at is not None:
        note = t("{note} {told}", note=note, told=call_when.said(turn, at))
    if phone:
        rung = t("They ring the number ending in {digits}.", digits=" ".join(phone[-4:]))
        note = t("{note} {told}", note=note, told=rung)
    return Outcome(say=(note,), with_staff=True)


def _of_the_call(turn: Turn) -> bool:
    """A time that is told for the call, and none that only stands in a story."""
    named = {"call_me", "ring_when", "bound", "mere", "rather"} & set(turn.understanding.extra)
    return bool(named) or len(turn.message.text) <= SHORT


def _reached(turn: Turn) -> str:
    """The number to ring: one that is told, or "this one", which is known of them."""
    phone, resident = turn.understanding.entity("phone"), turn.conversation.resident
    if phone is not None and phone.value:
        return str(phone.value)
    return resident.phone or "" if resident is not None and "this_number" in turn.understanding.extra else ""


def _sooner(turn: Turn, waiting: Record) -> Record:
    """Who is promised a call and turns out to be in need: the same call, at once."""
    community, due = turn.conversation.community.id, min(waiting.due_at, turn.now + SOON)
    cases.amend(turn.db, community, waiting.number, {"priority": "urgent", "due_at": due}, turn.now)
    case_board.remark(turn.db, community, waiting.number, "resident", turn.message.text.strip()[:LONGEST], turn.now)
    return cases.one(turn.db, waiting.id)


def _overdue(turn: Turn, waiting: Record, at: datetime) -> Text:
    """What was promised has passed: said so, higher on the board from now on, and the desk told once an hour."""
    community, again = turn.conversation.community.id, waiting.priority in _HIGHER
    if not again:
        cases.amend(turn.db, community, waiting.number, {"priority": "high"}, turn.now)
    case_board.remark(turn.db, community, waiting.number, "resident", turn.message.text.strip()[:LONGEST], turn.now)
    body = {"case": waiting.number, "task": "the resident asks where it is"}
    outbox.call_staff(turn.db, community, body, f"urged:{waiting.id}:{turn.real:%Y%m%d%H}", turn.real)
    if again:
        return t(
            "Still nobody, and I am sorry. {number} stands on the desk's board as overdue since {by}; I cannot tell "
            "you a new time that I could keep. If it cannot wait, ring the desk or come by.",
            by=Clock(at),
            number=waiting.number,
        )
    return t(
        "I am sorry: I said {by}, and that has passed. I have told the desk just now that you are still waiting, and "
        "{number} is marked as overdue.",
        by=Clock(at),
        number=waiting.number,
    )


def _still(turn: Turn, waiting: Record) -> Outcome:
    """Asked for again: the request that stands, how long it may take, and what can be done besides."""
    at = waiting.due_at.astimezone(turn.now.tzinfo)
    by, number = Clock(at), waiting.number
    _request(turn, waiting.id)
    if at < turn.now:
        return Outcome(say=(_overdue(turn, waiting, at),), with_staff=True)
    place = _place(turn, _request(turn, waiting.id))
    if _asks_how_long(turn):
        left = tn("in one minute", "in about {n} minutes", _minutes(turn, at))
        far = at - turn.now > FAR
        when = t("Our target is {by}.", by=by) if far else t("Our target is {by}, {left}.", by=by, left=left)
        honest = t("I cannot promise the minute. If you would rather be rung at another time, tell me when.")
        return Outcome(say=(t("{note} {told}", note=when, told=honest), *place), with_staff=True)
    if turn.message.text.strip() and turn.understanding.full_sentence:
        case_board.remark(
            turn.db, waiting.community_id, number, "resident", turn.message.text.strip()[:LONGEST], turn.now
        )
    say = t(
        "Yes, a person: they have {number} with all that you wrote here, and answer by {by} if they can. To be rung at "
        "a certain time or on another number, just tell me.",
        number=number,
        by=by,
    )
    return Outcome(say=(say, *place), with_staff=True)


def _minutes(turn: Turn, at: datetime) -> int:
    return max(1, round((at - turn.now).total_seconds() / 60))


def _asks_how_long(turn: Turn) -> bool:
    return turn.understanding.extra.get("topic") in _HOW_LONG or "anybody" in turn.understanding.extra


def run(turn: Turn) -> Outcome:
    given = _given(turn)
    if "always_person" not in turn.understanding.extra:
        return altered(given, say=(*given.say, *person_first.anyway(turn)))
    person_first.keep(turn, ALWAYS)
    return altered(given, say=(person_first.ALWAYS_FROM_NOW, *given.say), person=ALWAYS)


def _given(turn: Turn) -> Outcome:
    conversation = turn.conversation
    mine = cases.of_conversation(turn.db, conversation.id, None, 20)
    waiting = next((c for c in mine if c.kind == "callback" and c.state in cases.OPEN), None)
    if waiting is not None and "frail_need" in turn.understanding.extra:
        waiting = _sooner(turn, waiting)
    if waiting is not None and _more(turn):
        return _added(turn, waiting.number, waiting.wish)
    if waiting is not None:
        return _still(turn, waiting)
    at = call_when.wished(turn)
    # The end of the target, counted while the desk is open.
    minutes = conversation.community.targets.get("callback", 60)
    frail, desk = "frail_need" in turn.understanding.extra, hours.of(turn.db, conversation.community.id)
    due = call_when.due(turn, at) if at is not None and not frail else desk.after(turn.now, minutes)
    due = turn.now + SOON if frail else due
    resident = conversation.resident
    frame = conversation.top
    filed = cases.file(
        turn.db,
        NewCase(
            community=conversation.community.id,
            kind="callback",
            location=resident.home.label if resident and resident.home else "",
            details="; ".join(filter(None, (*conversation.lost, turn.message.text)))[-LONGEST:] or "0",
            resident=resident.id if resident else None,
            household=resident.home.id if resident and resident.home else None,
            conversation=conversation.id,
            contact=resident.phone if resident else None,
            slots={"flow": frame.flow if frame else None},
            due_at=due,
            priority="urgent" if frail else "normal",
            wish=call_when.kept(at) if at is not None else None,
        ),
        turn.now,
    )
    if at is not None and not frail:
        wished = t(
            "I have asked a colleague to get back to you: {when}. Your number is {number}.",
            when=at,
            number=filed.number,
        )
        event = Event("handoff", {"case_no": filed.number})
        _request(turn, filed.id)
        return Outcome(say=(wished,), events=(event,), with_staff=True)
    say = t(
        "I have asked a colleague to get back to you, here or by phone, by {by} if we can. Your number is {number}. "
        "I can keep helping in the meantime.",
        spoken="I have asked a colleague to call you back by {by} if we can. Your number ends in {digits}. I can keep "
        "helping in the meantime.",
        by=Clock(due),
        number=filed.number,
        digits=" ".join(filed.number[-4:]),
    )
    event = Event("handoff", {"case_no": filed.number})
    return Outcome(say=(say, *_place(turn, _request(turn, filed.id))), events=(event,), with_staff=True)


def _more(turn: Turn) -> bool:
    """Words for the person who was promised, and not the wish for one once more."""
    extra = turn.understanding.extra
    tells = {"call_me", "ring_when", "this_number"} & set(extra) or turn.understanding.entity("phone")
    if tells and not turn.message.choice and "anybody" not in extra:
        return True
    asks = extra.get("topic") in _HOW_LONG
    again = turn.understanding.intent == "ask_human" or asks or {"anybody", "swap", "urge", "impatient"} & set(extra)
    return bool(turn.message.text.strip()) and not turn.message.choice and not again and not turn.message.text.isdigit()


def _request(turn: Turn, case: str) -> Standing:
    conversation = turn.conversation
    frame = conversation.top
    ask = Ask(
        community=conversation.community.id,
        conversation=conversation.id,
        reason=_reason(turn),
        flow=frame.flow if frame else None,
        case=case,
        note=_known(frame) if frame else None,
    )
    return handover.request(turn.db, ask, turn.real)


def _reason(turn: Turn) -> str:
    if turn.message.kind is Kind.SILENCE:
        return "silence"
    return "anger" if "angry" in turn.understanding.extra else "asked"


def _known(frame: Frame) -> str:
    """What was told already, so that nobody has to tell it twice."""
    told = (f"{name}: {value}" for name, value in frame.slots.items() if not name.startswith("_"))
    return "; ".join(told)[:1000]


def _place(turn: Turn, standing: Standing) -> tuple[Text, ...]:
    """The place in the queue and how long it took lately; nothing is said that nobody could know."""
    if standing.state == handover.HELD:
        held = turn.conversation.held
        name = held.shown(turn.conversation.language) if held else ""
        return (t("{name} has your conversation and answers here.", name=name),) if name else ()
    desk = hours.of(turn.db, turn.conversation.community.id)
    if not desk.is_open(turn.now):
        # At night it is clear which morning is meant; before a holiday the day is said.
        at = desk.next_opening(turn.now)
        opens = Clock(at, bare=at - turn.now < timedelta(hours=16))
        text = t(
            "Nobody is at the desk now; it opens at {opens}. Say “withdraw the call-back” if you need it no longer. In "
            "danger, say so at any hour.",
            spoken="Nobody is at the desk now; it opens at {opens}. In danger, press 9 at any hour.",
            opens=opens,
        )
        return (text,)
    place = (
        t("You are next in the queue.")
        if standing.place == 1
        else t("You are number {place} in the queue.", place=standing.place)
    )
    if standing.minutes is None:
        return (place,)
    lately = tn(
        "Lately most people were answered within a minute.",
        "Lately most people were answered within {n} minutes.",
        standing.minutes,
    )
    return (place, lately)


FLOW = Flow("ask_human", 1, t("A person"), ("ask_human",), steps=(Do("run", run),), aside=True)
