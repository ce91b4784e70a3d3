"""On which phone: asked only where the profile has none, and needed by nobody's alarm."""

from __future__ import annotations

import re

from bot.contract.errors import Refused
from bot.contract.flow import Turn
from bot.contract.text import Ask, t
from bot.contract.understanding import Value


def check_contact(turn: Turn, value: Value) -> Value:
    digits = re.sub(r"\D", "", str(value))
    if not 7 <= len(digits) <= 15:
        raise Refused("no phone number", t("That does not look like a phone number. Please give it with all digits."))
    return digits


def ask_contact(turn: Turn) -> Ask:
    return Ask(t("On which phone can we reach you?"), entry=t("End with the hash key."))


def contact_needed(turn: Turn) -> bool:
    resident = turn.conversation.resident
    return "contact" not in turn.values and (resident is None or not resident.phone)
