"""A card is lost: blocked before anything is asked, read back afterwards, released with a word when it is found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from backend.services import belongings, board, cards, cases, holds
from bot.contract.errors import Refused
from bot.contract.flow import Do, Fill, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Clock, Option, Text, t
from bot.contract.understanding import Place, Value, When
from flows.questions import desk, openings
from flows.questions.contact import ask_contact, check_contact, contact_needed
from flows.questions.when import check_ahead

NAME = "lost_card"
COUNTER = "cards"
SLOT_MINUTES = 30
CALL_BACK = timedelta(minutes=10)
WORKS = t("All right, your card goes on working. If it does not open the door, tell me where, and I report that.")


def block(turn: Turn) -> Outcome:
    """From a known number every own card is blocked at once; from another one a person calls back (practice 36)."""
    resident = turn.conversation.resident
    if turn.case_no is not None:
        return Outcome()
    if resident is None or not resident.verified or resident.home is None:
        return Outcome(set={"_unknown": "yes"})
    community = turn.conversation.community.id
    other = _of_another_kind(turn)
    if other is not None:
        return other
    if turn.values.get("sure") == "no" or _unanswered(turn):
        return Outcome(say=(WORKS,), done=True, goto="end")
    if _doubtful(turn):
        return Outcome(ask=ask_sure(turn), awaiting="sure", set={"_doubt": "yes"})
    own = belongings.cards(turn.db, community, resident.home.id, resident.id)
    active = [card for card in own if card.state == "active"]
    if not active:
        standing = cards.blocked_of(turn.db, community, resident.id)
        if standing:
            already = t(
                "Your card is blocked already, {number}. Say “I found it” to use it again.", number=standing[0].number
            )
            return Outcome(say=(already,), case_no=standing[0].number, done=True, goto="end")
        return Outcome(set={"_unknown": "yes"})
    filed = ""
    for card in active:
        new = desk.case_of(turn, "card", "lost_card", f"*{card.number}", state="blocked", card=card.number)
        filed = cards.block(turn.db, card, new, turn.now).number
    ends = ", ".join(card.number for card in active)
    say = (
        t(
            "Blocked since {time}: the card ending {ends}. It opens no door any more. {told}",
            time=Clock(turn.now),
            ends=ends,
            told=desk.number_told(filed),
        ),
        t("If it turns up, say “I found it” and it works again at once."),
    )
    beside = _parking_card(turn).say if "park_card" in turn.understanding.extra else ()
    return Outcome(say=(*beside, *say), case_no=filed, set={"_card": ends})


def _of_another_kind(turn: Turn) -> Outcome | None:
    """What is said of a card and costs the speaker none: it is found, it is somebody else's, or the barrier's."""
    if "found" in turn.understanding.extra:
        return _release(turn)
    if _is_anothers(turn):
        return Outcome(set={"_unknown": "yes", "_others": "yes"})
    return _parking_card(turn) if _parking_only(turn) else None


def _is_anothers(turn: Turn) -> bool:
    """A husband's card, or that of a home which is not the speaker's: their own must not be blocked in its place, and
    nobody else's on a word."""
    heard, resident = turn.understanding.extra, turn.conversation.resident
    if "kin_card" in heard:
        return True
    found, own = turn.understanding.entity("location"), resident.home if resident is not None else None
    place = found.value if found is not None else None
    if "home_card" not in heard or own is None or not isinstance(place, Place) or place.room is None:
        return False
    return (place.building or own.building, place.unit or own.unit, place.room) != (own.building, own.unit, own.room)


def _doubtful(turn: Turn) -> bool:
    """Words that sound like it and name no loss: a reader that is broken must not cost anybody the card."""
    said = turn.understanding.intent == NAME
    if "not_yet" in turn.understanding.extra:
        return "sure" not in turn.values
    return said and "sure" not in turn.values and not {"gone", "park_card"} & set(turn.understanding.extra)


