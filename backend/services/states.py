"""The states that a case may pass through, by kind, and what residents are told of each."""

from __future__ import annotations

from bot.contract.text import Text, t

# From each state to those that may follow; practice 30 names the ones a repair meets on its way.
TRANSITIONS: dict[str, frozenset[str]] = {
    "received": frozenset(
        {"assigned", "refused", "other_company", "withdrawn", "fixed", "answered", "reviewing", "merged"}
    ),
    "assigned": frozenset(
        {
            *("on_site", "received", "no_access", "other_company", "refused", "withdrawn", "fixed", "answered"),
            *("quoted", "waiting_parts", "merged"),
        }
    ),
    "on_site": frozenset({"waiting_parts", "quoted", "fixed", "no_access", "other_company", "refused"}),
    "no_access": frozenset({"assigned", "on_site", "withdrawn", "closed"}),
    "waiting_parts": frozenset({"on_site", "assigned", "fixed", "withdrawn"}),
    "quoted": frozenset({"accepted", "declined", "withdrawn", "on_site", "assigned"}),
    "accepted": frozenset({"on_site", "assigned", "waiting_parts", "fixed"}),
    "declined": frozenset({"closed", "reopened"}),
    "other_company": frozenset({"closed", "reopened", "fixed"}),
    # Answered is not fixed: a word of the desk may close a matter, or only tell how it goes on.
    "answered": frozenset({"closed", "reopened", "assigned", "fixed", "withdrawn"}),
    "fixed": frozenset({"closed", "reopened"}),
    "closed": frozenset({"reopened"}),
    "refused": frozenset({"reopened"}),
    "reopened": frozenset({"assigned", "on_site", "fixed", "answered", "refused", "withdrawn", "merged"}),
    "withdrawn": frozenset({"reopened"}),
    # The same fault had a case already.
    "merged": frozenset({"reopened"}),
    # An affair goes to an office; what an office decides is not ours to promise.
    "reviewing": frozenset({"papers_missing", "approved", "refused", "withdrawn"}),
    "papers_missing": frozenset({"reviewing", "withdrawn", "closed"}),
    "approved": frozenset({"ready", "closed"}),
    "ready": frozenset({"closed"}),
    # What is reserved, and a card that opens no door until it is released or replaced.
    "booked": frozenset({"withdrawn", "closed"}),
    "blocked": frozenset({"withdrawn", "closed"}),
}
STATES = frozenset(TRANSITIONS)
OPEN = STATES - {"closed", "refused", "withdrawn", "declined", "merged"}
NEEDS_REASON = frozenset({"refused", "other_company", "no_access", "answered"})
_ONLY = {
    "reviewing": {"affair"},
    "papers_missing": {"affair"},
    "approved": {"affair"},
    "ready": {"affair"},
    "booked": {"booking"},
    "blocked": {"card"},
    "merged": {"repair", "complaint"},
}


def follows(kind: str, before: str, after: str) -> bool:
    """Whether a case of this kind may go from one state to the other."""
    return after in TRANSITIONS[before] and kind in _ONLY.get(after, {kind})


NEWS: dict[str, Text] = {
    "received": t("Your case {number} is back in the queue and will be assigned again."),
    "assigned": t("Your case {number} has been given to a worker, who will come to you."),
    "on_site": t("The worker for your case {number} has arrived."),
    "no_access": t("For your case {number} nobody could get in: {reason}. Tell me a time that suits you."),
    "waiting_parts": t("Your case {number} is waiting for parts. It stays open until it is fixed."),
    "quoted": t("There is a quotation for your case {number}. Nothing is done before you agree."),
    "accepted": t("You agreed to the quotation for {number}. The work goes on."),
    "declined": t("You declined the quotation for {number}. No work will be done."),
    "other_company": t("Your case {number} belongs to another company: {reason}"),
    "answered": t("An answer to {number}: {reason} Does that settle it? If not, just say so."),
    "fixed": t("Your case {number} is reported as fixed. Is it? Say yes or no; if not, the same case is opened again."),
    "closed": t("Your case {number} is closed."),
    "reopened": t("Your case {number} is open again."),
    "refused": t("Your case {number} could not be accepted: {reason}"),
    "withdrawn": t("Your case {number} was withdrawn."),
    "merged": t("Your report {number} has joined an earlier one of the same fault."),
    "reviewing": t("Your papers for {number} are with the office that decides."),
    "papers_missing": t("For {number} a paper is still missing. Ask me which, or ask the desk."),
    "approved": t("{number} has been approved. I tell you when it can be collected."),
    "ready": t("{number} is ready for you at the desk."),
    "booked": t("{number} is booked."),
    "blocked": t("The card of {number} is blocked."),
}

# A state as it stands in a list or on a card.
WORDS: dict[str, Text] = {
    "received": t("received, waiting to be assigned"),
    "assigned": t("given to a worker"),
    "on_site": t("a worker is there"),
    "no_access": t("nobody could get in; please tell us a time"),
    "waiting_parts": t("waiting for parts"),
    "quoted": t("a quotation waits for your yes or no"),
    "accepted": t("quotation accepted, work goes on"),
    "declined": t("quotation declined"),
    "other_company": t("passed to the company in charge"),
    "answered": t("answered by the desk"),
    "fixed": t("reported as fixed"),
    "closed": t("closed"),
    "reopened": t("open again, waiting to be assigned"),
    "refused": t("not accepted"),
    "withdrawn": t("withdrawn by you"),
    "merged": t("joined to an earlier report"),
    "reviewing": t("with the office that decides"),
    "papers_missing": t("a paper is missing"),
    "approved": t("approved, being made"),
    "ready": t("ready to collect"),
    "booked": t("booked"),
    "blocked": t("card blocked"),
}
