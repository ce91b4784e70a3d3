"""Somebody comes to visit: a pass with a window, a code for ears and a QR for eyes, and what becomes of it."""

from __future__ import annotations

from bot.contract.flow import Do, Fill, Flow, ReadBack, Slot, SlotKind
from bot.contract.text import t
from flows.register_visitor.absorb import absorb
from flows.register_visitor.asks import (
    NO_PLATE,
    answer,
    ask_name,
    ask_pass,
    ask_people,
    ask_phone,
    ask_plate,
    ask_recurring,
    ask_remarks,
    ask_when,
    plate_needed,
    summary,
    when_needed,
)
from flows.register_visitor.checks import (
    check_name,
    check_people,
    check_plate,
    check_recurring,
    check_remarks,
    check_when,
    fuller,
    like_a_name,
    like_a_plate,
)
from flows.register_visitor.issuing import NAME, amend, issue, withdraw
from flows.register_visitor.managing import manage

FLOW = Flow(
    name=NAME,
    version=1,
    title=t("Register a visitor", spoken="a visitor"),
    intents=(NAME,),
    slots=(
        Slot("visitor_name", SlotKind.TEXT, t("Visitor"), ask_name, check_name, fits=like_a_name, fuller=fuller),
        Slot("when", SlotKind.WHEN, t("Arrives"), ask_when, check_when, needed=when_needed),
        Slot(
            "plate",
            SlotKind.TEXT,
            t("Number plate"),
            ask_plate,
            check_plate,
            required=False,
            needed=plate_needed,
            fits=like_a_plate,
            example=NO_PLATE,
        ),
        Slot("people", SlotKind.NUMBER, t("People"), ask_people, check_people, required=False),
        Slot("recurring", SlotKind.TEXT, t("Repeats"), ask_recurring, check_recurring, required=False),
        Slot("phone", SlotKind.PHONE, t("Phone"), ask_phone, required=False),
        Slot("remarks", SlotKind.TEXT, t("Notes"), ask_remarks, check_remarks, required=False),
        Slot("pass_no", SlotKind.CODE, t("Pass"), ask_pass, required=False, private=True, entity="case_no"),
    ),
    steps=(
        Do("manage", manage),
        Fill("who", ("visitor_name", "when", "plate")),
        ReadBack("read_back", summary, t("Shall I make the pass?")),
        Do("issue", issue),
    ),
    absorb=absorb,
    answer=answer,
    amend=amend,
    withdraw=withdraw,
    heeds=(
        "drives",
        "on_foot",
        "plate_open",
        "joins",
        "stay",
        "until",
        "car_less",
        "leaves",
        "other_plate",
        "nameless",
    ),
    afterwards=("leaves",),
    acts=("list", "extend", "revoke", "change"),
    rank=4,
)
