"""Somebody is shut in a lift: which one its sticker names, whose it is, and a clock that tells them how it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.work import alarm
from backend.services import alarm_history, alarm_rows, board, outbox, stories
from backend.services.ladder import reach, steps, told
from bot.contract.text import Text, t

KIND, STORY = "lift", "lift_clock"
EVERY, PROMISED = 10, 30
_STICKER = re.compile(r"(?<!\d)\d{4,8}(?!\d)")
STILL = t(
    "{minutes} minutes since your call. Nobody has said yet that they are coming; we go on looking. "
    "If anybody in the lift is unwell, call {ambulance}.",
    spoken="{minutes} minutes since your call. Nobody has said yet that they are coming. We go on looking. "
    "If anybody in the lift is unwell, call {ambulance}.",
)
COMING = t(
    "{minutes} minutes since your call. {name} is on the way. If anybody in the lift is unwell, call {ambulance}.",
)
THERE = t("{minutes} minutes since your call. {name} is at the lift. Stay away from the doors until they say so.")
LATE = t("Please call {fire} now as well: they open lifts.")


@dataclass(frozen=True, slots=True)
class Lift:
    """number: on its sticker; places: as people call it, by language; firm, phone: who maintains it, at any hour."""

    number: str
    places: Mapping[str, str]
    firm: str
    phone: str

    @property
    def place(self) -> str:
        """As it is called here."""
        return self.called(None)

    def called(self, language: str | None) -> str:
        return self.places.get(language or "") or next(iter(self.places.values()), "")


def named_in(connection: Connection, community: str, text: str) -> Lift | None:
    """The lift whose sticker's number stands in these words."""
    numbers = set(_STICKER.findall(text))
    if not numbers:
        return None
    found = next((one for one in board.items(connection, community, KIND) if one.key in numbers), None)
    if found is None:
        return None
    return Lift(found.key, found.data["place"], str(found.data["firm"]), str(found.data["phone"]))


def note(connection: Connection, key: str, found: Lift, now: datetime, real: datetime) -> None:
    """The lift is known: its firm is rung like anybody on the ladder, and stands there to be called by hand."""
    alarm_history.add(connection, key, "lift", found.firm, f"{found.number} · {found.place}", f"lift:{key}", now)
    row = connection.execute(select(alarm).where(alarm.c.id == key)).one()
    number = max(1, steps.last_round(connection, key))
    step = steps.Step(0, steps.FIRM, found.firm, 0, found.phone)
    steps.put(connection, row.community_id, key, number, [(step, real)])
    ways = reach.of(connection, row.community_id)
    for planned in steps.of_round(connection, key, number):
        if planned.kind == steps.FIRM and planned.state == steps.PLANNED:
            state, reason = reach.call(connection, ways, planned, real)
            steps.become(connection, planned.id, state, reason, real)
    alarm_rows.ring(connection, row.community_id)


def watch(connection: Connection, found: Record, real: datetime) -> None:
    """The clock of this alarm, begun once: whoever is inside hears from us every ten minutes."""
    _wait(connection, found.community_id, found.id, EVERY, real)


def _wait(connection: Connection, community: str, key: str, minutes: int, real: datetime) -> None:
    until = real + timedelta(minutes=EVERY)
    data = {"alarm": key, "minutes": minutes}
    stories.begin(connection, community, STORY, data, until, f"{STORY}:{key}:{minutes}", real)


def ticked(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """Ten minutes later, while they are still inside as far as anybody wrote down; at thirty it is overdue."""
    found = connection.execute(select(alarm).where(alarm.c.id == data["alarm"])).one()
    if found.state not in alarm_rows.OPEN or found.kind != "lift":
        return False
    minutes = int(data["minutes"])
    text = STILL
    if found.accepted_by is not None:
        text = THERE if alarm_history.has_arrived(connection, found.id) else COMING
    numbers = reach.of(connection, found.community_id).emergency
    params: dict[str, str | int] = {**numbers, "minutes": minutes, "name": found.accepted_by or ""}
    say = [Text(text.msgid, params, spoken=text.spoken)]
    if minutes == PROMISED:
        say.append(Text(LATE.msgid, params))
        alarm_history.add(connection, found.id, "overdue", "", None, f"overdue:{found.id}", now)
        body = {"alarm": found.id, "kind": found.kind, "overdue": minutes}
        outbox.call_staff(connection, found.community_id, body, f"alarm:{found.id}:overdue", real)
    told.news(connection, found, say, f"{STORY}:{minutes}", real)
    alarm_rows.ring(connection, found.community_id)
    if minutes < 2 * PROMISED:
        _wait(connection, found.community_id, found.id, minutes + EVERY, real)
    return True