def _unanswered(turn: Turn) -> bool:
    """Asked whether it is lost, and passed over: only a yes, or words of a loss, cost anybody the card."""
    top = turn.conversation.top
    passed = top is not None and "sure" in top.asked and "sure" not in turn.values
    return passed and "_doubt" in turn.values and not {"gone", "park_card"} & set(turn.understanding.extra)


def ask_sure(turn: Turn) -> Ask:
    yes, no = Option(t("Yes, block it"), "sure=yes"), Option(t("No, it is not lost"), "sure=no")
    return Ask(t("Is your card lost? Then I block it at once; a word undoes that."), (yes, no))


def _parking_only(turn: Turn) -> bool:
    """The barrier's card alone: the card of the doors is not lost and goes on working."""
    extra = turn.understanding.extra
    return "park_card" in extra and "door_card" not in extra


def _parking_card(turn: Turn) -> Outcome:
    """Barriers are not ours to block: a person does it, and makes the new one."""
    due = turn.now + CALL_BACK
    new = desk.case_of(turn, "request", "parking_card", turn.message.text.strip(), due=due, priority="urgent")
    filed = desk.file(turn, new)
    blocked = t(
        "The parking card: a person blocks it at the barrier; our target is {by}. {told}",
        by=Clock(due),
        told=desk.number_told(filed.number),
    )
    if not _parking_only(turn):
        return Outcome(say=(blocked,))
    door = t("Your door card goes on working. For a new parking card bring the car's licence to the front desk.")
    return Outcome(say=(blocked, door), case_no=filed.number, done=True, goto="end")


def _release(turn: Turn) -> Outcome:
    resident = turn.conversation.resident
    community = turn.conversation.community.id
    standing = cards.blocked_of(turn.db, community, resident.id) if resident else []
    if not standing:
        return Outcome(say=(t("None of your cards is blocked; they all open the doors."),), done=True, goto="end")
    for found in standing:
        cards.release(turn.db, found, turn.now, turn.real)
    ends = ", ".join(str(found.slots.get("card", "")) for found in standing)
    return Outcome(
        say=(t("Good that it is back. The card ending {ends} works again.", ends=ends),), done=True, goto="end"
    )


def _times(turn: Turn) -> list[datetime]:
    office = board.one(turn.db, turn.conversation.community.id, "office", COUNTER)
    return openings.free(turn, "cards", office, minutes=SLOT_MINUTES, capacity=1) if office else []


def ask_when(turn: Turn) -> Ask:
    question = t(
        "Shall I make an appointment at the front desk for a new card? Bring your ID card.",
        spoken="When do you come for a new card, with your ID?",
    )
    return Ask(question, openings.options(openings.near(turn.values.get("when"), _times(turn))))


def when_needed(turn: Turn) -> bool:
    return not {"_unknown", "_found", "when"} & set(turn.values)


def check_when(turn: Turn, value: Value) -> Value:
    if isinstance(value, str) and "gone" in turn.understanding.extra and not turn.message.choice:
        # "Yes, block it" chooses no appointment.
        raise Refused("no time", t("It is blocked already. Which time suits you for the new card? Or say “skip”."))
    if _tells_where(turn):
        raise Refused("where it was lost", t("Noted for the front desk. Which time suits you for the new card?"))
    return check_ahead(turn, openings.read(value))


def ask_where(turn: Turn) -> Ask:
    return Ask(t("Where may it have been lost?"))


def check_where(turn: Turn, value: Value) -> Value:
    return turn.message.text.strip()


def appoint(turn: Turn) -> Outcome:
    """The new card's appointment; a time that is gone is offered another one."""
    if "_found" in turn.values:
        return _release(turn)
    if "_unknown" in turn.values or "when" not in turn.values:
        if "_unknown" in turn.values:
            return Outcome()
        say = t("All right, no appointment. The front desk makes a new card at any time it is open.")
        return Outcome(say=(say,), done=True, goto="end")
    times = _times(turn)
    at = openings.exact(turn.values["when"], times)
    if at is None:
        near = openings.options(openings.near(turn.values["when"], times))
        skip = Option(t("No appointment"), "skip")
        return Outcome(ask=Ask(openings.why_not(turn.values["when"], times), (*near, skip)), awaiting="when")
    number = turn.case_no or ""
    community = turn.conversation.community.id
    found = cases.by_number(turn.db, community, number)
    if found is not None:
        holds.take(turn.db, community, "cards", at, 1, 1, found.id)
        where = {"slots": {**found.slots, "where": str(turn.values["where"])}} if "where" in turn.values else {}
        cases.amend(turn.db, community, number, {"wish": at.isoformat(), **where}, turn.now)
    say = t("Your appointment for the new card: {when}, at the front desk. Bring your ID card.", when=Clock(at))
    return Outcome(say=(say,), set={"when": When(at)}, done=True, goto="end")


