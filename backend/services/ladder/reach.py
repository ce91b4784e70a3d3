"""Which ways lead to a telephone here: what config.yml switched on, put where the ladder finds it.

This is the port for a voice channel. Once one is switched on, a call is an outbox row of its kind, which that channel
carries; until then every step says honestly that nobody could be called.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from backend.db import Record
from backend.services import board, outbox
from backend.services.ladder import steps
from bot.contract.messages import Address
from bot.contract.text import t

KIND = "reach"
VOICE = "voice"
# Before a key was pressed nobody hears whose emergency it is, nor which (practice 18).
DISCREET = t("This is the duty desk of the estate about an urgent matter. Please press 1.")
# What a register may hold instead of a number ("none", "ask her son") is nothing that can be dialled.
_DIALLABLE = re.compile(r"\+?\d(?:[\s-]?\d){2,19}")
NO_CHANNEL, NO_NUMBER = "no_phone_channel", "no_number"


@dataclass(frozen=True, slots=True)
class Reach:
    """voice: the account that can call, empty for none; emergency: purpose → number that people dial themselves."""

    voice: str
    emergency: Mapping[str, str]


def rule(connection: Connection, community: str, voice: str, emergency: Mapping[str, str]) -> None:
    """What config.yml says of this community."""
    board.put(connection, community, KIND, [{"key": KIND, "voice": voice, "emergency": dict(emergency)}])


def of(connection: Connection, community: str) -> Reach:
    found = board.one(connection, community, KIND, KIND)
    return Reach(found.data["voice"], found.data["emergency"]) if found is not None else Reach("", {})


def call(connection: Connection, ways: Reach, step: Record, real: datetime) -> tuple[str, str | None]:
    """Have somebody rung, as far as that is possible here; returns the step's state and why."""
    if not _DIALLABLE.fullmatch(step.phone or ""):
        return steps.UNREACHABLE, NO_NUMBER
    if not ways.voice:
        return steps.UNREACHABLE, NO_CHANNEL
    to = Address(VOICE, step.phone, ways.voice)
    outbox.call(connection, step.community_id, to, DISCREET, {"alarm": step.alarm_id}, steps.once_of(step.id), real)
    return steps.CALLING, None
