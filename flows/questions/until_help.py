"""What is asked while somebody waits for help: answered by the advice that was given first, and by nothing else."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from backend.services.retrieval import features
from bot.contract.flow import Turn
from bot.contract.text import Text, t

FILE = Path(__file__).with_suffix(".json")
AMBULANCE = t("Yes: call {ambulance} now, or have somebody near you call.")
# Whoever is told to leave is not told of windows.
WINDOW = t("Only if it is on your way out: touch no switch, and then stay outside.")
_SAYS: dict[str, Text] = {
    "fall.leave": t(
        "Better not: where moving hurts, do not lift or move them. Stay with them until somebody is there."
    ),
    "gas.switch": t("No: touch no switch, neither fan nor hood nor light. Go out, and call from outside."),
    "fall.ambulance": AMBULANCE,
    "medical.ambulance": AMBULANCE,
    "gas.window": WINDOW,
    "gas.outside": t("No, stay outside until those who come say that it is safe."),
    "gas.phone": t("Not indoors. Call from outside only."),
    "lift.doors": t("No: do not force the doors, stay away from them. Press the alarm button in the lift."),
    "lift.air": t("There is plenty of air. Stay calm and away from the doors."),
    "lift.button": t("Press the alarm button in the lift."),
    "gas.neighbour": t(
        "No call to them and no doorbell: both can spark where gas is. Knock on your way out, if that takes no time; "
        "the people on duty see that somebody may be there."
    ),
    "gas.fire": t("No: no flame and no spark, not even to see which it is. Everybody out, and call from outside."),
    "fire.lift": t("No, never the lift. The stairs only where no smoke is; else stay in, door shut, at a window."),
    "fire.outside": t("No, do not go back for anything. Stay out, and tell {fire} who is still inside."),
    "fire.water": t(
        "No: no water on burning oil or on anything electric. Leave it, get out, and call {fire} from outside."
    ),
    "fire.burn": t(
        "Hold it under cool running water for 20 minutes, outside the fire; nothing else on it, no toothpaste."
    ),
    "fire.door": t(
        "Keep the door shut while smoke or heat is behind it. Open it only for firefighters, or to get out where no "
        "smoke is."
    ),
}


@cache
def _asked() -> dict[str, dict[str, frozenset[str]]]:
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return {k: {key: frozenset(features(words)) for key, words in told.items()} for k, told in data.items()}


def known(turn: Turn, kind: str) -> Text | None:
    """The piece of advice that the most of these words ask about; None where we have none."""
    said = {feature for feature in features(turn.message.text) if len(feature) > 1}
    hits = [(len(said & words), key) for key, words in _asked().get(kind, {}).items()]
    most, key = max(hits, default=(0, ""), key=lambda hit: hit[0])
    if not most:
        return None
    text = _SAYS[f"{kind}.{key}"]
    return Text(text.msgid, turn.conversation.community.emergency) if "{" in text.msgid else text
