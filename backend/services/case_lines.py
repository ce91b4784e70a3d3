"""Cases as lines of "how is it going": what is written down, what follows from it and by when, nothing else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from backend.db import Record
from backend.services import cards, cases, faults, settled
from backend.services.handover import queue
from backend.services.progress import Line, Whose, shortened
from backend.services.states import OPEN, WORDS
from bot.contract.errors import Refused
from bot.contract.stored import load
from bot.contract.text import Clock, Param, Text, t
from bot.contract.understanding import When

SHOWN = 50
DETAILS = 120
# What it is where nothing was told in words: chosen on keys, or filed by the desk.
KINDS: dict[str, Text] = {
    "repair": t("A repair"),
    "complaint": t("A complaint"),
    "request": t("A request to the desk"),
    "callback": t("A person from the desk gets in touch"),
    "dispute": t("A question about a bill"),
    "booking": t("A booking"),
    "card": t("A lost card"),
}
FAULTS: dict[str, Text] = {
    "water": t("Water or drains"),
    "electric": t("Electricity"),
    "gas": t("Gas"),
    "lift": t("Lift"),
    "door": t("Doors and locks"),
    "network": t("Internet or TV"),
    "public_area": t("Public area"),
}
AFFAIRS: dict[str, Text] = {
    "residence_permit": t("Residence permit"),
    "elderly_card": t("Elderly card"),
    "subsidy": t("Old-age allowance"),
    "proof_of_address": t("Proof of residence"),
    "pets": t("Registration of a pet"),
    "paper": t("A paper from the counter"),
}
PAPERS: dict[str, Text] = {
    "lease": t("the lease contract with the owner's signature"),
    "photo": t("a passport photo with white background"),
    "bank_card": t("a copy of the bank card that the money shall go to"),
}
_TARGET = t("Our target is {by}.")
_LATE = t("Our target was {by}. That has passed, and I am sorry; say “a person” if you want to speak about it.")
_ANSWER = t("Our target for an answer is {by}.")

# Nobody is sent out for these.
_DESKS = frozenset({"complaint", "request", "callback", "dispute", "affair"})
_AT_DESK: dict[str, Text] = {
    "received": t("received, waiting for the desk"),
    "assigned": t("a colleague has it"),
}

# What comes after a state, where that is certain: by kind and state, else by state.
NEXT: dict[str, Text] = {
    "affair:received": t("Next the desk checks your papers; its target is {by}."),
    "affair:reviewing": t("Next the office decides; its date is {by}. The decision is theirs alone."),
    "affair:papers_missing": t("Please bring {paper} to the desk by {by}; until then it rests."),
    "affair:approved": t("Next it is made; it should be ready to collect by {by}."),
    "affair:ready": t("Collect it at the desk with your ID card; it is kept for you until {by}."),
    "complaint:received": t("Next you get an answer, by {by}, and one in writing within 7 days of your complaint."),
    "request:received": _ANSWER,
    "callback:received": _ANSWER,
    "booking:booked": t("It is yours from {by}. If you cannot come, say so and it goes to somebody else."),
    "card:blocked": t("It opens nothing until you find it or get a new one. Say “I found it” to use it again."),
    "repair:received": t("Next it is given to a worker. Our target is {by}."),
    "repair:assigned": t("Next the worker comes to you. Our target is {by}."),
    "repair:reopened": t("Next it is given to a worker again, before new ones. Our target is {by}."),
    "no_access": t("Nothing goes on until you tell us a time that suits you."),
    "quoted": t("Nothing is done before you agree."),
    "waiting_parts": t("It stays open until it is fixed; the day of the delivery is not known to me."),
}


def lines(connection: Connection, whose: Whose, now: datetime) -> list[Line]:
    """The speaker's cases, newest first."""
    found = cases.of_conversation(connection, whose.conversation, whose.resident, SHOWN)
    return [_line(case, now, _is_own(case, whose)) for case in found if case.community_id == whose.community]


def _is_own(found: Record, whose: Whose) -> bool:
    """A fault that a neighbour reported first is told without their words."""
    return found.conversation_id == whose.conversation or (
        whose.resident is not None and found.resident_id == whose.resident
    )


def take_back(connection: Connection, whose: Whose, number: str, now: datetime, real: datetime) -> None:
    """Withdraw one of the speaker's cases; raises `Refused` when it is too late."""
    found = cases.by_number(connection, whose.community, number)
    if found is None:
        raise Refused(f"no case {number}", t("That case cannot be withdrawn."))
    if found.kind == "card":
        cards.release(connection, found, now, real)
        return
    if faults.leave(connection, number, whose.community, whose.conversation, now):
        return
    cases.withdraw(connection, whose.community, number, now, real)
    if found.kind == "callback":
        queue.drop(connection, found.id, real)


def _line(found: Record, now: datetime, own: bool) -> Line:
    open_ = found.state in OPEN
    topic = found.category or "" if found.kind != "repair" else ""
    visit = _visit(found) if open_ and own else None
    return Line(
        number=found.number,
        what=_what(found, own),
        state=_AT_DESK.get(found.state, WORDS[found.state]) if found.kind in _DESKS else WORDS[found.state],
        next=(_asked_for(visit, found, now) or _next(found, now)) if open_ else None,
        open=open_,
        at=found.created_at,
        topic=topic,
        kind=found.kind,
        fixed=found.kind in settled.KINDS and found.state in (*settled.ASKED_OF, "closed"),
        visit=visit,
    )


def _visit(found: Record) -> When | None:
    """When somebody shall come, as it was wished; of a repair alone."""
    told = load(found.slots["when"]) if found.kind == "repair" and "when" in found.slots else None
    return told if isinstance(told, When) else None


def _asked_for(visit: When | None, found: Record, now: datetime) -> Text | None:
    """A day that still comes is what they wait for, and no target before it was missed."""
    if visit is None or found.state not in ("received", "reopened"):
        return None
    ahead = visit.start > now if isinstance(visit.start, datetime) else visit.start > now.date()
    return t("You asked for {when}; the desk will confirm it.", when=visit) if ahead else None


def _what(found: Record, own: bool) -> str | Text:
    """In the resident's words; a doubted bill in ours, since its details are written for the desk."""
    category = found.category or ""
    titled = {"affair": AFFAIRS, "repair": FAULTS}.get(found.kind, {}).get(category)
    titled = titled or (AFFAIRS["paper"] if found.kind == "affair" else None)
    theirs = own and found.kind not in ("affair", "dispute", "callback")
    words = shortened(str(found.details).strip(), DETAILS) if theirs else ""
    return words or titled or KINDS.get(found.kind) or t("A case")


def _next(found: Record, now: datetime) -> Text | None:
    text = NEXT.get(f"{found.kind}:{found.state}") or NEXT.get(found.state) or (_TARGET if found.due_at else None)
    if text is None or "{by}" not in text.msgid:
        return text
    if found.due_at is None:
        return None
    due = found.due_at.astimezone(now.tzinfo)
    if due < now:
        return None if found.kind == "booking" else Text(_LATE.msgid, {"by": Clock(due)})
    params: dict[str, Param] = {"by": Clock(due)}
    if "{paper}" in text.msgid:
        params["paper"] = PAPERS.get(str(load(found.slots.get("missing", ""))), t("the paper that the desk named"))
    return Text(text.msgid, params)
