"""A person, please: asked for at once, and a call-back is kept as a case so that nobody is stranded meanwhile."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from backend.db import Record
from backend.services import case_board, cases, handover, hours, outbox
from backend.services.cases import NewCase
from backend.services.handover import Ask, Standing
from bot.contract.altered import altered
from bot.contract.conversation import ALWAYS, Frame
from bot.contract.flow import Do, Event, Flow, Outcome, Turn
from bot.contract.messages import Kind
from bot.contract.text import Clock, Text, t, tn
from bot.contract.understanding import When
from flows.system import person_first

NOON = 12
# By when a part of the day has come.
PARTS = {"morning": 10, "noon": 12, "afternoon": 15, "evening": 19, "night": 20}
LONGEST = 1000
# Within so long somebody sees to what a weak person cannot do without.
SOON = timedelta(minutes=15)


def _wished(turn: Turn, before: str | None = None) -> When | None:
    """When the call is asked for, where that lies ahead; before: the day and part of it that was asked for earlier."""
    found = turn.understanding.entity("when")
    when = found.value if found is not None and isinstance(found.value, When) else None
    if when is None and before:
        when = _anew(turn, before)
    if when is None:
        return None
    if when.dayless and isinstance(when.start, datetime) and before:
        when = _on_day(when, when.start, before)
    ahead = when.start > turn.now if isinstance(when.start, datetime) else when.start >= turn.now.date()
    return when if ahead else None


def _anew(turn: Turn, before: str) -> When | None:
    """ "Make it 4", of a call at three in the afternoon."""
    said = turn.understanding.extra.get("rather", "")
    if not said.isdigit() or int(said) >= 2 * NOON:
        return None
    at = datetime.combine(turn.now.date(), time(int(said)), turn.now.tzinfo)
    return When(at, dayless=True, open=0 < int(said) < NOON)


def _on_day(when: When, clock: datetime, before: str) -> When:
    """ "After eight", of a call that was asked for tonight: eight in the evening of that day."""
    day, _, part = before.partition(" ")
    late = part in ("afternoon", "evening", "night") or ("T" in day and time.fromisoformat(day[11:16]).hour >= NOON)
    start = datetime.combine(date.fromisoformat(day[:10]), clock.timetz())
    if when.open and clock.hour < NOON and late:
        start += timedelta(hours=NOON)
    return When(start)


def _kept(when: When) -> str:
    """As a later word finds it again."""
    return f"{when.start.isoformat()} {when.part or ''}".strip()


def _due(turn: Turn, when: When) -> datetime:
    if isinstance(when.start, datetime):
        return when.start
    return datetime.combine(when.start, time(PARTS.get(when.part or "", NOON)), turn.now.tzinfo)


def _added(turn: Turn, number: str, before: str | None) -> Outcome:
    """More for the person who was promised: when to ring, where to, what about."""
    changes: dict[str, object] = {}
    phone, at = turn.understanding.entity("phone"), _wished(turn, before)
    if phone is not None and phone.value:
        changes["contact"] = str(phone.value)
    if at is not None:
        changes |= {"due_at": _due(turn, at), "wish": _kept(at)}
    community = turn.conversation.community.id
    waiting = cases.by_number(turn.db, community, number)
    if waiting is not None and phone is None and at is None:
        changes["details"] = f"{waiting.details}; {turn.message.text.strip()}"[:LONGEST]
    if changes:
        cases.amend(turn.db, community, number, changes, turn.now)
    case_board.remark(turn.db, community, number, "resident", turn.message.text.strip()[:LONGEST], turn.now)
    note = t("I have added that to {number}: who gets back to you reads it.", number=number)
    told = t("{note} You asked for {when}.", note=note, when=at) if at is not None else note
    return Outcome(say=(told,), with_staff=True)


def _sooner(turn: Turn, waiting: Record) -> Record:
    """Who is promised a call and turns out to be in need: the same call, at once."""
    community, due = turn.conversation.community.id, min(waiting.due_at, turn.now + SOON)
    cases.amend(turn.db, community, waiting.number, {"priority": "urgent", "due_at": due}, turn.now)
    case_board.remark(turn.db, community, waiting.number, "resident", turn.message.text.strip()[:LONGEST], turn.now)
    return cases.one(turn.db, waiting.id)


def _overdue(turn: Turn, waiting: Record, at: datetime) -> Text:
    """What was promised has passed: said so, kept with the request, and the desk told once an hour."""
    community = turn.conversation.community.id
    case_board.remark(turn.db, community, waiting.number, "resident", turn.message.text.strip()[:LONGEST], turn.now)
    body = {"case": waiting.number, "task": "the resident asks where it is"}
    outbox.call_staff(turn.db, community, body, f"urged:{waiting.id}:{turn.real:%Y%m%d%H}", turn.real)
    return t(
        "I am sorry: I said {by}, and that has passed. I have told the desk just now that you are still waiting for "
        "{number}.",
        by=Clock(at),
        number=waiting.number,
    )


def _still(turn: Turn, waiting: Record) -> Outcome:
    """Asked for again: the request that stands, and its place in the queue."""
    at = waiting.due_at.astimezone(turn.now.tzinfo)
    by, number = Clock(at), waiting.number
    say = t("A person has your request, {number}; our target is an answer by {by}.", number=number, by=by)
    told = _overdue(turn, waiting, at) if at < turn.now else say
    return Outcome(say=(told, *_place(turn, _request(turn, waiting.id))), with_staff=True)


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
    at = _wished(turn)
    # The end of the target, counted while the desk is open.
    minutes = conversation.community.targets.get("callback", 60)
    frail, desk = "frail_need" in turn.understanding.extra, hours.of(turn.db, conversation.community.id)
    due = _due(turn, at) if at is not None and not frail else desk.after(turn.now, minutes)
    due = turn.now + SOON if frail else due
    resident = conversation.resident
    frame = conversation.top
    filed = cases.file(
        turn.db,
        NewCase(
            community=conversation.community.id,
            kind="callback",
            location=resident.home.label if resident and resident.home else "",
            details=turn.message.text or "0",
            resident=resident.id if resident else None,
            household=resident.home.id if resident and resident.home else None,
            conversation=conversation.id,
            contact=resident.phone if resident else None,
            slots={"flow": frame.flow if frame else None},
            due_at=due,
            priority="urgent" if frail else "normal",
            wish=_kept(at) if at is not None else None,
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
    asks = extra.get("topic") in ("duration", "arrival", "contacted", "next")
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
