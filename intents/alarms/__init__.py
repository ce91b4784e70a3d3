"""Composes the talk that the ear for danger learns from: who × what happened, crying now or calmly told."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent
# Each event is heard from this many people and in this many voices; more repeats words without teaching any.
CRIES = 4
CALMS = 3
# Each mishap of a thing, in as many voices.
THINGS = 5
# Each fault in as many voices with nobody hurt, and with somebody.
FAULTS = 4


@dataclass(frozen=True, slots=True)
class Said:
    """group: one event in all its voices; what is fixed on folds must not know the event from another voice.

    written: a line as somebody wrote it, none that was composed; ordinary: said in the middle of a talk in which nobody
    is in danger; light: it teaches the ear alone, and is no example that others are like; kind: of the danger,
    where it is told.
    """

    text: str
    alert: bool
    group: int
    written: bool = False
    ordinary: bool = False
    light: bool = False
    kind: str = ""


def read(folder: Path = FOLDER) -> list[Said]:
    """Every written line as it is, and each event with a few victims in cries and in calm company; always the same."""
    found: list[Said] = []
    heard: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        found.extend(_of(data))
        heard |= data.get("heard", {})
    written = {one.text: one for one in found if one.written}
    # What a recogniser or a keyboard made of a line belongs to it: the same group, and nothing is weighed on it.
    return found + [replace(written[line], text=wrong, written=False) for line, wrong in heard.items()]


def _of(data: dict[str, Any]) -> Iterator[Said]:
    cries = data.get("alert", ())
    of_kind = cries if isinstance(cries, dict) else {"": cries}
    written = [(text, kind, True) for kind, texts in of_kind.items() for text in texts]
    written += [(text, "", False) for text in data.get("calm", ())]
    light = bool(data.get("light"))
    for group, (text, kind, alert) in enumerate(written):
        yield Said(text, alert, group, True, light=light, kind=kind)
    # Not for secrets: the same words must come out every time.
    chance = random.Random(7)  # noqa: S311 - reproducible composition
    for group, event in enumerate(data.get("events", ())):
        for frames, count, alert in ((data["cries"], CRIES, True), (data["calms"], CALMS, False)):
            for frame in chance.sample(frames, count):
                who = chance.choice(data["who"])
                yield Said(frame.replace("{event}", event.replace("{who}", who)), alert, group)
    for group, mishap in enumerate(data.get("mishaps", ())):
        for frame in chance.sample(data["requests"], THINGS):
            thing = chance.choice(data["things"])
            yield Said(frame.replace("{mishap}", mishap.replace("{thing}", thing)), False, group)
    for group, fault in enumerate(data.get("faults", ())):
        for alert, name in ((False, "unhurt"), (True, "hurt")):
            for frame in chance.sample(data[name], FAULTS):
                yield Said(frame.replace("{fault}", fault), alert, group)
