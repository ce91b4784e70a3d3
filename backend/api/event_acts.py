"""What each kind of event does here, within the transaction of its caller."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection

from backend.api.event_shapes import (
    Announced,
    Answer,
    Bell,
    BellEvent,
    DeviceEvent,
    Event,
    Filed,
    OutageEvent,
    PassageEvent,
    Raised,
    ReportEvent,
    UpdateEvent,
    Went,
)
from backend.api.house import House
from backend.db import Record
from backend.services import (
    announce,
    bells,
    case_board,
    cases,
    communities,
    devices,
    handed,
    listing,
    passages,
    reported,
    taken,
)
from backend.services.announce import Notice
from backend.services.keys import Caller
from bot.contract.errors import Refused

# A sensor's key reports what it senses. What moves cases and tells whole buildings needs what doing it otherwise needs.
_NEEDS = {ReportEvent: "cases", UpdateEvent: "cases", OutageEvent: "notices"}


def act(connection: Connection, house: House, who: Caller, event: Event) -> Answer:
    """Raises `Refused`, and `NotTheirs` for a key that may not."""
    if (scope := _NEEDS.get(type(event))) is not None:
        who.must(scope)
    now, real = house.clock.now(), house.clock.real()
    match event:
        case DeviceEvent():
            told = devices.Report(event.source, event.id, **event.data.model_dump())
            standing = devices.report(connection, who.community, told, now, real)
            return Raised(alarm=standing.id, new=standing.new)
        case PassageEvent():
            passing = passages.Told(event.source, event.id, at=event.time, **event.data.model_dump())
            one = passages.passed(connection, who.community, passing, now, real)
            return Went(number=one.number, at=one.at, refused=one.refused, clock_ahead=one.ahead, new=one.new)
        case BellEvent():
            here = communities.here(connection, who.community, now)
            cause = (event.source, event.id)
            return shown(bells.rung(connection, who.community, cause, event.data.model_dump(), here, real))
        case ReportEvent():
            return _reported(connection, house, who, event, now, real)
        case UpdateEvent():
            return _updated(connection, who, event, now, real)
        case OutageEvent():
            return _announced(connection, who, event, now, real)


def shown(row: Record) -> Bell:
    return Bell(id=row.id, gate=row.gate, state=row.state, rang_at=row.rang_at, ended_at=row.ended_at)


def _reported(
    connection: Connection, house: House, who: Caller, event: ReportEvent, now: datetime, real: datetime
) -> Filed:
    community, danger = house.community(who.community), house.sounds(event.data.details)

    def work() -> str:
        return reported.file(connection, community, event.data.report(), who.name, danger, now, real)

    number, new = taken.once(connection, who.community, event.source, event.id, real, work)
    return _filed(connection, who.community, number, new)


def _updated(connection: Connection, who: Caller, event: UpdateEvent, now: datetime, real: datetime) -> Filed:
    data = event.data
    number = data.number.upper() or handed.number_of(connection, who.community, data.external)
    found = listing.case_by(connection, who.community, number) if number else None
    if found is None:
        raise Refused("no such case", status=404, pointer="/data/number")
    if not data.state and not data.note:
        raise Refused("neither a state nor a note", pointer="/data/state")

    def work() -> str:
        if data.note:
            case_board.remark(connection, who.community, found.number, who.name, data.note, now)
        if data.state and data.state != found.state:
            cases.move(connection, found, data.state, who.name, data.reason or None, now, real)
        return str(found.number)

    told, new = taken.once(connection, who.community, event.source, event.id, real, work)
    return _filed(connection, who.community, told, new)


def _filed(connection: Connection, community: str, number: str, new: bool) -> Filed:
    row = listing.case_by(connection, community, number)
    return Filed(case=number, state=row.state if row is not None else "", new=new)


def _announced(connection: Connection, who: Caller, event: OutageEvent, now: datetime, real: datetime) -> Announced:
    """The same outage told anew, by a new event, takes the place of what was told of it."""
    data, homes = event.data, 0
    outage = hashlib.sha256("\n".join((event.source, data.key or event.id)).encode()).hexdigest()[:26]

    def work() -> str:
        nonlocal homes
        if data.state == "over":
            announce.take_down(connection, who.community, outage)
        else:
            notice = Notice(outage, data.title, data.body, data.buildings, data.begins, data.until)
            homes = announce.put(connection, who.community, notice, now, real, tell=True)
        return outage

    key, new = taken.once(connection, who.community, event.source, event.id, real, work)
    return Announced(notice=key, homes=homes, new=new)
