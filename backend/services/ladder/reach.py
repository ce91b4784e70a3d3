"""Which ways lead to a telephone here: what config.yml switched on, put where the ladder finds it.

A step is a call (`services/ringing`), carried by the channel that rings; where none can, every step says honestly that
nobody could be called.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from backend.db import Record
from backend.services import board
from backend.services.ladder import steps
from backend.services.ringing import rows
from bot.contract.messages import Address

KIND = "reach"
VOICE = "phone"
# What a register may hold instead of a number ("none", "ask her son") is nothing that can be dialled.
_DIALLABLE = re.compile(r"\+?\d(?:[\s-]?\d){2,19}")
NO_CHANNEL, NO_NUMBER = "no_phone_channel", "no_number"


@dataclass(frozen=True, slots=True)
class Reach:
    """voice: the account that can call, empty for none; emergency: purpose → number that people dial themselves;
    guard: name and phone of the guard room, empty for none."""

    voice: str
    emergency: Mapping[str, str]
    guard: Mapping[str, str] = field(default_factory=dict)


def rule(
    connection: Connection,
    community: str,
    voice: str,
    emergency: Mapping[str, str],
    guard: Mapping[str, str] | None = None,
) -> None:
    """What config.yml says of this community."""
    data = {"voice": voice, "emergency": dict(emergency), "guard": dict(guard or {})}
    board.put(connection, community, KIND, [{"key": KIND, **data}])


def of(connection: Connection, community: str) -> Reach:
    found = board.one(connection, community, KIND, KIND)
    if found is None:
        return Reach("", {})
    return Reach(found.data["voice"], found.data["emergency"], found.data.get("guard", {}))


def is_number(phone: str | None) -> bool:
    """Whether this can be dialled."""
    return bool(_DIALLABLE.fullmatch(phone or ""))


def call(connection: Connection, ways: Reach, step: Record, real: datetime) -> tuple[str, str | None]:
    """Have somebody rung, as far as that is possible here; returns the step's state and why."""
    if not is_number(step.phone):
        return steps.UNREACHABLE, NO_NUMBER
    if not ways.voice:
        return steps.UNREACHABLE, NO_CHANNEL
    purpose = rows.WEARER if step.kind == steps.WEARER else rows.ALARM
    to, about = Address(VOICE, step.phone, ways.voice), {"alarm": step.alarm_id, "step": step.id}
    wanted = rows.Wanted(step.community_id, purpose, to, steps.once_of(step.id), about)
    rows.place(connection, wanted, real, real, urgent=True)
    return steps.CALLING, None
