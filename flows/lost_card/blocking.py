"""Which card is blocked, whose, and how it works again: at once for one's own, by a person for anybody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backend.db import Record
from backend.services import belongings, cards, cases
from backend.services.cases import Filed
from backend.services.states import OPEN
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Ask, Clock, Option, Text, t
from bot.contract.understanding import Place
from flows.questions import desk

NAME = "lost_card"
# So many of the newest are looked through.
RECENT = 20
CALL_BACK = timedelta(minutes=10)
OWN_WORKS = t("Your own card is not blocked and opens the doors.")
WORN = t(
    "A card that no longer works is made anew at the front desk; no card is blocked. Somebody may come for whoever's "
    "it is."
)
WORKS = t("All right, your card goes on working. If it does not open the door, tell me where, and I report that.")


def block(turn: Turn) -> Outcome:
    """From a known number every own card is blocked at once; from another one a person calls back (practice 36)."""
    resident = turn.conversation.resident
    if turn.case_no is not None:
        return Outcome()
    if resident is None or not resident.verified or resident.home is None:
        return Outcome(set={"_unknown": "yes"})
    community = turn.conversation.community.id
    other = _as_worn(turn) or _same_matter(turn) or _of_another_kind(turn)
    if other is not None:
        return other
    if turn.values.get("sure") == "no" or _unanswered(turn):
        return Outcome(say=(WORKS,), done=True, goto="end")
    if _doubtful(turn):
        return Outcome(ask=ask_sure(turn), awaiting="sure", set={"_doubt": "yes"})
    own = belongings.cards(turn.db, community, resident.home.id, resident.id)
    active = [card for card in own if card.state == "active"]
    if not active:
        standing = _blocked(turn)
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


def _as_worn(turn: Turn) -> Outcome | None:
    """Washed, snapped or dead, and lost by nobody: it is made anew, whoever's it is, and none is blocked."""
    extra = turn.understanding.extra
    if "_worn" in turn.values:
        return Outcome()
    if "card_dead" not in extra or {"park_card", "found", "not_yet"} & set(extra):
        return None
    return Outcome(say=(WORN,), set={"_worn": turn.message.text.strip()})


def new_card(turn: Turn) -> Filed:
    """A new one in the place of it, for the front desk."""
    words = str(turn.values["_worn"])
    return desk.file(turn, desk.case_of(turn, "request", "new_card", words))


def _same_matter(turn: Turn) -> Outcome | None:
    """ "Could you block the old one?", right after a child's card was told lost: that one, and not the speaker's."""
    recent = turn.conversation.recent
    theirs = recent is not None and recent.flow == NAME and "_others" in recent.slots
    if not theirs or recent is None or {"own_card", "found", "park_card", "keeps_mine"} & set(turn.understanding.extra):
        return None
    number = desk.added(replace(turn, case_no=recent.case_no))
    if number is None:
        return None
    return Outcome(say=(t("Noted with {number}.", number=number),), done=True, goto="end")


def _of_another_kind(turn: Turn) -> Outcome | None:
    """What is said of a card and costs the speaker none: it is found, it is somebody else's, or the barrier's."""
    if parking_found(turn):
        return _parking_back(turn)
    if "found" in turn.understanding.extra:
        return release(turn)
    heard = set(turn.understanding.extra)
    if "keeps_mine" in heard and not {"kin_card", "not_mine", "patient"} & heard:
        return _keeps_own(turn)
    if _is_anothers(turn):
        return Outcome(set={"_unknown": "yes", "_others": "yes"})
    return _parking_card(turn) if _parking_only(turn) else None


def _keeps_own(turn: Turn) -> Outcome:
    """ "Do not block mine": what this talk has just blocked works again; what was blocked before stays so."""
    recent = turn.conversation.recent
    just = {turn.case_no, recent.case_no if recent is not None else None}
    here = [found for found in _blocked(turn) if found.number in just]
    for found in here:
        cards.release(turn.db, found, turn.now, turn.real)
    if not here and "gone" in turn.understanding.extra:
        return Outcome(set={"_unknown": "yes", "_others": "yes"})  # "my flatmate lost his, do not block mine"
    return Outcome(say=(OWN_WORKS if here else own_works(turn),), done=True, goto="end")


