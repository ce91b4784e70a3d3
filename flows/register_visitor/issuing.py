"""How a visit becomes a pass, how a pass is told, and what a correction or a withdrawal does to it."""

from __future__ import annotations

from datetime import datetime

from backend.db import Record
from backend.services import pass_windows, pass_words, visitors
from backend.services.pass_windows import Window
from backend.services.visitors import Asker, NewPass
from bot.contract.flow import Outcome, Turn
from bot.contract.stored import dump_all
from bot.contract.text import Picture, Sayable, Text, t
from bot.contract.understanding import When
from flows.register_visitor import staying

NAME = "register_visitor"
STRANGER = t(
    "I can make passes only for a home that I know you by. Say “a person” and the desk will let your visitor in."
)


def asker(turn: Turn) -> Asker:
    conversation = turn.conversation
    resident = conversation.resident
    return Asker(
        conversation.community.id, conversation.id, resident.id if resident is not None and resident.verified else None
    )


def window_of(turn: Turn) -> Window:
    """The window that the slots ask for; raises `Refused` when it cannot be."""
    values = turn.values
    when = values.get("when")
    if "recurring" in values:
        start = turn.now.date()
        if isinstance(when, When):
            start = max(start, when.start.date() if isinstance(when.start, datetime) else when.start)
        return pass_windows.recurring(pass_windows.rule_of(str(values["recurring"])), start, turn.now)
    if not isinstance(when, When):
        raise LookupError("a pass without a time")
    window = pass_windows.till(pass_windows.once(when, turn.now), str(values.get(staying.TILL, "")), turn.now)
    days = values.get("_days")
    until = staying.last_day(values.get(staying.UNTIL))
    if until is not None:
        days = (until - window.opens.astimezone(turn.now.tzinfo).date()).days
    return pass_windows.stretched(window, days, turn.now) if isinstance(days, int) else window


def issue(turn: Turn) -> Outcome:
    if turn.case_no is not None:
        return Outcome(done=True)
    conversation = turn.conversation
    resident = conversation.resident
    if resident is None or resident.home is None:
        return Outcome(say=(STRANGER,), done=True)
    window = window_of(turn)
    new = NewPass(
        community=conversation.community.id,
        household=resident.home.id,
        resident=resident.id,
        conversation=conversation.id,
        window=window,
        visitor_name=str(turn.values["visitor_name"]),
        people=int(str(turn.values.get("people", 1))),
        plates=plates_of(turn),
        cars=int(str(turn.values.get("_cars", 0))),
        purpose=str(turn.values["remarks"]) if "remarks" in turn.values else None,
        wish=str(turn.values["when"]) if "when" in turn.values else None,
        last_day=window.closes.date() if window.recurring else None,
        slots=slots_of(turn),
    )
    row = visitors.issue(turn.db, new, turn.now, turn.real)
    hint = t(
        "You can send it on. Say “extend” or “revoke” whenever plans change.",
        spoken="Tell your visitor the code. Say “extend” or “revoke” whenever plans change.",
    )
    return Outcome(say=(*told(turn, row), hint), case_no=row.number, done=True)


def plates_of(turn: Turn) -> tuple[str, ...]:
    return tuple(str(turn.values["plate"]).split(", ")) if "plate" in turn.values else ()


def slots_of(turn: Turn) -> dict[str, object]:
    named = {name: value for name, value in turn.values.items() if not name.startswith("_") and name != "pass_no"}
    # Who it is to the speaker: "my cousin cannot come", of somebody who was named.
    kin = turn.values.get("_relation")
    return dict(dump_all(named)) | ({"relation": str(kin)} if kin and kin != named.get("visitor_name") else {})


def told(turn: Turn, row: Record) -> tuple[Sayable, ...]:
    """The code, read twice for ears; the window; the QR for eyes."""
    code = t(
        "The pass for {name} is ready. Code: {code}",
        spoken="The pass for {name} is ready. The code is {digits}. Once more: {digits}.",
        name=pass_words.name_of(row.visitor_name),
        code=pass_words.grouped(row.code),
        digits=pass_words.digits(row.code),
    )
    return (code, holds(turn, row), picture(row))


def holds(turn: Turn, row: Record) -> Text:
    return t("The gate opens {window}.", window=pass_words.window(visitors.window_of(row), turn.now.tzinfo))


def picture(row: Record) -> Picture:
    return Picture(f"/pass/{row.id}.svg", t("QR code for the gate"))


def amend(turn: Turn) -> Outcome:
    """A confirmed change of a pass: a new QR, the same code."""
    community = turn.conversation.community.id
    number = turn.case_no or ""
    found = visitors.by_number(turn.db, community, number)
    if found is None:
        raise LookupError(f"no pass {number}")
    changes: dict[str, object] = {}
    if "visitor_name" in turn.values:
        changes["visitor_name"] = str(turn.values["visitor_name"])
    if "people" in turn.values:
        changes["people"] = int(str(turn.values["people"]))
    if "plate" in turn.values:
        plates = plates_of(turn)
        changes |= {"plates": list(plates), "cars": max(len(plates), int(str(turn.values.get("_cars", 0))))}
    if "remarks" in turn.values:
        changes["purpose"] = str(turn.values["remarks"])
    when = turn.values.get("when")
    leaves = isinstance(when, When) and when.end is not None and "when" in turn.changed
    other_time = "when" in turn.values and (str(when) != found.wish or leaves)
    if other_time or turn.values.get("recurring") != found.slots.get("recurring"):
        window = _amended_window(turn, visitors.window_of(found))
        changes |= visitors.window_columns(window)
        changes |= {"last_day": window.closes.date() if window.recurring else None}
        changes |= {"wish": str(turn.values["when"])} if "when" in turn.values else {}
    changes["slots"] = {**found.slots, **slots_of(turn)}
    row = visitors.change(turn.db, found, changes, turn.now, turn.real)
    same = t(
        "Changed. The code stays the same: {code}. Please send the new QR on.",
        spoken="Changed. The code stays the same: {digits}.",
        code=pass_words.grouped(row.code),
        digits=pass_words.digits(row.code),
    )
    return Outcome(say=(same, holds(turn, row), picture(row)))


def _amended_window(turn: Turn, before: Window) -> Window:
    when = turn.values.get("when")
    if turn.values.get("_act") == "extend" and isinstance(when, When):
        return pass_windows.extended(before, when, turn.now)
    return window_of(turn)


def withdraw(turn: Turn) -> Outcome:
    row = visitors.revoke(turn.db, turn.conversation.community.id, turn.case_no or "", turn.now, turn.real)
    say = t("Revoked. The code and the QR for {name} open no gate any more.", name=pass_words.name_of(row.visitor_name))
    return Outcome(say=(say,))
