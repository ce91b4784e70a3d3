"""From a request of the line to what is said next, and from a call's end to what follows: one transaction each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from backend.db import Record
from backend.services.ringing import alarm, bell, bridge, cry, daily, drill, news, notice, rows, wearer
from backend.services.ringing.script import OVER, Given, Purpose, Said
from bot.contract.errors import Refused
from bot.contract.ringing import COMPLETED, FAILED, Turn
from bot.contract.text import Text, t

PURPOSES: Mapping[str, Purpose] = {
    rows.ALARM: alarm.ALARM,
    rows.BELL: bell.BELL,
    rows.NOTICE: notice.NOTICE,
    rows.WEARER: wearer.WEARER,
    rows.DRILL: drill.DRILL,
    rows.NEWS: news.NEWS,
    rows.DAILY: daily.DAILY,
    rows.BRIDGE: bridge.BRIDGE,
}
# Calls about something else, on which a cry is one like anywhere; the others ask about danger and know what it means.
_WAIT_FOR_ONE = frozenset({rows.BELL, rows.NOTICE, rows.NEWS})
# Alarms and what tries them come from one number, which people save; notices and visitors from another (practice 18).
OWN_NUMBER = frozenset({rows.ALARM, rows.WEARER, rows.NEWS, rows.DRILL, rows.DAILY, rows.BRIDGE})
# So often nothing, or nothing that we know, is heard; then the line is given up and counts as silence.
QUIET = 2
FIRST, LANGUAGE = 1, "5"
_OTHER = t("To speak English, press 5.")


@dataclass(frozen=True, slots=True)
class Next:
    """said: in `language`; also: a sentence for who does not know that language, in `other`."""

    said: Said
    language: str
    quiet: int = 0
    also: Text | None = None
    other: str = ""


def begin(connection: Connection, key: str, channel: str, now: datetime, real: datetime) -> str:
    """Just before it rings; returns what for, "" where nobody is rung for it any more, or not yet."""
    found = rows.one(connection, key)
    purpose, here = PURPOSES[found.purpose], now.astimezone(ZoneInfo(found.timezone))
    at = purpose.when(connection, found, here, real)
    if at is None:
        rows.become(connection, key, rows.DROPPED, found.reason or "unwanted", real)
        return ""
    if at > here:
        rows.again(connection, found, channel, real + (at - here), urgent=purpose.urgent)
        return ""
    rows.rings(connection, key, real)
    return str(found.purpose)


def turn(
    connection: Connection,
    account: str,
    given: Turn,
    languages: Sequence[str],
    now: datetime,
    real: datetime,
    danger: str = "",
) -> Next:
    """danger: what hop 2 heard in the words. Raises `Refused` (404) for a call that this account was never asked
    for."""
    found = _of(connection, account, given.call)
    language = found.language if found.language in languages else languages[0]
    if found.ended_at is not None and found.state not in (rows.ACCEPTED, rows.REFUSED):
        return Next(Said((OVER,)), language)
    if given.machine and not found.machine:
        found = _machine(connection, found, real)
    purpose = PURPOSES[found.purpose]
    if given.stage == 0:
        if found.state == rows.RINGING:
            rows.become(connection, found.id, rows.ANSWERED)
            rows.log(connection, found.id, rows.PICKED_UP, None, real)
        rows.speak(connection, found.id, language)
        found = rows.one(connection, found.id)
        return _first(connection, found, purpose, language, languages)
    if given.keys or given.words:
        rows.log(connection, found.id, rows.KEYED, _shown(found, given.keys), real)
    if given.keys == LANGUAGE and len(languages) > 1 and found.state == rows.ANSWERED:
        language = languages[(languages.index(language) + 1) % len(languages)]
        rows.speak(connection, found.id, language)
        return Next(purpose.question(connection, rows.one(connection, found.id), given.stage), language)
    here = now.astimezone(ZoneInfo(found.timezone))
    what = Given(given.stage, given.keys, given.words, here, real, danger)
    elsewhere = found.purpose in _WAIT_FOR_ONE
    said = None if elsewhere and cry.is_cry(what) else purpose.answer(connection, found, what)
    if said is None and elsewhere and (danger or cry.is_cry(what)):
        said = cry.raised(connection, found, what)
    if said is not None:
        return Next(said, language)
    if given.quiet >= QUIET:
        return Next(Said((OVER,)), language)
    return Next(purpose.question(connection, found, given.stage), language, quiet=given.quiet + 1)


def _shown(found: Record, keys: str) -> str | None:
    """Whoever is in danger may key their word for duress, which stands nowhere in plain text."""
    secret = found.purpose == rows.WEARER and keys not in (wearer.DANGER, LANGUAGE, found.code)
    return None if secret else keys[:20] or None


def _first(connection: Connection, found: Record, purpose: Purpose, language: str, languages: Sequence[str]) -> Next:
    """Nothing is known yet of what the person speaks who has picked up."""
    other = next((one for one in languages if one != language), "")
    said = purpose.question(connection, found, FIRST)
    return Next(said, language, also=_OTHER if other and said.keys else None, other=other)


def machine(connection: Connection, account: str, call: str, real: datetime) -> None:
    """The vendor thinks so: from now on only a number that was spoken in this call counts. Errors as of `turn`."""
    found = _of(connection, account, call)
    if not found.machine:
        _machine(connection, found, real)


def _machine(connection: Connection, found: Record, real: datetime) -> Record:
    rows.mark_machine(connection, found.id)
    rows.log(connection, found.id, rows.DETECTED, None, real)
    return rows.one(connection, found.id)


def ended(
    connection: Connection, account: str, call: str, how: str, channel: str, now: datetime, real: datetime
) -> None:
    """In any order and any number of times: the first end of each try counts. Errors as of `turn`."""
    found = _of(connection, account, call)
    if found.ended_at is not None or found.state == rows.WAITING:
        return
    rows.log(connection, call, rows.ENDED, how, real)
    if found.state in rows.SETTLED:
        rows.become(connection, call, found.state, found.reason, real)
        return
    if how == COMPLETED:
        how = rows.MACHINE if found.machine else rows.SILENT
    rows.become(connection, call, how, None, real)
    here = now.astimezone(ZoneInfo(found.timezone))
    PURPOSES[found.purpose].over(connection, rows.one(connection, call), how, channel, here, real)


def beyond(
    connection: Connection,
    account: str,
    call: str,
    how: str,
    languages: Sequence[str],
    now: datetime,
    real: datetime,
) -> Next:
    """What the other end does of a call that was put through. Errors as of `turn`."""
    found = _of(connection, account, call)
    if found.purpose != rows.BRIDGE:
        raise Refused("this call is put through to nobody", status=404)
    said, language = bridge.beyond(connection, found, how, now.astimezone(ZoneInfo(found.timezone)), real)
    return Next(said, language if language in languages else languages[0])


def failed(connection: Connection, key: str, channel: str, now: datetime, real: datetime) -> None:
    """The vendor would not even try, and never will."""
    found = rows.one(connection, key)
    ended(connection, found.account, key, FAILED, channel, now, real)


def _of(connection: Connection, account: str, call: str) -> Record:
    found = rows.one(connection, call)
    if found.account != account:
        raise Refused("there is no such call", status=404)
    return found
