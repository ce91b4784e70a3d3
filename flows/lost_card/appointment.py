"""When a new card is fetched at the front desk: a free time is taken, and another one when it is to be moved."""

from __future__ import annotations

from datetime import datetime

from backend.db import Record
from backend.services import board, cases, holds
from bot.contract.errors import Refused
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Ask, Clock, Option, Text, t
from bot.contract.understanding import Value, When
from flows.lost_card.blocking import NAME, new_card, release, undone
from flows.questions import desk, openings, vacant
from flows.questions.when import check_ahead

COUNTER = "cards"
SLOT_MINUTES = 30


def _times(turn: Turn) -> list[datetime]:
    office = board.one(turn.db, turn.conversation.community.id, "office", COUNTER)
    return openings.free(turn, "cards", office, minutes=SLOT_MINUTES, capacity=1) if office else []


def ask_when(turn: Turn) -> Ask:
    question = t(
        "Shall I make an appointment at the front desk for a new card? Bring your ID card.",
        spoken="When do you come for a new card, with your ID?",
    )
    return Ask(question, openings.options(openings.near(turn.values.get("when"), _times(turn))))


def vacancies(turn: Turn) -> Text:
    """When the front desk can still make a card."""
    times = _times(turn)
    return vacant.told(turn, lambda day: [at for at in times if at.date() == day], openings.AHEAD)


def when_needed(turn: Turn) -> bool:
    return not {"_unknown", "_found", "_undone", "when"} & set(turn.values)


def check_when(turn: Turn, value: Value) -> Value:
    timed = turn.understanding.entity("when") is not None
    if not timed and "gone" in turn.understanding.extra and not turn.message.choice:
        # "Yes, block it" chooses no appointment.
        raise Refused("no time", t("It is blocked already. Which time suits you for the new card? Or say “skip”."))
    if _tells_where(turn):
        raise Refused("where it was lost", t("Noted for the front desk. Which time suits you for the new card?"))
    return check_ahead(turn, openings.read(value))


def _tells_where(turn: Turn) -> bool:
    """Where it may lie, told instead of a time for the new one."""
    top = turn.conversation.top
    asked = top is not None and top.flow == NAME and top.awaiting == "when" and turn.case_no is not None
    return asked and "lost_where" in turn.understanding.extra and not turn.message.choice


def appoint(turn: Turn) -> Outcome:
    """The new card's appointment; a time that is gone is offered another one."""
    if "_found" in turn.values:
        return release(turn)
    if "_undone" in turn.values:
        return undone(turn)
    if "_unknown" in turn.values:
        return Outcome()
    if "when" not in turn.values:
        say = t("All right, no appointment. The front desk makes a new card at any time it is open.")
        return Outcome(say=(say,), done=True, goto="end")
    times = _times(turn)
    at = openings.exact(turn.values["when"], times)
    if "_worn" in turn.values and turn.case_no is None:
        return _anew(turn, at, times)
    number = turn.case_no or ""
    community = turn.conversation.community.id
    found = cases.by_number(turn.db, community, number)
    # Somebody else may take it between the look and the hand.
    if at is None or (found is not None and not holds.take(turn.db, community, "cards", at, 1, 1, found.id)):
        return _another(turn, [one for one in times if one != at])
    if found is not None:
        cases.amend(turn.db, community, number, {"wish": at.isoformat(), **_where(turn, found)}, turn.now)
    return Outcome(say=(_told(at),), set={"when": When(at)}, done=True, goto="end")


def _anew(turn: Turn, at: datetime | None, times: list[datetime]) -> Outcome:
    """The card that no longer works: asked for with the hour at which somebody comes."""
    if at is None:
        return _another(turn, times)
    filed, community = new_card(turn), turn.conversation.community.id
    if not holds.take(turn.db, community, "cards", at, 1, 1, filed.id):
        return _another(turn, [one for one in times if one != at])
    cases.amend(turn.db, community, filed.number, {"wish": at.isoformat()}, turn.now)
    say = (_told(at), desk.number_told(filed.number))
    return Outcome(say=say, case_no=filed.number, set={"when": When(at)}, done=True, goto="end")


def _another(turn: Turn, times: list[datetime]) -> Outcome:
    near = openings.options(openings.near(turn.values["when"], times))
    skip = Option(t("No appointment"), "skip")
    return Outcome(ask=Ask(openings.why_not(turn.values["when"], times), (*near, skip)), awaiting="when")


def amend(turn: Turn) -> Outcome:
    """Another time, of a day the first that is free; where it is refused, the old one is kept."""
    community, number = turn.conversation.community.id, turn.case_no or ""
    found = cases.by_number(turn.db, community, number)
    if found is not None and found.kind != "card":
        # Somebody else's card: whoever rings back reads what is told of it.
        said = str(turn.values.get("where", "")) or turn.message.text.strip()
        told = f"{found.details}; {said}" if said not in found.details else found.details
        wish = turn.values.get("when")
        changes: dict[str, object] = {"details": told, **({"wish": str(wish)} if wish is not None else {})}
        cases.amend(turn.db, community, number, changes, turn.now)
        return Outcome(say=(t("Changed. {number} now says so.", number=number),))
    if found is None or found.state != "blocked":
        raise Refused("no such appointment", t("That booking cannot be changed."))
    where = _where(turn, found)
    if "when" not in turn.changed:
        cases.amend(turn.db, community, number, where, turn.now)
        return Outcome(say=(t("Changed. {number} now says so.", number=number),))
    holds.release(turn.db, found.id)
    wish, times = turn.values["when"], _times(turn)
    at = openings.exact(wish, times) or _first_of_day(wish, openings.near(wish, times))
    if at is None or not holds.take(turn.db, community, "cards", at, 1, 1, found.id):
        raise openings.not_free(wish, times)
    cases.amend(turn.db, community, number, {**where, "wish": at.isoformat()}, turn.now)
    return Outcome(say=(_told(at),), set={"when": When(at)})


def _where(turn: Turn, found: Record) -> dict[str, object]:
    """Where it may lie, for the desk."""
    return {"slots": {**found.slots, "where": str(turn.values["where"])}} if "where" in turn.values else {}


def _first_of_day(wish: Value, near: list[datetime]) -> datetime | None:
    """A day without an hour: its first free time."""
    day = wish.start if isinstance(wish, When) and not isinstance(wish.start, datetime) else None
    return near[0] if near and near[0].date() == day else None


def _told(at: datetime) -> Text:
    return t("Your appointment for the new card: {when}, at the front desk. Bring your ID card.", when=Clock(at))
