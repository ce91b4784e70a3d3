"""What services, units and states are called; said by the flow, by progress and by news alike."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.text import Text, t

SERVICES: dict[str, Text] = {
    "cleaning": t("Cleaning"),
    "appliance_cleaning": t("Appliance cleaning"),
    "cooking": t("Cooking"),
    "nanny": t("Nanny"),
    "elder_care": t("Elder care"),
    "other": t("Other help at home"),
}
# People for weeks and months are found by the desk, not booked from a calendar (practice 34).
MATCHED = frozenset({"nanny", "elder_care"})
UNITS: dict[str, Text] = {
    "hour": t("{price} an hour"),
    "piece": t("{price} apiece"),
    "m2": t("{price} a square metre"),
    "month": t("{price} a month"),
}
UNIT_NAMES: dict[str, Text] = {
    "hour": t("hour", context="unit"),
    "piece": t("piece", context="unit"),
    "m2": t("square metre", context="unit"),
    "month": t("month", context="unit"),
}
STATES: dict[str, Text] = {
    "booked": t("booked"),
    "arrived": t("the helper is there"),
    "done": t("done"),
    "no_show": t("nobody came; a substitute or your money back is being arranged"),
    "substitute_offered": t("a substitute is offered and waits for your yes or no"),
    "refunded": t("did not take place; nothing is charged"),
    "cancelled": t("cancelled by you"),
}


def called(names: Mapping[str, str], language: str | None) -> str:
    """A name as a reader of this language can say it; the first one written down for any other."""
    return names.get(language or "") or next(iter(names.values()))
