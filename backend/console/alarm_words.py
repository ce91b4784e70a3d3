"""What alarms are called at the desk, and the rule of the trade that goes with each kind."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.text import Text, t

KINDS: Mapping[str, Text] = {
    "violence": t("Violence or threat", context="alarm"),
    "suicide": t("Danger to own life", context="alarm"),
    "fire": t("Fire or smoke", context="alarm"),
    "gas": t("Gas", context="alarm"),
    "medical": t("Medical emergency", context="alarm"),
    "lift": t("Trapped in a lift", context="alarm"),
    "child": t("Child in danger", context="alarm"),
    "fall": t("Fall", context="alarm"),
    "plea": t("Call for help", context="alarm"),
    "check": t("No answer: look after them", context="alarm"),
}
EVENTS: Mapping[str, Text] = {
    "raised": t("Raised", context="alarm event"),
    "said": t("Said", context="alarm event"),
    "accepted": t("Took charge", context="alarm event"),
    "arrived": t("With the person", context="alarm event"),
    "follows": t("Follows from afar", context="alarm event"),
    "shown": t("Rang on every open console; unlocked screens with sound:", context="alarm event"),
    "calling": t("Is being called", context="alarm event"),
    "unreachable": t("Could not be called", context="alarm event"),
    "answered": t("Called by hand, answered", context="alarm event"),
    "silent": t("Called by hand, no answer", context="alarm event"),
    "exhausted": t("Nobody answered: the resident was told to dial for themselves", context="alarm event"),
    "lapsed": t("Did not arrive in time: everybody is called again", context="alarm event"),
    "dialled": t("Dialled", context="alarm event"),
    "remark": t("Note", context="alarm event"),
    "cancel_requested": t("The resident says it was nothing", context="alarm event"),
    "closed": t("Closed", context="alarm event"),
}
OUTCOMES: Mapping[str, Text] = {
    "helped": t("Helped on the spot"),
    "ambulance": t("Handed over to the ambulance"),
    "fire": t("Handed over to the fire brigade"),
    "police": t("Handed over to the police"),
    "false": t("False alarm: spoke to the person, all is well"),
    "other": t("Something else"),
}
# What to keep in mind, by kind: the rules of the trade, shown where they are needed.
RULES: Mapping[str, Text] = {
    "gas": t("Do not ring their phone or doorbell: knock. Everybody out, then call from outside."),
    "violence": t("Stay quiet: no calls to this home, no family. You decide whom else to tell."),
    "suicide": t("Stay with them. Means or place known: police and ambulance without siren. Never promise silence."),
    "fire": t("Everybody out, no lift. Send a guard while you call."),
    "lift": t("Speak to them until the lift is open. Nobody forces the doors."),
    "medical": t("Ask: awake? breathing? Say that you stay on the line until somebody is there."),
    "fall": t("Do not lift them before you know what hurts."),
    "check": t("Phone or look within 3 minutes. No answer at the door: go in by two, or call the police."),
}
