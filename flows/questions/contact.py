"""On which phone: asked only where the profile has none, and needed by nobody's alarm."""

from __future__ import annotations

import re

from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import Ask, Option, t
from bot.contract.understanding import Value


def check_contact(turn: Turn, value: Value) -> Value:
    digits = re.sub(r"\D", "", str(value))
    if not 7 <= len(digits) <= 15:
        raise Refused("no phone number", t("That does not look like a phone number. Please give it with all digits."))
    return digits


def ask_contact(turn: Turn) -> Ask:
    shown = caller(turn)
    text, entry = t("On which phone can we reach you?"), t("End with the hash key.")
    if not shown:
        return Ask(text, entry=entry)
    this = Option(t("The number you are calling from"), f"contact={shown}")
    return Ask(text, (this,), t("Or key another number, then the hash key."))


def caller(turn: Turn) -> str:
    """The number that a call shows: good enough to ring back, and no proof of anybody."""
    number = turn.message.sender.number
    return number.removeprefix("+86").removeprefix("+") if turn.message.session and number.startswith("+") else ""


def contact_needed(turn: Turn) -> bool:
    resident = turn.conversation.resident
    return "contact" not in turn.values and (resident is None or not resident.phone)
