"""Sessions of staff: begun with a password and a code, locked when nobody is there, ended everywhere at once."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Update, bindparam, exists, func, insert, or_, select, update

from backend.db import Record
from backend.models.sign_in import staff_credential, staff_session
from backend.models.staff import staff
from backend.services.sign_in.roles import RIGHTS, allowed

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
# How often "somebody is there" is written down at most.
NOTED = timedelta(seconds=30)
SECOND, OPEN, LOCKED = "second", "open", "locked"
# A screen says every half minute that an alarm would be heard there; so long it is believed.
SOUNDS = timedelta(seconds=45)

# Whose password it was, and as whom they work just now: the same, but at a post in another community.
_ACCOUNT, _POST = staff.alias("account"), staff.alias("post")
_WORKS_AS = func.coalesce(staff_session.c.post_id, staff_session.c.staff_id)
# Asked at every request: made once.
_FIND = (
    select(
        *(staff_session.c[name] for name in ("id", "staff_id", "stage", "seen_at", "ends_at")),
        *(staff.c[name] for name in ("login", "name", "role", "community_id", "teams", "active")),
        staff_credential.c.secret,
        *(
            staff.c.id.label("worker"),
            _ACCOUNT.c.login.label("account_login"),
            _ACCOUNT.c.active.label("account_active"),
        ),
        exists().where(_POST.c.same_as == staff_session.c.staff_id, _POST.c.active).label("lent"),
    )
    .select_from(
        staff_session.join(_ACCOUNT, staff_session.c.staff_id == _ACCOUNT.c.id)
        .join(staff, staff.c.id == _WORKS_AS)
        .join(staff_credential, staff_credential.c.staff_id == _ACCOUNT.c.id)
    )
    .where(staff_session.c.digest == bindparam("digest"), staff_session.c.ended_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class Session:
    """Who is at the console. staff, login, role: of the post they are at; account: whose password opened it, the same
    but for a post in another community; several: whether they have more than one desk; stage: as in the table;
    second_factor: whether one is set up; csrf: what forms bear."""

    id: int
    staff: int
    login: str
    name: str
    role: str
    community: str
    teams: tuple[str, ...]
    stage: str
    second_factor: bool
    seen_at: datetime
    csrf: str
    account: int
    account_login: str
    several: bool

    def may(self, right: str) -> bool:
        return self.stage == OPEN and allowed(self.role, right)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def csrf(token: str, worker: int) -> str:
    """Bound to the session, and worthless without its cookie; and to the post, so that a form which was filled in at
    one desk does nothing at another."""
    return digest(f"form:{worker}:{token}")[:32]


def begin(connection: Connection, staff_id: int, stage: str, device: str, real: datetime) -> str:
    """A new session; its token is seen only now."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(staff_session).values(
            staff_id=staff_id,
            digest=digest(token),
            stage=stage,
            started_at=real,
            seen_at=real,
            ends_at=real + LONGEST,
            device=device[:80],
        )
    )
    return token


def find(connection: Connection, token: str, real: datetime) -> Session | None:
    """Whose this is, if it still stands; a session that nobody used for too long is locked, or over, whatever
    its row says."""
    row = connection.execute(_FIND, {"digest": digest(token)}).one_or_none()
    if row is None or not row.active or not row.account_active or row.ends_at <= real:
        return None
    stage = row.stage
    if real - row.seen_at > IDLE:
        # Only a screen that rings stays open behind a lock; whoever hears no alarms is signed out.
        if stage == SECOND or not allowed(row.role, "alarms.see"):
            return None
        stage = LOCKED
    return Session(
        id=row.id,
        staff=row.worker,
        login=row.login,
        name=row.name,
        role=row.role,
        community=row.community_id,
        teams=tuple(row.teams),
        stage=stage,
        second_factor=row.secret is not None,
        seen_at=row.seen_at,
        csrf=csrf(token, row.worker),
        account=row.staff_id,
        account_login=row.account_login,
        several=row.lent,
    )


def seen(connection: Connection, session: Session, real: datetime) -> None:
    """Somebody is there; presence is the last action, never the sign-in."""
    connection.execute(update(staff_session).where(staff_session.c.id == session.id).values(seen_at=real))
    connection.execute(update(staff).where(staff.c.id == session.staff).values(last_action_at=real))


def sounds(connection: Connection, session: Session, real: datetime, on: bool) -> None:
    """This screen would sound, or says that it will not any more. No sign of life of its owner."""
    mine = update(staff_session).where(staff_session.c.id == session.id)
    connection.execute(mine.values(sounds_at=real if on else None))


_HEARD = (
    select(func.count())
    .select_from(staff_session.join(staff, staff.c.id == _WORKS_AS))
    .where(
        staff.c.community_id == bindparam("community"),
        staff.c.active.is_(True),
        staff.c.role.in_(RIGHTS["alarms.act"]),
        staff_session.c.ended_at.is_(None),
        staff_session.c.stage == OPEN,
        staff_session.c.seen_at >= bindparam("idle"),
        staff_session.c.sounds_at >= bindparam("sounds"),
    )
)


def heard(connection: Connection, community: str, real: datetime) -> int:
    """How many unlocked screens of people who answer alarms would sound just now (practice 21)."""
    asked = {"community": community, "idle": real - IDLE, "sounds": real - SOUNDS}
    return int(connection.execute(_HEARD, asked).scalar_one())


def lock(connection: Connection, session: Session) -> None:
    mine = update(staff_session).where(staff_session.c.id == session.id, staff_session.c.stage == OPEN)
    connection.execute(mine.values(stage=LOCKED))


def unlock(connection: Connection, session: Session, real: datetime) -> None:
    mine = update(staff_session).where(staff_session.c.id == session.id, staff_session.c.ended_at.is_(None))
    connection.execute(mine.values(stage=OPEN, seen_at=real))


def _living() -> Update:
    return update(staff_session).where(staff_session.c.ended_at.is_(None))


def end(connection: Connection, session_id: int, staff_id: int, real: datetime) -> bool:
    """One session of this person; False when there is none of that number."""
    mine = _living().where(staff_session.c.id == session_id, staff_session.c.staff_id == staff_id)
    return connection.execute(mine.values(ended_at=real)).rowcount > 0


def end_all(connection: Connection, staff_id: int, real: datetime, but: int = 0) -> None:
    """Wherever this person is signed in, `but` excepted."""
    mine = _living().where(staff_session.c.staff_id == staff_id, staff_session.c.id != but)
    connection.execute(mine.values(ended_at=real))


def living(connection: Connection, staff_id: int, real: datetime) -> list[Record]:
    rows = select(staff_session).where(
        staff_session.c.staff_id == staff_id, staff_session.c.ended_at.is_(None), staff_session.c.ends_at > real
    )
    return list(connection.execute(rows.order_by(staff_session.c.seen_at.desc())))


def sweep(connection: Connection, real: datetime) -> None:
    """Rows of sessions that ended a month ago are of no use to anybody; the audit log tells of them."""
    old = real - timedelta(days=30)
    gone = or_(staff_session.c.ended_at < old, staff_session.c.ends_at < old)
    connection.execute(staff_session.delete().where(gone))
