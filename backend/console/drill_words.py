"""Drills and the seconds of calls as the desk reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.console import ladder_words
from backend.db import Record
from backend.services import alarm_figures
from backend.services.drills import heartbeat, rows
from backend.services.ladder import reach
from backend.services.ringing import cry, drill
from backend.services.ringing import rows as rings
from backend.services.sign_in import screens
from bot.contract.text import Text, t

KINDS: Mapping[str, Text] = {
    rows.HEARTBEAT: t("Test of the alarm line", context="drill"),
    rows.DUTY: t("Drill of those on duty", context="drill"),
    rows.TEST: t("Monthly test with a resident", context="drill"),
    rows.SCREEN: t("Duty screen", context="drill"),
    rows.NUMBER: t("Is this still the number?", context="drill"),
}
STATES: Mapping[str, Text] = {
    rows.WAITING: t("begins soon", context="drill"),
    rows.RUNNING: t("under way", context="drill"),
    rows.PASSED: t("works", context="drill"),
    rows.FAILED: t("failed", context="drill"),
}
REASONS: Mapping[str, Text] = {
    heartbeat.NOT_HEARD: t("the words were not heard as an alarm"),
    heartbeat.NOT_RUN: t("nobody was running at its time"),
    heartbeat.LATE: t("nothing arrived within two minutes"),
    heartbeat.DEAD: t("the vendor refused it"),
    heartbeat.NO_ACCOUNT: t("this channel has no account here"),
    screens.DARK_WHY: t("dark: it has said nothing for more than a minute"),
    screens.MUTE_WHY: t("mute: no alarm would be heard there, touch it once"),
    drill.REFUSED: t("not their number any more"),
    cry.REASON: t("they cried for help instead: see the SOS board"),
    drill.UNHEARD: t("called too often this week already"),
    # What became of a call is told in the same words as of a rung.
    **{
        why: ladder_words.REASONS[why]
        for why in (reach.NO_CHANNEL, reach.NO_NUMBER, "failed", "busy", "no_answer", "machine", "silent")
    },
}
CALLS: Mapping[str, Text] = {
    rings.RANG: t("was rung", context="call"),
    rings.PICKED_UP: t("picked up", context="call"),
    rings.KEYED: t("pressed or spoke", context="call"),
    rings.DETECTED: t("sounded like a machine", context="call"),
    rings.ENDED: t("the line was down", context="call"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """seconds: from the cry to the vendor or to an answer, as `2.1`; empty where it is not known."""

    row: Record
    kind: Text
    state: Text
    reason: Text | None
    tone: str
    seconds: str


def shown(row: Record) -> Shown:
    took = rows.took(row)
    return Shown(
        row=row,
        kind=KINDS[row.kind],
        state=STATES[row.state],
        reason=REASONS.get(row.reason or ""),
        tone={rows.PASSED: "go", rows.FAILED: "red"}.get(row.state, ""),
        seconds="" if took is None else f"{took:.1f}",
    )


@dataclass(frozen=True, slots=True)
class Promise:
    """One of the two figures of thirty days. share: per cent as `97.5`, empty while there are too few alarms."""

    seconds: int
    goal: str
    share: str
    good: int
    all: int
    tone: str


def promises(live: alarm_figures.Live) -> list[Promise]:
    return [_promise(live, place) for place in range(len(alarm_figures.WITHIN))]


def _promise(live: alarm_figures.Live, place: int) -> Promise:
    share, (good, all_) = live.share(place), live.within[place]
    return Promise(
        seconds=alarm_figures.WITHIN[place],
        goal=f"{alarm_figures.GOALS[place]:g}",
        share="" if share is None else f"{share:.1f}",
        good=good,
        all=all_,
        tone={True: "go", False: "red", None: ""}[live.holds(place)],
    )
