"""Climbs while nobody is with the person: each rung is a story whose time has come; our rows decide what is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from backend.db import Record
from backend.models.work import alarm
from backend.services import alarms, stories
from backend.services.ladder import plan, reach, start, steps, told
from backend.services.ladder.steps import CONSOLE, CONTACT
from backend.services.sign_in import sessions
from bot.contract.text import Text, t

LAPSE = "lapse"
EXHAUSTED = -1
NOBODY = t(
    "Nobody here has answered yet. Please dial {number} yourself now; we go on looking for somebody.",
    spoken="Nobody here has answered yet. Please dial {number} yourself now. We go on looking for somebody.",
)
RINGING = t(
    "Nobody has answered yet. We are calling everybody we have a number of, all at once. "
    "Please dial {number} yourself now.",
    spoken="Nobody has answered yet. We are calling everybody we have a number of, all at once. "
    "Please dial {number} yourself now.",
)


def climb(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """One rung. Whoever is going, arrived or has closed it ends the climbing; the rows of this rung are done once."""
    found = connection.execute(select(alarm).where(alarm.c.id == data["alarm"]).with_for_update()).one()
    number, rung, since = data["round"], data["rung"], datetime.fromisoformat(data["since"])
    if not climbs(connection, found):
        return False
    if rung == EXHAUSTED:
        return _exhausted(connection, found, number, now, real)
    if rung == 0:
        heard = sessions.heard(connection, found.community_id, real) > 0
        wanted = plan.plan(connection, found, heard=heard)
        if data.get("everybody"):
            wanted = plan.at_once(wanted)
        planned = [(step, plan.due(found, step, since)) for step in wanted]
        steps.put(connection, found.community_id, found.id, number, planned)
    ways = reach.of(connection, found.community_id)
    done = [_do(connection, found, step, ways, now, real) for step in steps.planned(connection, found.id, number, rung)]
    # Where nobody on this rung has a number that can be called, the next one does not wait for them.
    in_vain = bool(ways.voice and done) and set(done) == {steps.UNREACHABLE}
    _go_on(connection, found, number, rung, since, real, at_once=in_vain)
    return True


def climbs(connection: Connection, found: Record) -> bool:
    """Nobody is going, nobody has arrived, and nobody has closed it."""
    return found.state in alarms.OPEN and found.accepted_by is None and not alarms.has_arrived(connection, found.id)


def _do(connection: Connection, found: Record, step: Record, ways: reach.Reach, now: datetime, real: datetime) -> str:
    """Returns what the step became."""
    if step.kind == CONSOLE:
        listening = sessions.heard(connection, found.community_id, real)
        steps.become(connection, step.id, steps.SHOWN, None if listening else "no_sound", real)
        alarms.add(connection, found.id, "shown", str(listening), None, None, now)
        alarms.ring(connection, found.community_id)
        return steps.SHOWN
    if step.kind == CONTACT and found.state == "cancel_requested":
        steps.become(connection, step.id, steps.STOPPED, "cancel", real)
        return steps.STOPPED
    state, reason = reach.call(connection, ways, step, real)
    steps.become(connection, step.id, state, reason, real)
    alarms.add(connection, found.id, state, step.name, None, None, now)
    alarms.ring(connection, found.community_id)
    return state


def _go_on(
    connection: Connection, found: Record, number: int, rung: int, since: datetime, real: datetime, *, at_once: bool
) -> None:
    if found.kind == "check":
        if rung == 0:
            until = since + timedelta(seconds=plan.CHECK_SECONDS)
            start.rung(connection, found.community_id, found.id, number, 1, since, until, real)
        return
    last = rung + 1 == len(plan.RUNGS)
    seconds = plan.EXHAUSTED_SECONDS if last else plan.RUNGS[rung + 1]
    until = real if at_once and not last else since + timedelta(seconds=seconds)
    start.rung(connection, found.community_id, found.id, number, EXHAUSTED if last else rung + 1, since, until, real)


def _exhausted(connection: Connection, found: Record, number: int, now: datetime, real: datetime) -> bool:
    """Nobody came: the person in danger is told so (practice 10), and everybody is rung anew, all at once."""
    alarms.add(connection, found.id, "exhausted", "", None, None, now)
    alarms.ring(connection, found.community_id)
    ways = reach.of(connection, found.community_id)
    if number <= plan.TOLD:
        nobody = RINGING if ways.voice else NOBODY
        text = Text(nobody.msgid, {"number": _dials(ways, found)}, spoken=nobody.spoken)
        told.exhausted(connection, found, text, number, real)
    if number < plan.ROUNDS:
        start.begin(connection, found.community_id, found.id, number + 1, real, real, everybody=True)
    return True


def _dials(ways: reach.Reach, found: Record) -> str:
    return ways.emergency.get(plan.DIALS.get(found.kind, "ambulance"), "120")


def going(connection: Connection, community: str, alarm_id: str, until: datetime, real: datetime) -> None:
    """Somebody is on the way: nobody climbs until then, and if nobody has arrived by then it goes on."""
    connection.execute(update(alarm).where(alarm.c.id == alarm_id).values(going_until=until))
    data = {"alarm": alarm_id, "until": until.isoformat()}
    stories.begin(connection, community, LAPSE, data, until, f"{LAPSE}:{alarm_id}:{until.isoformat()}", real)


def lapse(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """The stated time is over and nobody said "arrived": the alarm is everybody's again (practice 3)."""
    found = connection.execute(select(alarm).where(alarm.c.id == data["alarm"]).with_for_update()).one()
    until = datetime.fromisoformat(data["until"])
    if found.accepted_by is None or found.going_until != until or found.state not in alarms.OPEN:
        return False
    if alarms.has_arrived(connection, found.id):
        return False
    state = "open" if found.state == "accepted" else found.state
    free = update(alarm).where(alarm.c.id == found.id)
    connection.execute(free.values(accepted_by=None, going_until=None, state=state))
    steps.stop(connection, found.id, "again", real)
    alarms.add(connection, found.id, "lapsed", found.accepted_by, None, None, now)
    told.lapsed(connection, found, _dials(reach.of(connection, found.community_id), found), real)
    alarms.ring(connection, found.community_id)
    start.begin(connection, found.community_id, found.id, steps.last_round(connection, found.id) + 1, real, real)
    return True
