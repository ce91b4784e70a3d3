"""Somebody to help at home: a free wish is taken as it is, a taken one gets three real free times around it."""

from __future__ import annotations

from bot.contract.flow import Do, Fill, Flow, ReadBack, Slot, SlotKind
from bot.contract.text import t
from flows.book_housekeeping.absorb import absorb
from flows.book_housekeeping.asks import ask_hours, ask_location, ask_notes, ask_quantity, ask_service, ask_when
from flows.book_housekeeping.checks import (
    check_hours,
    check_location,
    check_notes,
    check_quantity,
    check_service,
    check_when,
    hours_needed,
    notes_needed,
    quantity_needed,
    when_needed,
)
from flows.book_housekeeping.facts import answer
from flows.book_housekeeping.filing import amend, file, leaving, on_file, pass_on, withdraw
from flows.book_housekeeping.finding import find, look
from flows.book_housekeeping.missed import ask_remedy, instead, missed, not_instead, put_in
from flows.book_housekeeping.reading import summary
from flows.questions.contact import ask_contact, check_contact, contact_needed

FLOW = Flow(
    name="book_housekeeping",
    version=1,
    title=t("Book housekeeping", spoken="help at home"),
    intents=("book_housekeeping",),
    slots=(
        Slot("service", SlotKind.CHOICE, t("Service"), ask_service, check_service),
        Slot("when", SlotKind.WHEN, t("Time"), ask_when, check_when, needed=when_needed, free=True),
        Slot("hours", SlotKind.NUMBER, t("Hours"), ask_hours, check_hours, needed=hours_needed),
        Slot(
            "quantity",
            SlotKind.NUMBER,
            t("How much"),
            ask_quantity,
            check_quantity,
            needed=quantity_needed,
            cue="pieces",
        ),
        Slot("location", SlotKind.PLACE, t("Place"), ask_location, check_location),
        Slot(
            "notes", SlotKind.TEXT, t("Notes"), ask_notes, check_notes, required=False, needed=notes_needed, gist=True
        ),
        Slot("remedy", SlotKind.CHOICE, t("Instead"), ask_remedy, required=False, private=True),
        Slot("contact", SlotKind.PHONE, t("Phone"), ask_contact, check_contact, needed=contact_needed, entity="phone"),
    ),
    steps=(
        Do("missed", missed),
        Fill("what", ("service",)),
        Fill("when", ("when",)),
        Do("look", look),
        Fill("more", ("hours", "quantity", "location", "notes", "contact")),
        Do("find", find),
        ReadBack("read_back", summary, t("Shall I book it?")),
        Do("file", file),
        ReadBack("wish", summary, t("Shall I pass it to the desk?")),
        Do("pass_on", pass_on),
        ReadBack("instead", instead, t("Shall this person come?"), declined=not_instead),
        Do("put_in", put_in),
    ),
    absorb=absorb,
    answer=answer,
    amend=amend,
    withdraw=withdraw,
    leaving=leaving,
    on_file=on_file,
    acts=("missing",),
    cues=("same_helper",),
    rank=5,
)
