"""What the desk arranges beside the flows with a file of their own: one form for all, each service is data."""

from __future__ import annotations

from bot.contract.flow import Do, Fill, Flow, ReadBack, Slot, SlotKind
from bot.contract.text import t
from flows.questions import desk
from flows.questions.contact import ask_contact, check_contact, contact_needed
from flows.request_service.asks import ask_details, ask_location, ask_reading, ask_service, ask_when, summary
from flows.request_service.facts import answer
from flows.request_service.filing import amend, file
from flows.request_service.form import (
    NAME,
    absorb,
    check_location,
    check_service,
    check_when,
    details_needed,
    fetched,
    not_here,
    reading_needed,
    tell,
    when_needed,
)

FLOW = Flow(
    name=NAME,
    version=1,
    title=t("A service of the desk", spoken="a service of the desk"),
    intents=(),
    slots=(
        Slot("service", SlotKind.CHOICE, t("Service"), ask_service, check_service, cue="service_wish"),
        Slot("reading", SlotKind.CODE, t("Reading"), ask_reading, needed=reading_needed),
        Slot("details", SlotKind.TEXT, t("Your words"), ask_details, required=False, gist=True, needed=details_needed),
        Slot("when", SlotKind.WHEN, t("When"), ask_when, check_when, required=False, needed=when_needed),
        Slot("location", SlotKind.PLACE, t("Place"), ask_location, check_location),
        Slot("contact", SlotKind.PHONE, t("Phone"), ask_contact, check_contact, needed=contact_needed, entity="phone"),
    ),
    steps=(
        Fill("what", ("service",)),
        Do("tell", tell),
        Fill("more", ("reading", "details", "when", "location", "contact")),
        ReadBack("read_back", summary, t("Shall I pass it to the desk?")),
        Do("file", file),
        Do("end", desk.end),
    ),
    absorb=absorb,
    answer=answer,
    amend=amend,
    withdraw=desk.withdraw,
    more=desk.more,
    cues=("service_wish",),
    story=True,
    takes_over={"book_clinic": not_here, "order_meal": fetched, "register_visitor": fetched},
)
