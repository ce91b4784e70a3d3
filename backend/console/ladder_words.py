"""The ladder as the desk reads it: what is planned, what happened, and why somebody could not be called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.db import Record
from backend.services import alarm_desk
from backend.services.ladder import reach, steps
from bot.contract.text import Text, t

KINDS: Mapping[str, Text] = {
    steps.CONSOLE: t("Every open console"),
    steps.DUTY: t("On duty", context="ladder"),
    steps.CONTACT: t("To be called for them", context="ladder"),
    steps.GUARD: t("Guard room", context="ladder"),
    steps.FIRM: t("Lift firm", context="ladder"),
    steps.WEARER: t("Themselves", context="ladder"),
}
STATES: Mapping[str, Text] = {
    steps.PLANNED: t("planned", context="ladder"),
    steps.SHOWN: t("rang there", context="ladder"),
    steps.CALLING: t("is being called", context="ladder"),
    steps.UNREACHABLE: t("could not be called", context="ladder"),
    steps.ANSWERED: t("answered", context="ladder"),
    steps.SILENT: t("did not answer", context="ladder"),
    steps.STOPPED: t("not called any more", context="ladder"),
}
REASONS: Mapping[str, Text] = {
    reach.NO_CHANNEL: t("no phone channel is on: call by hand"),
    reach.NO_NUMBER: t("no number is known"),
    "no_sound": t("no unlocked screen would have sounded"),
    "failed": t("the call did not get through"),
    "goes": t("pressed that they are going", context="ladder"),
    "danger": t("says that they need help", context="ladder"),
    "well": t("says that all is well: verify", context="ladder"),
    "duress": t("said their word for duress: stay quiet", context="ladder"),
    "follows": t("pressed that they help from afar", context="ladder"),
    "busy": t("the line was busy", context="ladder"),
    "no_answer": t("it rang, and nobody picked up", context="ladder"),
    "machine": t("a machine answered", context="ladder"),
    "silent": t("somebody picked up and pressed nothing", context="ladder"),
    "no_word": t("the phone company told us nothing of this call", context="ladder"),
    "quiet": t("a quiet alarm: nobody of the family is rung", context="ladder"),
    "kind": t("not rung: the alarm turned out to be something else", context="ladder"),
    "dialled": t("somebody has called for them: they are not rung besides", context="ladder"),
    "just_called": t("rung a moment ago", context="ladder"),
    "spoken": t("somebody of the desk has spoken with them", context="ladder"),
    "in_talk": t("they are on the line with us", context="ladder"),
    "deaf": t("cannot hear a phone: write, or knock", context="ladder"),
    "mute": t("asked not to be rung: write, or knock", context="ladder"),
    "arrived": t("somebody is with the person"),
    "closed": t("the alarm was closed"),
    "cancel": t("the resident says it was nothing"),
    "again": t("begun anew: nobody had arrived in time"),
    "going": t("paused while somebody is going"),
}
# A screen on which nobody would have heard it did not ring.
SHOWN = t("shown", context="ladder")
TONES = {steps.ANSWERED: "go", steps.SHOWN: "go", steps.CALLING: "warn", steps.UNREACHABLE: "red", steps.SILENT: "warn"}


@dataclass(frozen=True, slots=True)
class Rung:
    """One step as it is shown. seconds: after the alarm; by_hand: whether somebody may still call and say what came."""

    row: Record
    seconds: int
    kind: Text
    state: Text
    reason: Text | None
    tone: str
    by_hand: bool


def rungs(alarm: Record, rows: Sequence[Record]) -> list[Rung]:
    return [_rung(alarm, row) for row in rows]


def _rung(alarm: Record, row: Record) -> Rung:
    state, reason = row.state, row.reason
    if state == steps.CALLING and row.sent == "dead":
        state, reason = steps.UNREACHABLE, "failed"
    if state == steps.PLANNED and alarm.accepted_by is not None:
        reason = "going"
    shown = SHOWN if reason == "no_sound" else STATES[state]
    return Rung(
        row=row,
        seconds=max(0, round(((row.done_at or row.due_at) - alarm_desk.began(alarm)).total_seconds())),
        kind=KINDS[row.kind],
        state=shown,
        reason=REASONS.get(reason or ""),
        tone="red" if reason == "no_sound" else TONES.get(state, ""),
        by_hand=row.kind != steps.CONSOLE and state in (steps.PLANNED, steps.UNREACHABLE, steps.CALLING, steps.SILENT),
    )
