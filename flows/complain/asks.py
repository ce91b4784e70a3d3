"""What is asked about a grievance: what happened, where, when, and whether the name may be told."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import Ask, Option, Text, t
from bot.contract.understanding import Place, Value
from flows.questions import place
from flows.questions.place import check_place, home_of

MATTERS: dict[str, Text] = {
    "noise": t("Noise"),
    "dogs": t("Dogs and pets"),
    "smoke": t("Smoke and smells"),
    "rubbish": t("Rubbish and cleaning"),
    "things": t("Things in the corridor, e-bikes"),
    "parking": t("Parking"),
    "staff": t("Staff or service"),
    "other": t("Something else"),
}
# More words, or Chinese characters, than these are a sentence and no place.
PLACE_WORDS, PLACE_LETTERS = 5, 8
# Where these happened is in the words, or nowhere in particular.
NOWHERE = frozenset({"staff", "other"})


def ask_details(turn: Turn) -> Ask:
    options = tuple(Option(title, f"matter={name}") for name, title in MATTERS.items())
    return Ask(
        t(
            "I am sorry to hear that. What happened? Tell me in your own words, or choose.",
            spoken="I am sorry. What is it?",
        ),
        options,
    )


def details_needed(turn: Turn) -> bool:
    return "details" not in turn.values and "matter" not in turn.values


def ask_location(turn: Turn) -> Ask:
    home = home_of(turn)
    near = (Option(t("Near my home", spoken="near your home"), "location=near"),) if home else ()
    return Ask(
        t("Where is it? A building, a floor or a place is enough.", spoken="Where is it?"),
        (*near, Option(t("I do not know", spoken="not known"), "skip")),
        place.KEYED,
    )


def location_needed(turn: Turn) -> bool:
    return turn.values.get("matter") not in NOWHERE and "_repair" not in turn.values


def no_place(turn: Turn, value: Value | None) -> bool:
    """Asked where it is, people go on telling: a sentence that holds no place belongs to the matter."""
    if not isinstance(value, Place) or value.building or value.room or value.scope or "location" not in turn.changed:
        return False
    if turn.understanding.entity("location") is not None or "whereabouts" in turn.understanding.extra:
        return False
    words = value.text.split()
    return len(words) > PLACE_WORDS if value.text.isascii() else len(value.text) > PLACE_LETTERS


def check_location(turn: Turn, value: Value) -> Value:
    if no_place(replace(turn, changed=frozenset({"location"})), value):
        raise Refused("no place in it", t("I have noted that too. Where is it: which building, floor or place?"))
    return check_place(turn, value)


def ask_when(turn: Turn) -> Ask:
    return Ask(t("When did it happen?"))


def ask_anonymous(turn: Turn) -> Ask:
    keep = Option(t("Keep my name to yourselves"), "anonymous=yes")
    tell = Option(t("They may know my name"), "anonymous=no")
    return Ask(t("May those you complain of learn your name?"), (keep, tell))
