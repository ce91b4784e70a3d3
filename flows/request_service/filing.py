"""A wish for a service becomes a request to the desk, under a number; it can be changed and taken back."""

from __future__ import annotations

from backend.services import cases, targets
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Clock, t
from bot.contract.understanding import Place, When
from flows.questions import desk
from flows.request_service.form import titled


def _told(turn: Turn) -> dict[str, object]:
    """What staff read of it."""
    values = turn.values
    parts = [
        *(desk.said(turn, one) for one in titled(turn)),
        str(values.get("reading", "")),
        str(values.get("details", "")),
    ]
    wish, place = values.get("when"), values.get("location")
    return {
        "details": "; ".join(part for part in parts if part),
        "wish": wish.iso if isinstance(wish, When) else None,
        "location": str(place) if isinstance(place, Place) else "",
    }


def file(turn: Turn) -> Outcome:
    told = _told(turn)
    due = targets.due(turn.db, turn.conversation.community, "request", turn.now)
    contact = str(turn.values["contact"]) if "contact" in turn.values else None
    wish = told["wish"]
    new = desk.case_of(
        turn,
        "request",
        str(turn.values["service"]),
        str(told["details"]),
        location=str(told["location"]),
        due=due,
        contact=contact,
        wish=str(wish) if wish is not None else None,
    )
    filed = desk.file(turn, new)
    say = t(
        "Passed on. {told} The desk gets in touch by {by}; before that nothing is fixed.",
        told=desk.number_told(filed.number),
        by=Clock(due),
    )
    return Outcome(say=(say,), case_no=filed.number, done=True)


def amend(turn: Turn) -> Outcome:
    number = turn.case_no or ""
    cases.amend(turn.db, turn.conversation.community.id, number, {**_told(turn), "slots": desk.kept(turn)}, turn.now)
    return Outcome(say=(t("Changed. {number} now says so.", number=number),))
