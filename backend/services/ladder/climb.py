"""Climbs while nobody is with the person: each rung is a story whose time has come; our rows decide what is done."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from backend.db import Record
from backend.models.talk import message
from backend.models.work import alarm
from backend.services import alarm_history, alarm_rows, care, stories, watching
from backend.services.ladder import anew, fits, plan, reach, start, steps, told
from backend.services.ladder.steps import CONSOLE, CONTACT, WEARER
from backend.services.ringing import bridge, rows
from bot.contract.errors import LinliError
from bot.contract.text import Text, t

log = logging.getLogger("linli.ladder")

LAPSE = "lapse"
# What a row or a line of config.yml that nobody expected breaks, or the database refuses of it; a database that is away
# is told to whoever cries.
BROKEN = (
    LinliError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    IntegrityError,
    DataError,
    ProgrammingError,
)
EXHAUSTED = -1
# So long a provider may say nothing of a call; between two calls to who is in danger; since their last word on a call.
NO_WORD, BACK_AGAIN, IN_TALK = timedelta(seconds=60), timedelta(minutes=3), timedelta(seconds=60)
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


def begin(connection: Connection, community: str, alarm_id: str, now: datetime, real: datetime) -> None:
    """The first round, with the alarm: whoever is due in its first second is rung by rows of the transaction in which
    it stands, so that nothing can come between. What breaks here costs nobody the alarm: the rung is a story then.
    """
    first = {"alarm": alarm_id, "round": start.FIRST, "rung": 0, "since": real.isoformat()}
    try:
        with connection.begin_nested():
            climb(connection, 0, first, now, real)
    except BROKEN:
        log.exception("the first rung waits for its story", extra={"alarm": alarm_id})
        start.begin(connection, community, alarm_id, start.FIRST, real, real)


def climb(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """One rung. Whoever is going, arrived or has closed it ends the climbing; the rows of this rung are done once."""
    found = connection.execute(select(alarm).where(alarm.c.id == data["alarm"]).with_for_update()).one()
    number, rung, since = data["round"], data["rung"], datetime.fromisoformat(data["since"])
    if not climbs(connection, found) or number < steps.last_round(connection, found.id):
        # A round that began anew leaves nothing to the one before it.
        return False
    if rung == EXHAUSTED:
        return _exhausted(connection, found, number, now, real)
    if rung == 0:
        heard = watching.now(connection, found.community_id, real).heard > 0
        wanted = plan.plan(connection, found, now, heard=heard)
        if data.get("everybody"):
            wanted = plan.at_once(wanted)
        planned = [(step, plan.due(found, step, since)) for step in wanted]
        steps.put(connection, found.community_id, found.id, number, planned)
    else:
        _unheard_of(connection, found, number, now, real)
    if data.get("worse"):
        _turned(connection, found, number, now, real)
        return True
    ways = reach.of(connection, found.community_id)
    became = set()
    for step in steps.of_round(connection, found.id, number):
        if step.rung == rung and step.state == steps.PLANNED:
            became.add(_do(connection, found, step, ways, now, real))
    if rung or became - {steps.SHOWN, steps.CALLING}:
        for ladder in steps.LADDERS:
            forward(connection, found, number, ladder, now, real)
    _go_on(connection, found, number, rung, since, real)
    return True


def _turned(connection: Connection, found: Record, number: int, now: datetime, real: datetime) -> None:
    """It turned worse while this round goes on: who must not be rung now is not, and who joined it is rung at once
    where their second is past."""
    ways = reach.of(connection, found.community_id)
    for step in steps.of_round(connection, found.id, number):
        if step.state != steps.PLANNED:
            continue
        why = fits.not_now(connection, found, step)
        if why:
            steps.become(connection, step.id, steps.STOPPED, why, real)
        elif step.due_at <= real:
            _do(connection, found, step, ways, now, real)
    for ladder in steps.LADDERS:
        forward(connection, found, number, ladder, now, real)


def found_out(connection: Connection, alarm_id: str, now: datetime, real: datetime) -> None:
    """Where they are, or whose home it is, was told after the round began: whoever is to be called for them joins it,
    and is rung at once where their second is past."""
    found = connection.execute(select(alarm).where(alarm.c.id == alarm_id).with_for_update()).one()
    number = steps.last_round(connection, alarm_id)
    begun = [row for row in steps.of_round(connection, alarm_id, number) if row.kind == CONSOLE]
    if not begun or not climbs(connection, found):
        return
    wanted = [step for step in plan.plan(connection, found, now, heard=True) if step.kind in (CONTACT, WEARER)]
    since = begun[0].due_at
    # Nobody was due before it was known that they are wanted.
    planned = [(step, max(plan.due(found, step, since), real)) for step in wanted]
    steps.put(connection, found.community_id, alarm_id, number, planned)
    ways = reach.of(connection, found.community_id)
    for step in steps.of_round(connection, alarm_id, number):
        if step.kind in (CONTACT, WEARER) and step.state == steps.PLANNED and step.due_at <= real:
            _do(connection, found, step, ways, now, real)
    forward(connection, found, number, steps.FAMILY, now, real)


def forward(
    connection: Connection, found: Record, number: int, ladder: frozenset[str], now: datetime, real: datetime
) -> None:
    """Whoever was tried of this ladder does not answer, and nobody of it rings any more: its next rung waits for no
    clock. Nothing is brought forward before anybody was tried."""
    ways = reach.of(connection, found.community_id)
    while ways.voice and climbs(connection, found):
        mine = [row for row in steps.of_round(connection, found.id, number) if row.kind in ladder]
        tried = any(row.state in (steps.SILENT, steps.UNREACHABLE, steps.ANSWERED) for row in mine)
        waiting = [row for row in mine if row.state == steps.PLANNED]
        if not tried or not waiting or any(row.state == steps.CALLING for row in mine):
            return
        for step in waiting:
            if step.rung == waiting[0].rung:
                _do(connection, found, step, ways, now, real)


def _unheard_of(connection: Connection, found: Record, number: int, now: datetime, real: datetime) -> None:
    """A provider that took a call and never told what came of it: the board does not say for ever that it rings."""
    for row in steps.of_round(connection, found.id, number):
        if row.state == steps.CALLING and row.line == rows.RINGING and real - row.done_at >= NO_WORD:
            steps.become(connection, row.id, steps.SILENT, "no_word", real)
            alarm_history.add(connection, found.id, "no_word", row.name, None, None, now)


def climbs(connection: Connection, found: Record) -> bool:
    """Nobody is going, nobody has arrived, and nobody has closed it."""
    return (
        found.state in alarm_rows.OPEN
        and found.accepted_by is None
        and not alarm_history.has_arrived(connection, found.id)
    )


def _do(connection: Connection, found: Record, step: Record, ways: reach.Reach, now: datetime, real: datetime) -> str:
    """Returns what the step became."""
    if step.kind == CONSOLE:
        listening = watching.now(connection, found.community_id, real).heard
        steps.become(connection, step.id, steps.SHOWN, None if listening else "no_sound", real)
        alarm_history.add(connection, found.id, "shown", str(listening), None, None, now)
        alarm_rows.ring(connection, found.community_id)
        return steps.SHOWN
    spared = _spared(connection, found, step, real)
    if spared:
        steps.become(connection, step.id, steps.STOPPED, spared, real)
        return steps.STOPPED
    state, reason = reach.call(connection, ways, step, real)
    steps.become(connection, step.id, state, reason, real)
    alarm_history.add(connection, found.id, state, step.name, None, None, now)
    alarm_rows.ring(connection, found.community_id)
    return state


def _spared(connection: Connection, found: Record, step: Record, real: datetime) -> str:
    """Why this one is not rung: the family of who says that it was nothing; whom its kind keeps out; and whoever is in
    danger while somebody else has them on the line, or a moment after the last call (practice 2, 4, 12)."""
    why = fits.not_now(connection, found, step)
    if why or step.kind != WEARER:
        return why or ("cancel" if step.kind == CONTACT and found.state == "cancel_requested" else "")
    row = care.of(connection, found.community_id, step.ref)
    if row is not None and row.deaf:
        return "deaf"
    if alarm_history.has(connection, found.id, alarm_history.MUTE):
        return "mute"
    talk = bridge.has_them(connection, found.id, found.community_id, step.phone)
    if talk:
        return talk
    others = [row for row in steps.of(connection, found.id) if row.kind == WEARER and row.id != step.id]
    if found.channel == alarm_rows.DEVICE:
        # They have just told us on the line that it is no false alarm.
        told_us = (row.done_at for row in others if row.state == steps.ANSWERED and row.reason == "danger")
        return "just_called" if any(real - at < BACK_AGAIN for at in told_us) else ""
    if alarm_history.has(connection, found.id, "dialled"):
        return "dialled"
    rang = [row.done_at for row in others if row.done_at and row.state in (steps.CALLING, steps.SILENT, steps.ANSWERED)]
    if rang and real - max(rang) < BACK_AGAIN:
        return "just_called"
    return "in_talk" if _on_the_line(connection, found, real) else ""


def _on_the_line(connection: Connection, found: Record, real: datetime) -> bool:
    """They talk with us on the telephone just now: a second call would only ring in their ear."""
    if found.channel != reach.VOICE or found.conversation_id is None:
        return False
    mine = select(func.max(message.c.received_at)).where(message.c.conversation_id == found.conversation_id)
    last = connection.execute(mine).scalar_one_or_none()
    return last is not None and real - last < IN_TALK


def _go_on(connection: Connection, found: Record, number: int, rung: int, since: datetime, real: datetime) -> None:
    if found.kind == "check":
        if rung == 0:
            until = since + timedelta(seconds=plan.CHECK_SECONDS)
            start.rung(connection, found.community_id, found.id, number, 1, since, until, real)
        return
    last = rung + 1 == len(plan.RUNGS)
    seconds = plan.EXHAUSTED_SECONDS if last else plan.RUNGS[rung + 1]
    until = since + timedelta(seconds=seconds)
    start.rung(connection, found.community_id, found.id, number, EXHAUSTED if last else rung + 1, since, until, real)


def _exhausted(connection: Connection, found: Record, number: int, now: datetime, real: datetime) -> bool:
    """Nobody came: the person in danger is told so (practice 10), and everybody is rung anew, all at once."""
    alarm_history.add(connection, found.id, "exhausted", "", None, None, now)
    alarm_rows.ring(connection, found.community_id)
    ways = reach.of(connection, found.community_id)
    if number <= plan.TOLD:
        nobody = RINGING if ways.voice else NOBODY
        text = Text(nobody.msgid, {"number": plan.dials(ways.emergency, found.kind)}, spoken=nobody.spoken)
        told.exhausted(connection, found, text, number, real)
    _unheard_of(connection, found, number, now, real)
    if number < plan.ROUNDS:
        start.begin(connection, found.community_id, found.id, number + 1, real, real, everybody=True)
    return True


def going(connection: Connection, community: str, alarm_id: str, until: datetime, real: datetime) -> None:
    """Somebody is on the way: nobody climbs until then, and if nobody has arrived by then it goes on."""
    connection.execute(update(alarm).where(alarm.c.id == alarm_id).values(going_until=until))
    data = {"alarm": alarm_id, "until": until.isoformat()}
    stories.begin(connection, community, LAPSE, data, until, f"{LAPSE}:{alarm_id}:{until.isoformat()}", real)


def lapse(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """The stated time is over and nobody said "arrived": the alarm is everybody's again (practice 3)."""
    found = connection.execute(select(alarm).where(alarm.c.id == data["alarm"]).with_for_update()).one()
    until = datetime.fromisoformat(data["until"])
    if found.accepted_by is None or found.going_until != until or found.state not in alarm_rows.OPEN:
        return False
    if alarm_history.has_arrived(connection, found.id):
        return False
    state = "open" if found.state == "accepted" else found.state
    free = update(alarm).where(alarm.c.id == found.id)
    connection.execute(free.values(state=state, **anew.NOBODY))
    alarm_history.add(connection, found.id, "lapsed", found.accepted_by, None, None, now)
    told.lapsed(connection, found, plan.dials(reach.of(connection, found.community_id).emergency, found.kind), real)
    alarm_rows.ring(connection, found.community_id)
    anew.climbs_anew(connection, found, real)
    return True
