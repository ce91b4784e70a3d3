"""Words that clerks read of cases: states, kinds, columns; residents read others (`services/states.py`)."""

from __future__ import annotations

from collections.abc import Mapping

from backend.db import Record
from backend.services.case_lines import AFFAIRS, FAULTS
from backend.services.case_lines import KINDS as OF_KIND
from bot.contract.text import Text, t

# A state as clerks call it; residents read other words (`services/states.py`).
STATES: Mapping[str, Text] = {
    "received": t("New", context="state"),
    "assigned": t("Assigned", context="state"),
    "on_site": t("On site", context="state"),
    "no_access": t("No access", context="state"),
    "waiting_parts": t("Waiting for parts", context="state"),
    "quoted": t("Quoted", context="state"),
    "accepted": t("Quote accepted", context="state"),
    "declined": t("Quote declined", context="state"),
    "other_company": t("Other company", context="state"),
    "fixed": t("Fixed", context="state"),
    "closed": t("Closed", context="state"),
    "reopened": t("Reopened", context="state"),
    "refused": t("Refused", context="state"),
    "withdrawn": t("Withdrawn", context="state"),
    "reviewing": t("Under review", context="state"),
    "papers_missing": t("Papers missing", context="state"),
    "approved": t("Approved", context="state"),
    "ready": t("Ready to collect", context="state"),
    "booked": t("Booked", context="state"),
    "blocked": t("Card blocked", context="state"),
    "answered": t("Answered", context="state"),
    "merged": t("Merged", context="state"),
}
KINDS: Mapping[str, Text] = {
    "repair": t("Repair", context="kind"),
    "complaint": t("Complaint", context="kind"),
    "affair": t("Affair", context="kind"),
    "request": t("Request", context="kind"),
    "callback": t("Call back", context="kind"),
    "dispute": t("Bill question", context="kind"),
    "booking": t("Booking", context="kind"),
    "card": t("Lost card", context="kind"),
}
NAMES: Mapping[str, Text] = {
    "new": t("New", context="column"),
    "working": t("In work", context="column"),
    "waiting": t("Waiting for others", context="column"),
    "done": t("Done, to be closed", context="column"),
    "closed": t("Closed", context="column"),
}
DEADLINES: Mapping[str, Text] = {
    "late": t("Late", context="deadline"),
    "today": t("Due today", context="deadline"),
    "week": t("Due within 7 days", context="deadline"),
    "paused": t("Clock stands still", context="deadline"),
    "none": t("No deadline", context="deadline"),
}
LINKS: Mapping[str, Text] = {
    "good": t("not opened yet", context="link"),
    "opened": t("opened", context="link"),
    "done": t("done", context="link"),
    "revoked": t("ended", context="link"),
    "expired": t("expired", context="link"),
}
QUOTES: Mapping[str, Text] = {
    "open": t("waits for the resident", context="quote"),
    "accepted": t("accepted", context="quote"),
    "declined": t("declined", context="quote"),
    "replaced": t("replaced", context="quote"),
}


def titled(row: Record) -> Text:
    """What it is about in two words."""
    of_kind = {"repair": FAULTS, "affair": AFFAIRS}.get(row.kind, {})
    return of_kind.get(row.category or "") or KINDS.get(row.kind) or OF_KIND.get(row.kind) or t("A case")
