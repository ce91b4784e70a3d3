"""A booking or a request to the desk: filed, changed and taken back, each under its own number."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from backend.db import Record
from backend.services import cases, housekeeping, places, targets
from backend.services.cases import NewCase
from backend.services.housekeeping import SERVICES, Lost, NewBooking
from bot.contract.errors import Refused
from bot.contract.flow import Outcome, Turn
from bot.contract.onfile import OnFile
from bot.contract.stored import dump_all, load_all
from bot.contract.text import Clock, Money, Text, t
from bot.contract.understanding import Place, Value, When
from flows.book_housekeeping.finding import left_out
from flows.book_housekeeping.plan import Plan, is_matched, planned

SERIES = "B-"


def file(turn: Turn) -> Outcome:
    """Book exactly what was read back; if somebody was quicker, look again and read back again."""
    plan = planned(turn, turn.values)
    if plan is None or plan.offer.provider != turn.values.get("_provider"):
        return Outcome(set={"_lost": "yes"}, goto="find")
    try:
        booked = housekeeping.take(turn.db, _new(turn, plan), turn.now)
    except Lost:
        return Outcome(set={"_lost": "yes"}, goto="find")
    done = t(
        "Booked. Your number is {number}.",
        spoken="Booked. The last four digits of your number are {digits}.",
        number=booked.number,
        digits=" ".join(booked.number[-4:]),
    )
    name = housekeeping.called(plan.offer.names, turn.conversation.language)
    then = t(
        "{name} will be there: {when}. To move or cancel it, just tell me; that is free until {until}.",
        spoken="{name} will be there: {when}. You can move or cancel it free of charge until {until}.",
        name=name,
        when=Clock(plan.start),
        until=Clock(booked.cancel_until.astimezone(turn.now.tzinfo)),
    )
    return Outcome(say=(done, then), case_no=booked.number, done=True)


def _new(turn: Turn, plan: Plan) -> NewBooking:
    values, conversation = turn.values, turn.conversation
    resident = conversation.resident
    wish = values.get("when")
    return NewBooking(
        community=conversation.community.id,
        service=str(values["service"]),
        offer=plan.offer,
        start=plan.start,
        quantity=plan.quantity,
        location=str(values["location"]),
        household=_household(turn),
        resident=resident.id if resident else None,
        conversation=conversation.id,
        wish=wish.iso if isinstance(wish, When) else None,
        notes=str(values["notes"]) if "notes" in values else None,
        contact=_contact(turn),
        slots=_slots(turn),
    )


def _slots(turn: Turn) -> dict[str, object]:
    return dict(dump_all({name: value for name, value in turn.values.items() if not name.startswith("_")}))


def _contact(turn: Turn) -> str | None:
    if "contact" in turn.values:
        return str(turn.values["contact"])
    return turn.conversation.resident.phone if turn.conversation.resident else None


def _household(turn: Turn) -> int | None:
    place = turn.values.get("location")
    if not isinstance(place, Place):
        return None
    row = places.check(turn.db, turn.conversation.community, place)
    return row.id if row is not None else None


def pass_on(turn: Turn) -> Outcome:
    """Nanny, elder care, and what nobody offers: the desk looks for somebody (practice 34)."""
    conversation = turn.conversation
    due = targets.due(turn.db, conversation.community, "request", turn.now)
    filed = cases.file(
        turn.db,
        NewCase(
            community=conversation.community.id,
            kind="request",
            location=str(turn.values["location"]),
            household=_household(turn),
            resident=conversation.resident.id if conversation.resident else None,
            conversation=conversation.id,
            contact=_contact(turn),
            due_at=due,
            **_told(turn),
        ),
        turn.now,
    )
    say = t(
        "Passed on. Your number is {number}. The desk looks for somebody who suits you and calls you; our target is "
        "{by}. Nothing is agreed before you have met the person.",
        spoken="Passed on. The last four digits of your number are {digits}. The desk looks for somebody who suits you "
        "and calls you; our target is {by}. Nothing is agreed before you have met the person.",
        number=filed.number,
        digits=" ".join(filed.number[-4:]),
        by=Clock(due),
    )
    return Outcome(say=(say,), case_no=filed.number, done=True)


def _told(turn: Turn) -> dict[str, Any]:
    """What staff read about the person who is looked for."""
    values = turn.values
    words = [str(values[name]) for name in ("_words", "notes") if values.get(name)]
    wish = values.get("when")
    return {
        "category": str(values["service"]),
        "details": "; ".join(words) or str(values["service"]),
        "wish": wish.iso if isinstance(wish, When) else None,
        "slots": _slots(turn),
    }


def _booking(turn: Turn) -> Record:
    found = housekeeping.by_number(turn.db, turn.conversation.community.id, turn.case_no or "")
    if found is None:
        raise Refused(f"no booking {turn.case_no}", t("I find no such booking."))
    return found


def _is_booking(turn: Turn) -> bool:
    return (turn.case_no or "").startswith(SERIES)


def amend(turn: Turn) -> Outcome:
    """A confirmed change; the booking keeps its number."""
    number = turn.case_no or ""
    if not _is_booking(turn):
        columns = {**_told(turn), "location": str(turn.values["location"])}
        cases.amend(turn.db, turn.conversation.community.id, number, columns, turn.now)
        return Outcome(say=(t("Changed. {number} now says so.", number=number),))
    if turn.changed == {"notes"}:
        told = {**_slots(turn), "notes": str(turn.values["notes"])}
        housekeeping.note_down(turn.db, _booking(turn), str(turn.values["notes"]), told, turn.now)
        return Outcome(say=(*left_out(turn), t("Noted for {number}.", number=number)), set={"_told_code": "yes"})
    plan = None if is_matched(turn.values) else planned(turn, turn.values)
    if plan is None:
        raise Refused("not free", t("That time is not free any more. Please tell me another one."))
    try:
        booked = housekeeping.rebook(turn.db, _booking(turn), _new(turn, plan), turn.now)
    except Lost as lost:
        raise Refused("taken", t("That time is not free any more. Please tell me another one.")) from lost
    say = t(
        "Changed: {number} is now {when} with {name}, free to cancel until {until}.",
        number=number,
        when=Clock(plan.start),
        name=housekeeping.called(plan.offer.names, turn.conversation.language),
        until=Clock(booked.cancel_until.astimezone(turn.now.tzinfo)),
    )
    return Outcome(
        say=(*left_out(turn), say),
        set={"_told_code": "yes", "_at": plan.start.isoformat(), "_provider": plan.offer.provider},
    )


def leaving(turn: Turn) -> Text | None:
    """What cancelling would cost, told before it is asked."""
    if not _is_booking(turn):
        return None
    found = _booking(turn)
    what = SERVICES[found.service]
    start = Clock(found.starts_at.astimezone(turn.now.tzinfo))
    if found.state == "booked" and turn.now > found.cancel_until:
        fee = Money(Decimal(found.cancel_fee) / 100)
        return t("{what}, {when}. It begins soon, so cancelling now costs {fee}.", what=what, when=start, fee=fee)
    return t("{what}, {when}. Cancelling is free.", what=what, when=start)


def withdraw(turn: Turn) -> Outcome:
    number = turn.case_no or ""
    if not _is_booking(turn):
        cases.withdraw(turn.db, turn.conversation.community.id, number, turn.now, turn.real)
        return Outcome(say=(t("{number} is withdrawn.", number=number),))
    owed = housekeeping.cancel(turn.db, _booking(turn), turn.now)
    if owed:
        return Outcome(say=(t("{number} is cancelled. The fee is {fee}.", number=number, fee=Money(owed)),))
    return Outcome(say=(t("{number} is cancelled, free of charge. Nobody will come.", number=number),))


def on_file(turn: Turn) -> tuple[OnFile, ...]:
    """The speaker's bookings that lie ahead; named: by number, by service, by day, or as "my booking"."""
    conversation = turn.conversation
    resident = conversation.resident
    verified = resident.id if resident is not None and resident.verified else None
    rows = housekeeping.upcoming(turn.db, conversation.community.id, conversation.id, verified, turn.now)
    wanted = [row for row in rows if _meant(turn, row)]
    return tuple(
        OnFile(
            row.number,
            t("{service}, {start}", service=SERVICES[row.service], start=Clock(_local(turn, row))),
            frame(turn, row),
            _speaks_of_bookings(turn, rows) and (row in wanted or not wanted),
            row.starts_at <= turn.now,
        )
        for row in rows
    )


