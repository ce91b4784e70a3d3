"""What is asked about help at home."""

from __future__ import annotations

from backend.services.housekeeping import SERVICES
from bot.contract.flow import Turn
from bot.contract.messages import Profile
from bot.contract.text import Ask, Option, t, tn
from bot.contract.understanding import When
from flows.book_housekeeping.finding import OR_KEYED, around, times
from flows.book_housekeeping.plan import calendar_of, is_matched, unit_for
from flows.questions import place, when
from flows.questions.place import home_of

TWO_DIGITS = t("Key it with two digits, then the hash key.")


def ask_service(turn: Turn) -> Ask:
    options = tuple(Option(title, f"service={name}") for name, title in SERVICES.items())
    return Ask(t("What kind of help do you need?"), options)


def ask_when(turn: Turn) -> Ask:
    """With free times on offer where the wish was just refused and they can be known."""
    if is_matched(turn.values):
        return Ask(t("From which day on?"), entry=when.KEYED)
    said = turn.understanding.entity("when") if turn.case_no is not None else None
    before, top = turn.conversation.asked, turn.conversation.top
    offered = top is not None and top.awaiting == "when" and turn.conversation.offered
    if said is None and offered and before is not None and turn.conversation.offered[0].payload.startswith("_at="):
        return before  # the day that was refused an hour ago stands in what was offered, and nowhere else
    wish = said.value if said is not None else turn.values.get("when")
    if not isinstance(wish, When) or "service" not in turn.values:
        return Ask(t("When shall somebody come? For example “tomorrow at 3 pm”."), entry=when.KEYED)
    near = calendar_of(turn, turn.values).nearest(max(around(turn, wish), turn.now))
    return Ask(t("Which time shall it be?"), times(near), OR_KEYED)


def ask_hours(turn: Turn) -> Ask:
    offered = (2, 3, 4) if turn.message.profile is Profile.BUTTONS else ()
    options = tuple(Option(tn("{n} hour", "{n} hours", n), f"hours={n}") for n in offered)
    usual = (Option(t("As usual"), "hours=unsure"),) if offered else ()
    return Ask(t("For how many hours?"), (*options, *usual), TWO_DIGITS)


def ask_quantity(turn: Turn) -> Ask:
    """Pieces or square metres, as the work is priced."""
    if unit_for(turn, turn.values) == "m2":
        return Ask(t("How many square metres is it, roughly?"), entry=t("Key the number, then the hash key."))
    offered = (1, 2, 3) if turn.message.profile is Profile.BUTTONS else ()
    options = tuple(Option(t("{n}", context="pieces", n=n), f"quantity={n}") for n in offered)
    return Ask(t("How many appliances shall be cleaned?"), options, TWO_DIGITS)


def ask_location(turn: Turn) -> Ask:
    if home_of(turn) is None:
        return Ask(t("In which home? For example “3-2-501”."), entry=place.KEYED)
    options = (
        Option(t("In my home", spoken="your home"), "location=home"),
        Option(t("Somewhere else", spoken="another place"), "location=elsewhere"),
    )
    return Ask(t("In which home?"), options, place.KEYED)


def ask_notes(turn: Turn) -> Ask:
    if is_matched(turn.values):
        return Ask(t("What shall the desk look for? For example from when, which hours, live-in or not."))
    return Ask(t("What should the helper know? For example “there is a dog”. Please no door codes."))