def call_back(turn: Turn) -> Outcome:
    """Nobody's card is blocked on the word of an unknown number."""
    due = turn.now + CALL_BACK
    contact = str(turn.values["contact"]) if "contact" in turn.values else None
    words = turn.message.text or str(NAME)
    new = desk.case_of(turn, "request", NAME, words, due=due, priority="urgent", contact=contact)
    filed = desk.file(turn, new)
    unknown = t(
        "I do not know a card for this number, so I must not block one by myself. A person calls you back to "
        "block it; our target is {by}.",
        by=Clock(due),
    )
    others = t(
        "By myself I block only the card of whoever writes to me; yours goes on working. A person calls you back about "
        "the other one; our target is {by}.",
        by=Clock(due),
    )
    say = (others if "_others" in turn.values else unknown, desk.number_told(filed.number))
    return Outcome(say=say, case_no=filed.number, done=True)


def absorb(turn: Turn) -> Mapping[str, Value]:
    """Found while we still talk about a new one."""
    return {"_found": "yes"} if "found" in turn.understanding.extra and turn.case_no is not None else {}


def _tells_where(turn: Turn) -> bool:
    """Where it may lie, told instead of a time for the new one."""
    top = turn.conversation.top
    asked = top is not None and top.flow == NAME and top.awaiting == "when" and turn.case_no is not None
    return asked and "lost_where" in turn.understanding.extra and not turn.message.choice


def answer(turn: Turn) -> Text | None:
    facts = {
        "price": t("Blocking costs nothing. What a new card costs, the front desk tells you before it is made."),
        "papers": t("For a new card bring your ID card; somebody who comes for you brings theirs as well."),
        "hours": t("Blocking works day and night; the front desk makes new cards from 9 to 17 h."),
        "cancel": t("A block can be taken back at any time: say “I found it”."),
    }
    return facts.get(turn.understanding.extra.get("topic", ""))


def withdraw(turn: Turn) -> Outcome:
    """ "It was not lost": the card works again."""
    found = cases.by_number(turn.db, turn.conversation.community.id, turn.case_no or "")
    if found is None or found.kind != "card":
        return Outcome(say=(desk.withdrawn(turn),))
    cards.release(turn.db, found, turn.now, turn.real)
    ends = str(found.slots.get("card", ""))
    return Outcome(say=(t("Good that it is back. The card ending {ends} works again.", ends=ends),))


FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Lost card", spoken="a lost card"),
    intents=(NAME,),
    slots=(
        Slot("sure", SlotKind.CHOICE, t("Lost"), ask_sure, required=False, private=True, yes="yes"),
        Slot("when", SlotKind.WHEN, t("New card"), ask_when, check_when, required=False, needed=when_needed),
        Slot("where", SlotKind.TEXT, t("Where"), ask_where, check_where, required=False, cue="lost_where"),
        Slot(
            "contact",
            SlotKind.PHONE,
            t("Phone"),
            ask_contact,
            check_contact,
            entity="phone",
            needed=lambda turn: "_unknown" in turn.values and contact_needed(turn),
        ),
    ),
    steps=(
        Do("block", block),
        Fill("new_card", ("when", "contact")),
        Do("appoint", appoint),
        Do("call_back", call_back),
        Do("end", desk.end),
    ),
    absorb=absorb,
    answer=answer,
    withdraw=withdraw,
    cues=("found", "park_card"),
    heeds=("found",),
    rank=9,
)
