"""The intents that training data, flows, API and metrics all spell alike: the list they are held against."""

from __future__ import annotations

CORE = frozenset(
    {"book_housekeeping", "report_repair", "check_progress", "register_visitor", "pay_fees", "trigger_sos"}
)
FURTHER = frozenset(
    {
        "complain",
        "ask_notice",
        "book_venue",
        "book_clinic",
        "order_meal",
        "ask_policy",
        "parking_help",
        "lost_card",
        "vote",
    }
)
ACTS = frozenset(
    {
        "greet",
        "thank",
        "goodbye",
        "help",
        "affirm",
        "deny",
        "cancel",
        "correct",
        "repeat",
        "slower",
        "skip",
        "go_back",
        "start_over",
        "change_language",
        "ask_human",
    }
)
INTENTS = CORE | FURTHER | ACTS | {"out_of_scope"}
