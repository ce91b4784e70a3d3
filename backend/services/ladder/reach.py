"""Which ways lead to a person here: what config.yml switched on, put where the ladder finds it.

A step is a call (`services/ringing`) and, beside it, a written word wherever one arrives; where nothing can be carried,
every step says honestly that nobody could be called.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from backend.db import Record
from backend.models.ladder import alarm_step
from backend.services import bindings, board, communities, outbox
from backend.services.ladder import steps
from backend.services.ringing import rows
from bot.contract.emergency import complete
from bot.contract.messages import Address
from bot.contract.text import Text, t

KIND = "reach"
VOICE, TEXT = "phone", outbox.SMS
# What a register may hold instead of a number ("none", "ask her son") is nothing that can be dialled.
_DIALLABLE = re.compile(r"\+?\d(?:[\s-]?\d){2,19}")
_NO_DIGITS = re.compile(r"\D+")
# What tells one number of a country from another.
_OWN = 11
NO_CHANNEL, NO_NUMBER = "no_phone_channel", "no_number"
# Who is written to beside the call; a guard room's line reads nothing, and who is in danger is not asked to read.
READS = frozenset({steps.DUTY, steps.CONTACT})
DIGITS = 4
# Nothing of whose emergency it is, nor which, before somebody has answered (practice 18).
_BESIDE = t(
    "{community}, duty desk: an urgent matter. We are calling you now. If our call does not reach you, reply {code} "
    "and you hear here what it is about."
)
_INSTEAD = t(
    "{community}, duty desk: an urgent matter, and we cannot call you just now. Reply {code} and you hear here what it "
    "is about."
)


@dataclass(frozen=True, slots=True)
class Reach:
    """voice: the account that can call, text: that can write, empty for none; emergency: purpose → number that people
    dial themselves; guard, trained: name and phone of the guard room, and of those trained to speak with somebody who
    does not want to live, and when; empty for none."""

    voice: str
    emergency: Mapping[str, str]
    guard: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    trained: Sequence[Mapping[str, Any]] = ()


def rule(
    connection: Connection,
    community: str,
    voice: str,
    emergency: Mapping[str, str],
    guard: Mapping[str, str] | None = None,
    text: str = "",
    trained: Sequence[Mapping[str, Any]] = (),
) -> None:
    """What config.yml says of this community."""
    data: dict[str, Any] = {"voice": voice, "emergency": dict(emergency), "guard": dict(guard or {}), "text": text}
    # A process of the release before reads one of them, while both run; it may go with the next release.
    data |= {"trained_by_rota": list(trained), "trained": dict(trained[0]) if trained else {}}
    board.put(connection, community, KIND, [{"key": KIND, **data}])


def of(connection: Connection, community: str) -> Reach:
    found = board.one(connection, community, KIND, KIND)
    if found is None:
        return Reach("", complete({}))
    data = found.data
    return Reach(
        data["voice"], complete(data["emergency"]), data.get("guard", {}), data.get("text", ""), _trained(data)
    )


def _trained(data: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Also of rows that were written before there was a rota, by a process that still runs."""
    before = data.get("trained") or ()
    found: Sequence[Mapping[str, Any]] = data.get("trained_by_rota") or ([before] if "name" in before else before)
    return found


def is_number(phone: str | None) -> bool:
    """Whether this can be dialled."""
    return bool(_DIALLABLE.fullmatch(phone or ""))


def is_same(one: str, other: str) -> bool:
    """Whether these are one number, however each is written."""
    return bare(one) == bare(other) != ""


def bare(phone: str) -> str:
    """What two ways of writing one number have in common."""
    return _NO_DIGITS.sub("", phone)[-_OWN:]


def call(connection: Connection, ways: Reach, step: Record, real: datetime) -> tuple[str, str | None]:
    """Have somebody rung, and written to wherever they read, as far as that is possible here; returns the step's state
    and why."""
    dialled = is_number(step.phone)
    if step.kind in READS and dialled:
        _write(connection, ways, step, real)
    if not dialled:
        return steps.UNREACHABLE, NO_NUMBER
    if not ways.voice:
        return steps.UNREACHABLE, NO_CHANNEL
    purpose = rows.WEARER if step.kind == steps.WEARER else rows.ALARM
    to, about = Address(VOICE, step.phone, ways.voice), {"alarm": step.alarm_id, "step": step.id}
    wanted = rows.Wanted(step.community_id, purpose, to, steps.once_of(step.id), about)
    rows.place(connection, wanted, real, real, urgent=True)
    return steps.CALLING, None


def _write(connection: Connection, ways: Reach, step: Record, real: datetime) -> None:
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    text = _BESIDE if ways.voice else _INSTEAD
    said = Text(text.msgid, {"community": communities.name(connection, step.community_id), "code": " ".join(code)})
    if write(connection, ways, step.community_id, step.phone, said, f"ladder:{step.id}:text", real):
        # The board says that it was written to by this, and so does whoever waits.
        connection.execute(update(alarm_step).where(alarm_step.c.id == step.id).values(code=code))


def write(
    connection: Connection, ways: Reach, community: str, phone: str, text: Text, once: str, real: datetime
) -> int:
    """To this number as a text message, and to the chats that are proved to be of whoever has it; returns how many."""
    talks = bindings.chats(connection, community, phone)
    for talk in talks:
        outbox.push(connection, talk, text, f"{once}:{talk}"[:100], real, last=True)
    if ways.text:
        outbox.alert(connection, community, Address(TEXT, phone, ways.text), text, once, real)
    return len(talks) + bool(ways.text)