def _local(turn: Turn, row: Record) -> datetime:
    return row.starts_at.astimezone(turn.now.tzinfo)  # type: ignore[no-any-return]  # a column of type Instant


def _speaks_of_bookings(turn: Turn, rows: list[Record]) -> bool:
    number = turn.understanding.entity("case_no")
    if number is not None:
        return any(row.number == number.value for row in rows)
    if "booked" in turn.understanding.extra or turn.understanding.entity("service") is not None:
        return True
    # "Cancel the one on Wednesday", right after a booking was spoken of.
    recent, when = turn.conversation.recent, turn.understanding.entity("when")
    return recent is not None and recent.flow == "book_housekeeping" and when is not None and len(rows) > 1


def _meant(turn: Turn, row: Record) -> bool:
    """Whether the number, the service and the day that were said are those of this booking."""
    number = turn.understanding.entity("case_no")
    if number is not None:
        return bool(row.number == number.value)
    service = turn.understanding.entity("service")
    if service is not None and service.value != row.service:
        return False
    days = [e.value.start for e in turn.understanding.entities if isinstance(e.value, When)]
    if "move" in turn.understanding.extra:
        days = days[:-1]  # the last one is where it shall go
    said = [day.date() if isinstance(day, datetime) else day for day in days]
    return not said or _local(turn, row).date() in said


def frame(turn: Turn, row: Record) -> dict[str, Value]:
    """The slots as the flow's frame held them, so that it can be changed like one that was just made."""
    own: dict[str, Value] = {"_at": _local(turn, row).isoformat(), "_provider": int(row.provider_id)}
    if row.unit in ("piece", "m2"):
        own["_unit"] = str(row.unit)
    return {**load_all(row.slots), **own}
