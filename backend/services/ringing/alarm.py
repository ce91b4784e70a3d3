"""A rung of an alarm's ladder on the telephone: only a person who presses a key and goes counts; all else climbs on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from backend.db import Record
from backend.models.work import alarm
from backend.services import alarm_desk, alarm_history
from backend.services.ladder import climb, fits, plan, reach, steps
from backend.services.ringing import rows
from backend.services.ringing.script import Given, Said, digits, name_of
from backend.services.ringing.unanswered import bring_forward, climb_on
from bot.contract import emergency
from bot.contract.errors import Refused
from bot.contract.text import Text, t

LISTENS, GOES, DIALS = 1, 2, 3
# Before a key was pressed nobody hears whose emergency it is, nor which (practice 18).
_DISCREET = t("This is the duty desk of {community} about an urgent matter. To hear it, press 1.")
_ABOUT = t("{kind}: {who}, {place}.", context="call")
_NAMED = t("They named: {means}. Ask for police and ambulance without siren.", context="call")
_GOING = t("If you go now and can be there in ten minutes, press 1. To help from afar, press 2.")
_GOING_PROVED = t("If you go now and can be there in ten minutes, key {code}. To help from afar, press 2.")
FROM_AFAR = t("From another city the number is {number}.")
FOLLOWS = t("Thank you. We go on looking for somebody who can be there soon. The duty desk knows that you know.")
TAKEN = t("Thank you, we count on you. Nobody else is rung for ten minutes.")
_DIAL = t("Has {number} been called? If you call it now, press 3. If it has been called, or you do not know, hang up.")
_DIALLED = t("Good. Please call {number} now, then go. Goodbye.")
OFF = t("Somebody is with them or on the way already. Thank you, you need do nothing.")
_SOMEBODY = t("somebody", context="call")
_NOWHERE = t("place not known yet", context="call")
# As they are called on the line; what is quiet is told to the people on duty alone, and so is every word here.
KINDS: dict[str, Text] = {
    "violence": t("Violence", context="call"),
    "suicide": t("Somebody may hurt themselves", context="call"),
    "fire": t("Fire", context="call"),
    "gas": t("Gas smell", context="call"),
    "medical": t("Medical emergency", context="call"),
    "lift": t("Trapped in a lift", context="call"),
    "child": t("A child in danger", context="call"),
    "fall": t("A fall", context="call"),
    "plea": t("A cry for help", context="call"),
    "check": t("No answer to our question whether all is well", context="call"),
}


class _Alarm:
    """`Purpose` of a rung."""

    urgent = True

    def when(self, connection: Connection, found: Record, now: datetime, real: datetime) -> datetime | None:
        """At any hour, while it climbs."""
        about = _alarm(connection, found)
        step = steps.one(connection, about.id, found.about["step"])
        kept_out = fits.not_now(connection, about, step) if step is not None else ""
        if climb.climbs(connection, about) and not kept_out:
            return now
        why = kept_out or ("going" if about.accepted_by else "closed")
        steps.become(connection, found.about["step"], steps.STOPPED, why, real)
        return None

    def question(self, connection: Connection, found: Record, stage: int) -> Said:
        about = _alarm(connection, found)
        if stage == DIALS:
            return Said((_dial(connection, found, about),), DIALS, keys=1)
        step = steps.one(connection, about.id, found.about["step"])
        if not climb.climbs(connection, about) or not (step is None or fits.may_know(step, about)):
            return Said((OFF,))
        if stage == LISTENS:
            return Said((replace(_DISCREET, params={"community": name_of(found)}),), LISTENS, keys=1)
        told = [about_of(connection, about), *named(connection, about)]
        if found.machine:
            return Said((*told, replace(_GOING_PROVED, params={"code": digits(found.code)})), GOES, keys=2)
        return Said((*told, _GOING), GOES, keys=1)

    def answer(self, connection: Connection, found: Record, given: Given) -> Said | None:
        step = steps.one(connection, found.about["alarm"], found.about["step"])
        if step is None:
            return Said((OFF,))
        if given.stage == LISTENS and given.keys == "1":
            return self.question(connection, found, GOES)
        if given.stage == GOES and given.keys == (found.code if found.machine else "1"):
            return self._goes(connection, found, step, given)
        if given.stage == GOES and given.keys == "2":
            alarm_desk.follow(connection, found.community_id, found.about["alarm"], step.name, given.now)
            rows.become(connection, found.id, rows.REFUSED, "follows")
            steps.become(connection, step.id, steps.ANSWERED, "follows", given.real)
            bring_forward(connection, step, given.now, given.real)
            about = _alarm(connection, found)
            return Said((FOLLOWS, *from_afar(connection, about, aloud=True)))
        if given.stage == DIALS and given.keys == "3":
            number = number_of(connection, _alarm(connection, found))
            alarm_desk.dial(connection, found.community_id, found.about["alarm"], step.name, number, given.now)
            return Said((replace(_DIALLED, params={"number": digits(number)}),))
        return None

    def _goes(self, connection: Connection, found: Record, step: Record, given: Given) -> Said:
        about = _alarm(connection, found)
        if not fits.may_know(step, about):
            return Said((OFF,))
        try:
            alarm_desk.take(
                connection, found.community_id, about.id, step.name, given.now, given.real, alarm_desk.GOING
            )
        except Refused as refusal:
            # Somebody was faster, or it is over: both are good news, and are said.
            return Said((refusal.say or OFF,))
        rows.become(connection, found.id, rows.ACCEPTED)
        steps.become(connection, step.id, steps.ANSWERED, "goes", given.real)
        if about.kind not in plan.DIALS:
            return Said((TAKEN,))
        return Said((TAKEN, _dial(connection, found, about)), DIALS, keys=1)

    def over(
        self, connection: Connection, found: Record, how: str, channel: str, now: datetime, real: datetime
    ) -> None:
        climb_on(connection, found, how, now, real)


def _alarm(connection: Connection, found: Record) -> Record:
    return connection.execute(select(alarm).where(alarm.c.id == found.about["alarm"]).with_for_update()).one()


def about_of(connection: Connection, about: Record) -> Text:
    """What it is, who and where: for whoever has answered."""
    params = {"kind": KINDS[about.kind], "who": _who(connection, about), "place": _place(about)}
    return replace(_ABOUT, params=params)


def named(connection: Connection, about: Record) -> tuple[Text, ...]:
    """By what or where somebody means to end their life, for whoever goes to them (practice 9)."""
    means = alarm_history.means(connection, about.id) if about.kind == "suicide" else []
    return (replace(_NAMED, params={"means": ", ".join(means)}),) if means else ()


def _who(connection: Connection, about: Record) -> str | Text:
    if about.who:
        return str(about.who)
    whole = alarm_desk.one(connection, about.community_id, about.id)
    return str(whole.reporter) if whole.reporter else _SOMEBODY


def _place(about: Record) -> str | Text:
    return str(about.location) if about.location else _NOWHERE


def number_of(connection: Connection, about: Record) -> str:
    return plan.dials(reach.of(connection, about.community_id).emergency, about.kind)


def from_afar(connection: Connection, about: Record, *, aloud: bool = False) -> tuple[Text, ...]:
    """Whoever helps from another city would reach its own 120 (practice 11)."""
    if about.kind in ("lift", "check"):
        return ()
    number = emergency.from_afar(reach.of(connection, about.community_id).emergency, number_of(connection, about))
    return (replace(FROM_AFAR, params={"number": digits(number) if aloud else number}),) if number else ()


def _dial(connection: Connection, found: Record, about: Record) -> Text:
    return replace(_DIAL, params={"number": digits(number_of(connection, about))})


ALARM = _Alarm()
