"""Nobody came, says the resident: somebody else comes, or it is called off at no cost (practice 34)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from backend.db import Record
from backend.services import housekeeping, outbox
from backend.services.housekeeping import LATE, SERVICES, Lost
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Ask, Clock, Option, Summary, Text, t
from bot.contract.understanding import When
from flows.book_housekeeping.filing import frame
from flows.book_housekeeping.reading import Rows

ELSE, OFF = "substitute", "refund"


def missed(turn: Turn) -> Outcome:
    """The first step; straight on unless the words say that nobody came."""
    if turn.values.get("_act") != "missing":
        return Outcome()
    found = _booking(turn)
    if found is None:
        return _nothing_due(turn)
    start = found.starts_at.astimezone(turn.now.tzinfo)
    if turn.now < start + LATE:
        return _not_yet(turn, found, start)
    remedy = turn.values.get("remedy")
    if remedy == OFF:
        return _call_off(turn, found)
    if remedy == ELSE:
        return _somebody_else(turn, found)
    if found.state == "booked":
        housekeeping.move(turn.db, found, "no_show", "resident", None, turn.now, turn.real)
        body = {"what": "no_show", "booking": found.number, "location": found.location}
        outbox.call_staff(turn.db, found.community_id, body, f"no_show:{found.id}", turn.real)
    return Outcome(ask=ask_remedy(turn), awaiting="remedy")


def ask_remedy(turn: Turn) -> Ask:
    text = t(
        "I am sorry, that should not happen. You pay nothing for the wait. Shall somebody else come, or shall I call "
        "it off?"
    )
    somebody = Option(t("Somebody else", spoken="somebody else"), f"remedy={ELSE}")
    return Ask(text, (somebody, Option(t("Call it off", spoken="calling it off"), f"remedy={OFF}")))


def _booking(turn: Turn) -> Record | None:
    conversation = turn.conversation
    resident = conversation.resident
    verified = resident.id if resident is not None and resident.verified else None
    rows = housekeeping.awaited(turn.db, conversation.community.id, conversation.id, verified, turn.now)
    begun = [row for row in rows if row.starts_at <= turn.now]
    return begun[-1] if begun else next(iter(rows), None)


def _nothing_due(turn: Turn) -> Outcome:
    say = t("I find no booking of yours for which somebody should have come. The desk can look into it with you.")
    person = Option(t("A person, please", spoken="a person"), "aside=ask_human")
    return Outcome(say=(), ask=Ask(say, (person,)), done=True)


def _not_yet(turn: Turn, found: Record, start: datetime) -> Outcome:
    if turn.now < start:
        say = t("{number} is booked for {start}, so nobody is late yet.", number=found.number, start=Clock(start))
    else:
        say = t(
            "{number} began at {start}. If nobody is there by {late}, tell me again: then somebody else comes or you "
            "pay nothing.",
            number=found.number,
            start=Clock(start, bare=True),
            late=Clock(start + LATE, bare=True),
        )
    return Outcome(say=(say,), set=frame(turn, found), case_no=found.number, done=True)


def _call_off(turn: Turn, found: Record) -> Outcome:
    housekeeping.move(turn.db, found, "refunded", "resident", None, turn.now, turn.real)
    say = t("{number} is called off. You pay nothing for it.", number=found.number)
    return Outcome(say=(say,), case_no=found.number, done=True)


def _somebody_else(turn: Turn, found: Record) -> Outcome:
    """The nearest time at which another person is free, read back before it holds (practice 39)."""
    stand_in = housekeeping.find_substitute(turn.db, found, turn.now)
    if stand_in is None:
        return _none_free(turn, found)
    offer, start = stand_in
    name = housekeeping.called(offer.names, turn.conversation.language)
    values = {"_at": start.isoformat(), "_provider": offer.provider, "_stand_in": name, "service": found.service}
    return Outcome(set=values, case_no=found.number, goto="instead")


def _none_free(turn: Turn, found: Record) -> Outcome:
    """Honest, and free of charge at once; the desk was called when the no-show was noted."""
    say = t(
        "Nobody else is free in the next days. I have told the desk, which calls you about {number}. You pay nothing "
        "for today.",
        number=found.number,
    )
    return Outcome(say=(say,), case_no=found.number, done=True)


def instead(turn: Turn) -> Summary:
    rows: Rows = [
        (t("Service"), SERVICES[str(turn.values["service"])]),
        (t("Time"), When(datetime.fromisoformat(str(turn.values["_at"])))),
        (t("Helper"), str(turn.values["_stand_in"])),
        (t("Price"), t("as agreed, or less")),
    ]
    return Summary(t("Somebody else comes"), tuple(rows))


def not_instead(turn: Turn) -> Outcome | None:
    """A no to the substitute: nothing is owed."""
    found = housekeeping.by_number(turn.db, turn.conversation.community.id, turn.case_no or "")
    return _call_off(turn, found) if found is not None else None


def put_in(turn: Turn) -> Outcome:
    """Exactly what was read back; if that was taken meanwhile, the next one is read back."""
    found = housekeeping.by_number(turn.db, turn.conversation.community.id, turn.case_no or "")
    start = datetime.fromisoformat(str(turn.values["_at"]))
    if found is None:
        return Outcome(say=(t("I find no such booking."),), done=True)
    try:
        housekeeping.put_in(turn.db, found, int(str(turn.values["_provider"])), start, turn.now, turn.real)
    except Lost:
        return _somebody_else(replace(turn, case_no=found.number), found)
    say: Text = t(
        "{name} will be there: {when}. Your number stays {number}.",
        name=str(turn.values["_stand_in"]),
        when=Clock(start),
        number=found.number,
    )
    return Outcome(say=(say,), case_no=found.number, done=True)
