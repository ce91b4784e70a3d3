"""Duty screens: a browser that staff made one stays signed in, sees alarms alone, and is missed when it goes dark."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from backend import wake
from backend.db import Record
from backend.models.screens import duty_screen
from backend.models.staff import staff
from backend.services import audit
from backend.services.acting import Actor
from backend.services.sign_in.roles import allowed
from backend.services.sign_in.sessions import digest
from bot.contract.errors import Refused
from bot.contract.text import t

# static/screen.js says every twenty seconds that it is there; missed twice and a little, an alarm is not seen there.
SOUNDS = timedelta(seconds=45)
# Silent for so long: dark. There, but without sound: somebody has to touch it, which may take a moment longer.
DARK, MUTE = timedelta(seconds=75), timedelta(seconds=150)
DARK_WHY, MUTE_WHY = "dark", "mute"
# Browsers keep no cookie for longer; each opening renews it.
LIVES = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Screen:
    """csrf: what its own forms bear."""

    id: int
    community: str
    name: str
    csrf: str


def make(connection: Connection, actor: Actor, name: str, device: str) -> str:
    """This browser is a duty screen from now on; its token is seen only now."""
    name = name.strip()[:60]
    if not name:
        raise Refused("a screen has a name", t("Where does this screen hang? Give it a name."), pointer="/name")
    token = secrets.token_urlsafe(32)
    row = {"community_id": actor.community, "name": name, "digest": digest(token), "device": device[:80]}
    connection.execute(insert(duty_screen).values(**row, made_by=actor.login, made_at=actor.real, seen_at=actor.real))
    audit.note(connection, actor.community, actor.login, "screen.made", name, actor.real)
    wake.after_commit(connection, wake.desk(actor.community))
    return token


def find(connection: Connection, token: str) -> Screen | None:
    rows = select(duty_screen).where(duty_screen.c.digest == digest(token), duty_screen.c.ended_at.is_(None))
    row = connection.execute(rows).one_or_none() if token else None
    if row is None:
        return None
    return Screen(row.id, row.community_id, row.name, digest(f"screen:{token}")[:32])


def beat(connection: Connection, screen: Screen, real: datetime, *, sounds: bool) -> bool:
    """It is there; True where it had been missed."""
    mine = (duty_screen.c.id == screen.id, duty_screen.c.ended_at.is_(None))
    values = {"seen_at": real, "sounds_at": real} if sounds else {"seen_at": real}
    connection.execute(update(duty_screen).where(*mine).values(**values))
    well = duty_screen.c.lost_why == DARK_WHY if not sounds else duty_screen.c.lost_at.is_not(None)
    back = update(duty_screen).where(*mine, duty_screen.c.lost_at.is_not(None), well)
    found = connection.execute(back.values(lost_at=None, lost_why=None)).rowcount > 0
    if found:
        wake.after_commit(connection, wake.desk(screen.community))
    return found


def end(connection: Connection, actor: Actor, key: int) -> Record:
    """Switched off on purpose: nobody misses it; returns what it was. Raises `Refused` (404)."""
    mine = (duty_screen.c.id == key, duty_screen.c.community_id == actor.community, duty_screen.c.ended_at.is_(None))
    row = connection.execute(select(duty_screen).where(*mine)).one_or_none()
    if row is None:
        raise Refused("no such screen", status=404)
    connection.execute(update(duty_screen).where(*mine).values(ended_at=actor.real))
    audit.note(connection, actor.community, actor.login, "screen.ended", row.name, actor.real)
    wake.after_commit(connection, wake.desk(actor.community))
    return row


def listed(connection: Connection, community: str) -> list[Record]:
    rows = select(duty_screen).where(duty_screen.c.community_id == community, duty_screen.c.ended_at.is_(None))
    return list(connection.execute(rows.order_by(duty_screen.c.id)))


def _missed(real: datetime) -> ColumnElement[bool]:
    heard = duty_screen.c.sounds_at
    silent = or_(
        and_(heard.is_(None), duty_screen.c.made_at < real - MUTE), and_(heard.is_not(None), heard < real - MUTE)
    )
    fresh = and_(duty_screen.c.ended_at.is_(None), duty_screen.c.lost_at.is_(None))
    return and_(fresh, or_(duty_screen.c.seen_at < real - DARK, silent))


def is_any_missed(connection: Connection, real: datetime) -> bool:
    """Also one that was missed before and is not back."""
    missed = or_(_missed(real), _still_lost())
    return connection.execute(select(duty_screen.c.id).where(missed).limit(1)).first() is not None


def _still_lost() -> ColumnElement[bool]:
    return and_(duty_screen.c.ended_at.is_(None), duty_screen.c.lost_at.is_not(None))


def still_lost(connection: Connection) -> list[Record]:
    return list(connection.execute(select(duty_screen).where(_still_lost()).order_by(duty_screen.c.id)))


def lost(connection: Connection, real: datetime) -> list[Record]:
    """Those that are missed since just now, each once, of all communities; `lost_why` says how."""
    found = []
    for row in list(connection.execute(select(duty_screen).where(_missed(real)))):
        why = DARK_WHY if row.seen_at < real - DARK else MUTE_WHY
        mine = update(duty_screen).where(duty_screen.c.id == row.id, duty_screen.c.lost_at.is_(None))
        written = mine.values(lost_at=real, lost_why=why).returning(duty_screen)
        if (missed := connection.execute(written).one_or_none()) is not None:
            found.append(missed)
            wake.after_commit(connection, wake.desk(row.community_id))
    return found


def worker(connection: Connection, community: str, account: Record) -> Record:
    """As whom somebody who gave their password at a screen acts there; raises `Refused` (403) for whoever has no post
    in this community or may not answer alarms."""
    theirs = or_(staff.c.id == account.id, staff.c.same_as == account.id)
    rows = select(staff).where(theirs, staff.c.community_id == community, staff.c.active.is_(True))
    found = connection.execute(rows).one_or_none()
    if found is None or not allowed(found.role, "alarms.act"):
        raise Refused("no post here", status=403)
    return found
