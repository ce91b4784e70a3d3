"""What is answered wherever a thing is named that has one answer: a pen against allergy, a defibrillator, a car "
"window."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.text import Text, t
from flows.trigger_sos.advised import place

TEXTS: Mapping[str, Text] = {
    "pen": t(
        "Their own allergy pen: yes, into the outer thigh, through the clothes if need be, and hold it there for ten "
        "seconds. Note the time. Then call {ambulance} all the same: it can come back."
    ),
    "aed": t(
        "Yes, take it: switch it on, it tells you what to do. Somebody else goes on pushing until it speaks; "
        "{ambulance} "
        "on loudspeaker."
    ),
    "gasps": t(
        "Who does not answer and only snores or gasps is not asleep. Call {ambulance} now, on loudspeaker. Breath only "
        "now and then, or grey: flat on the back, push hard on the middle of the chest, two pushes a second. Breathing "
        "evenly: on their side."
    ),
    "sugar": t(
        "Awake and able to swallow: something sweet now, cola, juice or sugar. No tablets against sugar and no "
        "insulin. "
        "Drowsy: nothing in the mouth. {ambulance} now."
    ),
    "stuck": t(
        "No: do not pull off what sticks. Cut round it and leave it on. Cool running water for 20 minutes, and "
        "{ambulance}."
    ),
    "hours": t("No, you need not wait 24 hours. Call {police} now."),
    "still": t(
        "Yes, still, even if it seems better: it can come back. Call {ambulance}, do not drive, and stay with them."
    ),
    "rinse": place.EXTINGUISH["fumes"],
    "photo": t(
        "Yes, if the family agrees: photo, clothes, where last seen, and a number to ring; leave the home address out. "
        "{police} first."
    ),
    "locksmith": t(
        "Not on your own: call {police} first, they can have it opened in their presence. If somebody groans in there "
        "or "
        "has fallen, call {ambulance} as well."
    ),
    "glass": t(
        "Whoever is inside is hot, drowsy or quiet: yes, the side window farthest from them, hard into a lower corner; "
        "not the windscreen. Otherwise {fire} opens it: call now."
    ),
}
# Beside what it makes sense: of what happened, else of the kind.
_MISSING = frozenset({"lost", "child", "plea", "welfare"})
_FITS: Mapping[str, frozenset[str]] = {
    "hours": _MISSING,
    "photo": frozenset({"lost", "child", "plea"}),
    "locksmith": frozenset({"welfare", "plea"}),
    "glass": frozenset({"car"}),
    "gasps": frozenset({"lifeless"}),
    "rinse": frozenset({"fumes"}),
    "still": frozenset(
        {"breath", "sugar", "plea", "medical", "lifeless", "chest", "stroke", "seizure", "poison", "choking"}
    ),
    "aed": frozenset({"lifeless", "plea", "medical", "chest", "drown", "shock", "ill"}),
}
# Whoever hangs on a wire also sticks to it.
_NEVER: Mapping[str, frozenset[str]] = {"stuck": frozenset({"shock", "electric"}), "pen": frozenset({"suicide"})}


def of(thing: str, happened: str) -> Text | None:
    """None where nothing is named, or it is another thing here."""
    if thing in _FITS and happened not in _FITS[thing]:
        return None
    return None if happened in _NEVER.get(thing, ()) else TEXTS.get(thing)