def own_works(turn: Turn) -> Text:
    """ "Does mine still work?"."""
    standing = _blocked(turn)
    if not standing:
        return OWN_WORKS
    ends = ", ".join(str(found.slots.get("card", "")) for found in standing)
    return t("The card ending {ends} is blocked. Say “I found it” and it works again.", ends=ends)


def _is_anothers(turn: Turn) -> bool:
    """A husband's card, or that of a home which is not the speaker's: their own must not be blocked in its place, and
    nobody else's on a word."""
    heard, resident = turn.understanding.extra, turn.conversation.resident
    if {"kin_card", "not_mine"} & set(heard):
        # "It is the one in my own name; my husband's is still there, do not block his."
        return not ("own_card" in heard and "not_yet" in heard)
    if {"patient", "gone"} <= set(heard) and "own_card" not in heard:
        return True  # "a card for my son, he lost it"
    found, own = turn.understanding.entity("location"), resident.home if resident is not None else None
    place = found.value if found is not None else None
    whose = "home_card" in heard or "own_card" not in heard
    if not whose or own is None or not isinstance(place, Place) or place.room is None:
        return False
    return (place.building or own.building, place.unit or own.unit, place.room) != (own.building, own.unit, own.room)


def _doubtful(turn: Turn) -> bool:
    """Words that sound like it and name no loss: a reader that is broken must not cost anybody the card."""
    # Asked, and told something else ("ring me after three"): that is no yes.
    said = turn.understanding.intent == NAME or "_doubt" in turn.values
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


def parking_found(turn: Turn) -> bool:
    """ "I found the parking card, only the door one is gone": the door's stays blocked."""
    extra = turn.understanding.extra
    return {"found", "park_card"} <= set(extra) and ("gone" in extra or "door_card" not in extra)


def _parking_back(turn: Turn) -> Outcome:
    """What people were to block at the barrier is taken back; the card of the doors stays as it is."""
    conversation = turn.conversation
    resident = conversation.resident.id if conversation.resident else None
    mine = cases.of_conversation(turn.db, conversation.id, resident, RECENT)
    asked = next((one for one in mine if one.category == "parking_card" and one.state in OPEN), None)
    say = t("Good that the parking card is back. Your door card stays as it is.")
    if asked is not None:
        cases.withdraw(turn.db, conversation.community.id, asked.number, turn.now, turn.real)
        say = t(
            "Good that the parking card is back: {number} is withdrawn. Your door card stays as it is.",
            spoken="Good that the parking card is back; nobody blocks it now. Your door card stays as it is.",
            number=asked.number,
        )
    return Outcome(say=(say,), done=True, goto="end")


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


def _blocked(turn: Turn) -> list[Record]:
    """The speaker's blocked cards, the newest first."""
    resident, community = turn.conversation.resident, turn.conversation.community.id
    return cards.blocked_of(turn.db, community, resident.id) if resident else []


def release(turn: Turn) -> Outcome:
    standing = _blocked(turn)
    if not standing:
        return Outcome(say=(t("None of your cards is blocked; they all open the doors."),), done=True, goto="end")
    for found in standing:
        cards.release(turn.db, found, turn.now, turn.real)
    ends = ", ".join(str(found.slots.get("card", "")) for found in standing)
    return Outcome(
        say=(t("Good that it is back. The card ending {ends} works again.", ends=ends),), done=True, goto="end"
    )


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


def undone(turn: Turn) -> Outcome:
    """ "Don't block it yet": it works again, and is blocked when they are sure."""
    for found in _blocked(turn):
        cards.release(turn.db, found, turn.now, turn.real)
    return Outcome(say=(t("All right, look first: your card works again."),), done=True, goto="end", begin=NAME)
