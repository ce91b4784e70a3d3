"""Whose button was pressed, or in whose home it smokes: they are asked, and silence climbs on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from backend.db import Record
from backend.services import alarm_facts, alarm_history, alarms, care, duress
from backend.services.ladder import anew, climb, fits, steps
from backend.services.ringing import cry, rows
from backend.services.ringing.script import Given, Said, digits, name_of
from backend.services.ringing.unanswered import climb_on
from bot.contract.text import Text, t

ASKED, DANGER = 1, "9"
_PRESSED = t("This is {community}. Your button called for help. If you need help, press 9 or just speak.")
_SMOKE = t("This is {community}. Smoke was reported in your home. Get out now if it is so, and do not use the lift.")
_SMOKE_HELP = t("If you need help, press 9 or just speak.")
_CALLED = t(
    "This is {community}. You called for help, and nobody has said yet that they are coming. We go on looking. "
    "If it got worse, press 9 or just speak."
)
_WELL = t("If all is well, key {code}.")
_STAYS = t("Thank you. A person will still speak with you to make sure, before it is closed.")
_OFF = t("Somebody is on the way to you or with you already. Keep your phone near.")


class _Wearer:
    """`Purpose` of the call to whoever is in danger. All is well only by the number spoken in it (practice 8)."""

    urgent = True

    def when(self, connection: Connection, found: Record, now: datetime, real: datetime) -> datetime | None:
        about = alarms.one(connection, found.about["alarm"])
        step = steps.one(connection, about.id, found.about["step"])
        # A phone that was to ring in a home where gas was smelt meanwhile does not.
        harm = fits.not_now(connection, about, step) if step is not None else ""
        if climb.climbs(connection, about) and not harm:
            return now
        steps.become(connection, found.about["step"], steps.STOPPED, harm or "going", real)
        return None

    def question(self, connection: Connection, found: Record, stage: int) -> Said:
        about = alarms.one(connection, found.about["alarm"])
        if not climb.climbs(connection, about):
            return Said((_OFF,))
        house = {"community": name_of(found)}
        why: tuple[Text, ...] = (replace(_PRESSED, params=house),)
        if about.kind == "fire":
            why = (replace(_SMOKE, params=house), _SMOKE_HELP)
        elif about.channel != alarms.DEVICE:
            why = (replace(_CALLED, params=house),)
        return Said((*why, replace(_WELL, params={"code": digits(found.code)})), ASKED, keys=2, hears=True)

    def answer(self, connection: Connection, found: Record, given: Given) -> Said | None:
        key, step = found.about["alarm"], steps.one(connection, found.about["alarm"], found.about["step"])
        if step is None:
            return Said((_OFF,))
        if _is_duress(connection, found, step, given):
            rows.become(connection, found.id, rows.ACCEPTED)
            steps.become(connection, step.id, steps.ANSWERED, "duress", given.real)
            duress.silent(connection, key, step.name, f"call:{found.id}", given.now, given.real)
            return Said((_STAYS,))
        if given.keys == found.code:
            rows.become(connection, found.id, rows.ACCEPTED)
            steps.become(connection, step.id, steps.ANSWERED, "well", given.real)
            alarms.request_cancel(connection, key, step.name, "", given.now, given.real)
            return Said((_STAYS,))
        if given.words or given.keys.startswith(DANGER):
            rows.become(connection, found.id, rows.REFUSED, "danger")
            steps.become(connection, step.id, steps.ANSWERED, "danger", given.real)
            alarm_history.add(connection, key, "said", step.name, given.words or DANGER, None, given.now)
            if given.danger and given.danger != cry.DOUBT:
                alarm_facts.graver(connection, alarms.one(connection, key), given.danger, given.now, given.real)
            anew.cried(connection, key, step.name, given.now, given.real)
            alarms.ring(connection, found.community_id)
            return Said((cry.heard(connection, found),))
        return None

    def over(
        self, connection: Connection, found: Record, how: str, channel: str, now: datetime, real: datetime
    ) -> None:
        climb_on(connection, found, how, now, real)


def _is_duress(connection: Connection, found: Record, step: Record, given: Given) -> bool:
    """Their word, spoken or keyed: it sounds as if all were well."""
    row = care.of(connection, found.community_id, step.ref)
    said = given.keys or given.words
    return bool(row is not None and row.duress and said and care.is_duress(step.ref, row.duress, said))


WEARER = _Wearer()
