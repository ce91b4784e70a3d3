"""A call that only tries whether the line, the number and the person are there; it says at once that it is no alarm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from backend.db import Record
from backend.models.people import duty
from backend.services import desk_news
from backend.services.drills import heartbeat, operator
from backend.services.drills import rows as drills
from backend.services.ringing import cry, notice, rows
from backend.services.ringing.script import Given, Said, digits, name_of
from backend.services.ringing.words import means
from bot.contract.text import Text, t

ASKED, SURE = 1, 2
# Nobody who is on duty is tried while an alarm is open.
LATER = timedelta(hours=1)
DUTY_AGAIN = timedelta(minutes=15)
REFUSED, UNHEARD = "wrong_number", "too_often"

_MACHINE = t("This is a test of the alarm line of {community}. It is no alarm, nobody need do anything. Goodbye.")
_DUTY = t("This is a drill of {community}, not an alarm. If you hear this and would go now, press 1.")
_DUTY_PROVED = t("This is a drill of {community}, not an alarm. If you hear this and would go now, key {code}.")
_TEST = t(
    "This is {community} with the monthly test of your call for help. It is no alarm. "
    "Please press 9 now, as you would in danger, or say: help."
)
_NUMBER = t(
    "This is the front desk of {community}. You are named as somebody to be called in an emergency. "
    "Is this still the number of {name}? If so, press 1. If not, press 2."
)
_TOLD = t(
    "{community}: a test of the alarm line has failed. Please look at the SOS board. If you have heard this, press 1."
)
_SCREEN = t(
    "{community}: the duty screen {name} has gone dark, nobody may be watching. Please look after it. "
    "If you have heard this, press 1."
)
_THANKS = t("Thank you, that worked. Goodbye.")
_WORKED = t(
    "Thank you, that worked: a call for help of yours arrives. If you need help now, press 9 once more, or just speak. "
    "Otherwise just hang up."
)
_SORRY = t("Thank you for telling us. The desk is told that this number is not theirs. Goodbye.")
_HELP = (t("help", context="said"),)
_PLAIN: Mapping[str, Text] = {drills.DUTY: _DUTY, drills.NUMBER: _NUMBER, drills.TOLD: _TOLD}


class _Drill:
    """`Purpose` of every drill on the telephone; which one is the drill's own row to say."""

    urgent = False

    def when(self, connection: Connection, found: Record, now: datetime, real: datetime) -> datetime | None:
        about = drills.one(connection, found.about["drill"])
        if about.state not in (drills.WAITING, drills.RUNNING):
            return None
        if about.kind == drills.HEARTBEAT or _is_wished_now(found, about):
            return now
        if about.kind != drills.TOLD and desk_news.alarms(connection, found.community_id):
            return now + LATER
        if about.kind in (drills.DUTY, drills.TOLD):
            return notice.by_day(now)
        at = notice.within_budget(connection, found, now, real)
        if at is None:
            drills.end(connection, about.id, drills.FAILED, UNHEARD, real)
        return at

    def question(self, connection: Connection, found: Record, stage: int) -> Said:
        about = drills.one(connection, found.about["drill"])
        house = {"community": name_of(found)}
        if about.kind == drills.HEARTBEAT:
            return Said((replace(_MACHINE, params=house),))
        if about.kind == drills.TEST:
            if stage == SURE:
                return Said((_WORKED,), SURE, keys=1, hears=True, hints=_HELP)
            return Said((replace(_TEST, params=house),), ASKED, keys=1, hears=True, hints=_HELP)
        if about.kind == drills.DUTY and found.machine:
            proved = replace(_DUTY_PROVED, params={**house, "code": digits(found.code)})
            return Said((proved,), ASKED, keys=len(found.code))
        text, name = _PLAIN[about.kind], about.name
        if about.kind == drills.TOLD:
            failed = drills.one(connection, found.about["failed"])
            text, name = (_SCREEN, failed.name) if failed.kind == drills.SCREEN else (text, name)
        return Said((replace(text, params={**house, "name": name}),), ASKED, keys=1)

    def answer(self, connection: Connection, found: Record, given: Given) -> Said | None:
        about = drills.one(connection, found.about["drill"])
        if given.keys == "0":
            return Said((notice.BACK,))
        if about.kind == drills.TEST:
            return self._tested(connection, found, about, given)
        if cry.is_cry(given):
            return self._cry(connection, found, about, given)
        if about.kind == drills.NUMBER and given.keys == "2":
            rows.become(connection, found.id, rows.REFUSED, "wrong")
            fail(connection, about, REFUSED, given.now, given.real)
            return Said((_SORRY,))
        proof = found.code if found.machine and about.kind == drills.DUTY else "1"
        if given.keys != proof:
            return None
        self._passed(connection, found, about, given.real)
        if about.kind == drills.DUTY:
            mine = update(duty).where(duty.c.id == about.ref, duty.c.community_id == about.community_id)
            connection.execute(mine.values(drill_answered_at=given.real))
        return Said((_THANKS,))

    def _tested(self, connection: Connection, found: Record, about: Record, given: Given) -> Said | None:
        """Only what was asked for is a test: whoever says more than that is in danger while we test, and a mailbox says
        nothing of the kind."""
        tried = given.keys == cry.KEY or means("tried", given.words)
        if given.stage == SURE:
            return self._cry(connection, found, about, given) if tried or given.danger else None
        if given.danger and not tried:
            return self._cry(connection, found, about, given)
        if not tried:
            return None
        self._passed(connection, found, about, given.real)
        return self.question(connection, found, SURE)

    def _cry(self, connection: Connection, found: Record, about: Record, given: Given) -> Said:
        said = cry.raised(connection, found, given, about.ref if about.kind == drills.TEST else None)
        if about.kind == drills.TOLD:
            _next_one(connection, found, about, cry.REASON, given.now, given.real)
        else:
            # Also one that had passed a moment ago: what was keyed then may have been meant.
            drills.undo(connection, about.id, cry.REASON, given.real)
        return said

    def _passed(self, connection: Connection, found: Record, about: Record, real: datetime) -> None:
        rows.become(connection, found.id, rows.ACCEPTED)
        drills.note(connection, about.id, answered_at=real)
        drills.end(connection, about.id, drills.PASSED, None, real)

    def over(
        self, connection: Connection, found: Record, how: str, channel: str, now: datetime, real: datetime
    ) -> None:
        about = drills.one(connection, found.about["drill"])
        if about.state not in (drills.WAITING, drills.RUNNING):
            return
        if about.kind == drills.HEARTBEAT:
            # A machine picked up, heard us out and hung up: that is all that was tried.
            if how in (rows.SILENT, rows.MACHINE):
                self._passed(connection, found, about, real)
            else:
                heartbeat.fail(connection, about, how, now, real)
        elif about.kind == drills.TOLD:
            _next_one(connection, found, about, how, now, real)
        elif found.tries <= len(notice.AGAIN):
            at = now + (DUTY_AGAIN if about.kind == drills.DUTY else notice.AGAIN[found.tries - 1])
            rows.again(connection, found, channel, real + (notice.by_day(at) - now), urgent=False)
        else:
            fail(connection, about, how, now, real)


def _is_wished_now(found: Record, about: Record) -> bool:
    """That the alarms' line is down is told at any hour; a test that somebody asked for is wished for once, and its
    later tries are calls like any other."""
    return bool(found.about.get("urgent")) and (about.kind == drills.TOLD or found.tries == 0)


def _next_one(connection: Connection, found: Record, about: Record, how: str, now: datetime, real: datetime) -> None:
    """Whoever was to hear of a failed test did not: the next one is rung."""
    if drills.end(connection, about.id, drills.FAILED, how, real):
        place, urgent = int(found.about["place"]) + 1, bool(found.about["urgent"])
        operator.ring(connection, drills.one(connection, found.about["failed"]), place, now, real, urgent=urgent)


def fail(connection: Connection, about: Record, reason: str, now: datetime, real: datetime) -> None:
    """A person's drill: it can wait for the day."""
    if drills.end(connection, about.id, drills.FAILED, reason, real):
        operator.tell(connection, drills.one(connection, about.id), now, real, urgent=False)


DRILL = _Drill()
