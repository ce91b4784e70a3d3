"""What is asked about a service of the desk, and what is read back."""

from __future__ import annotations

from bot.contract.flow import Turn
from bot.contract.text import Ask, Option, Param, Summary, Text, t
from flows.questions import desk, place, when
from flows.questions.place import home_of
from flows.request_service.form import KIND, titled


def ask_service(turn: Turn) -> Ask:
    options = tuple(Option(desk.named(turn, one), f"service={one.key}") for one in desk.items(turn, KIND))
    return Ask(t("Which service is it?"), options)


def ask_reading(turn: Turn) -> Ask:
    return Ask(t("What does the meter read? The black figures will do."), entry=t("Key the number, then the hash key."))


def ask_details(turn: Turn) -> Ask:
    return Ask(t("What shall the desk know about it?"))


def ask_when(turn: Turn) -> Ask:
    return Ask(t("When would it suit you? For example “tomorrow after 4 pm”."), entry=when.KEYED)


def ask_location(turn: Turn) -> Ask:
    home = (Option(t("In my home", spoken="your home"), "location=home"),) if home_of(turn) is not None else ()
    return Ask(t("Which place is it about?"), home, place.KEYED)


def summary(turn: Turn) -> Summary:
    values = turn.values
    rows: list[tuple[Text, Param]] = []
    labels = (
        ("reading", t("Reading")),
        ("when", t("When")),
        ("location", t("Place")),
        ("contact", t("Phone")),
        ("details", t("Your words")),
    )
    for name, label in labels:
        if values.get(name):
            rows.append((label, place.shown(values[name]) if name == "location" else values[name]))
    first, *others = [desk.named(turn, one) for one in titled(turn)] or [t("A service of the desk")]
    for other in others:
        first = t("{first}; {rest}", context="votes", first=first, rest=other)
    return Summary(first, tuple(rows))
