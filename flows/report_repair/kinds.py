"""The kinds of fault: their names, the safety words of the urgent ones, and which happen in nobody's home."""

from __future__ import annotations

from bot.contract.text import Text, t

NAME = "report_repair"
CATEGORIES: dict[str, Text] = {
    "water": t("Water or drains"),
    "electric": t("Electricity"),
    "gas": t("Gas"),
    "lift": t("Lift"),
    "door": t("Doors and locks"),
    "network": t("Internet or TV"),
    "public_area": t("Public area"),
    "other": t("Something else"),
}
SAFETY: dict[str, Text] = {
    "gas": t(
        "Gas first: don't touch switches, light anything or use a phone indoors. Close the valve if you can, "
        "open the windows, go out, and call the gas company or {fire} from outside."
    ),
    "sparks": t(
        "Safety first: keep your hands off it and off anything wet nearby. If you can do it safely, switch off the "
        "main breaker. If it keeps burning or smoking, go out and call {fire}."
    ),
    "burst": t("First close the main water valve, and keep away from sockets that got wet."),
    "lift": t(
        "Please don't let anyone use this lift. If anyone is inside, tell me at once or press the alarm button in it."
    ),
}
# Where these happen nobody's home is meant unless the words say so.
PUBLIC = frozenset({"lift", "public_area"})
# Which kind of fault it is that cannot wait.
OF_URGENT = {"gas": "gas", "sparks": "electric", "burst": "water", "lift": "lift"}
