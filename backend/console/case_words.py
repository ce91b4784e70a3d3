"""Words that clerks read of the work on cases: deadlines, links, quotations, and what a case is in two words."""

from __future__ import annotations

from collections.abc import Mapping

from backend.console.words import CASES
from backend.db import Record
from backend.services import handed
from backend.services.case_lines import AFFAIRS, FAULTS
from backend.services.case_lines import KINDS as OF_KIND
from bot.contract.text import Text, t

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
# Where a case stands with the city that it was handed to.
HANDED: Mapping[str, Text] = {
    handed.DUE: t("Goes there next", context="handed on"),
    handed.SENDING: t("Is being sent", context="handed on"),
    handed.UNSURE: t("It may have arrived, or not", context="handed on"),
    handed.ASKED: t("Sent; their number is not known yet", context="handed on"),
    handed.THERE: t("They have it", context="handed on"),
    handed.ENDED: t("They are done with it", context="handed on"),
    handed.REFUSED: t("They do not take it", context="handed on"),
}


def titled(row: Record) -> Text:
    """What it is about in two words."""
    of_kind = {"repair": FAULTS, "affair": AFFAIRS}.get(row.kind, {})
    return of_kind.get(row.category or "") or CASES.get(row.kind) or OF_KIND.get(row.kind) or t("A case")
