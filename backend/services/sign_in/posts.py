"""One person at several desks: a post of their own in each community, with its role, behind one password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from backend import wake
from backend.models.people import community
from backend.models.sign_in import staff_session
from backend.models.staff import staff
from backend.models.work import alarm
from backend.services import audit
from backend.services.alarms import OPEN
from backend.services.sign_in.roles import APPOINTS, RIGHTS
from backend.services.sign_in.sessions import Session
from bot.contract.errors import Refused
from bot.contract.text import t

_ALARMS = (
    select(func.count())
    .where(alarm.c.community_id == staff.c.community_id, alarm.c.state.in_(OPEN), alarm.c.accepted_by.is_(None))
    .scalar_subquery()
)
_ELSEWHERE = (
    select(staff.c.community_id, staff.c.role, community.c.names, _ALARMS.label("alarms"))
    .select_from(staff.join(community, staff.c.community_id == community.c.id))
    .where(
        or_(staff.c.id == bindparam("account"), staff.c.same_as == bindparam("account")),
        staff.c.id != bindparam("here"),
        staff.c.active.is_(True),
    )
    .order_by(staff.c.id)
)


@dataclass(frozen=True, slots=True)
class Post:
    """Another desk of the same person. alarms: the open ones that nobody has taken, for whoever may see them."""

    community: str
    names: dict[str, str]
    alarms: int

    def named(self, language: str) -> str:
        return self.names.get(language) or next(iter(self.names.values()), self.community)


def elsewhere(connection: Connection, who: Session) -> list[Post]:
    """The other desks that this person may go to."""
    rows = connection.execute(_ELSEWHERE, {"account": who.account, "here": who.staff})
    sees = RIGHTS["alarms.see"]
    return [Post(row.community_id, row.names, row.alarms if row.role in sees else 0) for row in rows]


def go(connection: Connection, who: Session, to: str, real: datetime) -> str:
    """To another desk in the same session, with the rights one has there; returns the role. Raises `Refused` (404)."""
    mine = or_(staff.c.id == who.account, staff.c.same_as == who.account)
    rows = select(staff.c.id, staff.c.role, staff.c.login).where(mine, staff.c.community_id == to, staff.c.active)
    found = connection.execute(rows).one_or_none()
    if found is None:
        raise Refused("no desk of theirs", status=404)
    post = None if found.id == who.account else found.id
    here = update(staff_session).where(staff_session.c.id == who.id, staff_session.c.staff_id == who.account)
    # Whether this screen would sound was said for the desk that is left.
    connection.execute(here.values(post_id=post, sounds_at=None))
    for estate in (who.community, to):
        audit.note(connection, estate, who.login, "desk.changed", found.login, real, {"from": who.community, "to": to})
    return str(found.role)


def lend(connection: Connection, who: Session, login: str, role: str, real: datetime) -> None:
    """Give somebody of another community a post at this desk; their password and second factor are their own."""
    if role not in APPOINTS.get(who.role, ()):
        raise Refused(f"{who.role} may not appoint {role}", status=403)
    rows = select(staff).where(staff.c.login == login.strip().lower(), staff.c.active, staff.c.same_as.is_(None))
    found = connection.execute(rows).one_or_none()
    if found is None or found.community_id == who.community:
        raise Refused(
            "nobody of another community", t("Nobody of another community has this sign-in name."), pointer="/login"
        )
    name = f"{found.login}.{who.community}"[:60]
    if connection.execute(select(staff.c.id).where(staff.c.login == name)).first() is not None:
        raise Refused("there already", t("They have a post here already."), status=409, pointer="/login")
    made = {"community_id": who.community, "login": name, "name": found.name, "shown_as": found.shown_as, "role": role}
    connection.execute(insert(staff).values(**made, teams=["desk"], active=True, created_at=real, same_as=found.id))
    for estate in (who.community, found.community_id):
        audit.note(connection, estate, who.login, "staff.lent", name, real, {"role": role, "to": who.community})
    wake.after_commit(connection, wake.desk(who.community))


def leave(connection: Connection, post: int) -> None:
    """Whoever sits at this post is back at their own desk."""
    connection.execute(update(staff_session).where(staff_session.c.post_id == post).values(post_id=None))
