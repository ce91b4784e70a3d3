"""What an answer has to be, by the kind of its slot: said where one does not fit, or says less than is needed."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.flow import Slot, SlotKind
from bot.contract.text import Text, t
from bot.contract.understanding import Entity, Understanding

# Nothing in the answer could be such a value.
_MISSED: Mapping[SlotKind, Text] = {
    SlotKind.WHEN: t("I did not catch a day or a time in that. For example: “tomorrow at 3 pm” or “Saturday morning”."),
    SlotKind.PLACE: t("I did not recognise a place in that. For example: “3-2-501”, “gate 3” or “garage B1”."),
    SlotKind.PHONE: t("I was listening for a phone number there, with all its digits."),
    SlotKind.NUMBER: t("I need a number there, for example “2”."),
    SlotKind.MONEY: t("I need an amount there, for example “50 yuan”."),
    SlotKind.CHOICE: t("I do not find that among these."),
}
# It would be one if it were said more exactly: "a lot", "wherever".
_INEXACT: Mapping[SlotKind, Text] = {
    SlotKind.WHEN: t("I need a day or an hour to plan with, for example “Saturday morning”."),
    SlotKind.PLACE: t("Somebody has to find it: a building, a floor or something near it will do."),
    SlotKind.NUMBER: t("About how many? A number is enough, and it can be changed later."),
    SlotKind.MONEY: t("I need an amount there, for example “50 yuan”."),
}
INEXACT = frozenset({"inexact", "anywhere"})


def what_is_needed(slot: Slot, heard: Understanding) -> Text:
    """What was listened for, with an example."""
    inexact = _INEXACT.get(slot.kind) if too_little(slot, heard) else None
    return inexact or slot.example or _MISSED.get(slot.kind) or t("I did not find the answer in that, sorry.")


def impossible(problem: Entity) -> Text:
    """What was said for a slot and cannot be."""
    if problem.problem == "no_such_time":
        return t("“{said}” is not a time of day. Which time do you mean?", said=problem.text)
    return t("There is no such day as “{said}”. Which day do you mean?", said=problem.text)


def too_little(slot: Slot, heard: Understanding) -> bool:
    """Whether the words leave open what was asked: "wherever" is no place."""
    return bool(INEXACT & set(heard.extra)) and slot.kind in _INEXACT
