"""The staff list of a community: who is there, what they may do, and how it changes; never by more than one may."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from backend import wake
from backend.db import Record
from backend.models.sign_in import staff_credential, staff_session
from backend.models.staff import staff
from backend.services import audit
from backend.services.acting import Actor
from backend.services.ladder import reach
from backend.services.sign_in import accounts, posts, sessions
from backend.services.sign_in.accounts import NewStaff
from backend.services.sign_in.roles import APPOINTS
from backend.services.sign_in.sessions import Session
from bot.contract.errors import Refused
from bot.contract.text import t


def listed(connection: Connection, community: str, real: datetime) -> list[Record]:
    """Everybody, those who left last; with how many sessions they have open."""
    living = (
        select(func.count())
        .where(
            staff_session.c.staff_id == staff.c.id, staff_session.c.ended_at.is_(None), staff_session.c.ends_at > real
        )
        .scalar_subquery()
        .label("living")
    )
    rows = (
        select(staff, living, staff_credential.c.secret.is_not(None).label("second"))
        .select_from(
            staff.outerjoin(staff_credential, staff_credential.c.staff_id == func.coalesce(staff.c.same_as, staff.c.id))
        )
        .where(staff.c.community_id == community)
        .order_by(staff.c.active.desc(), staff.c.id)
    )
    return list(connection.execute(rows))


def appoint(connection: Connection, who: Session, new: NewStaff, real: datetime) -> None:
    _may(who, new.role)
    accounts.add(connection, new, who.login, real)


def set_role(connection: Connection, who: Session, login: str, role: str, real: datetime) -> None:
    """They sign in again, with the rights they have now."""
    found = _theirs(connection, who, login)
    _may(who, role)
    connection.execute(update(staff).where(staff.c.id == found.id).values(role=role))
    _out(connection, who, found, real)
    audit.note(connection, who.community, who.login, "staff.role", login, real, {"from": found.role, "to": role})


def set_active(connection: Connection, who: Session, login: str, active: bool, real: datetime) -> None:
    """Whoever leaves keeps their name in the history, and gets in nowhere."""
    found = _theirs(connection, who, login)
    connection.execute(update(staff).where(staff.c.id == found.id).values(active=active))
    _out(connection, who, found, real)
    audit.note(connection, who.community, who.login, "staff.enabled" if active else "staff.disabled", login, real)


def sign_out(connection: Connection, who: Session, login: str, real: datetime) -> None:
    found = _theirs(connection, who, login)
    _out(connection, who, found, real)
    audit.note(connection, who.community, who.login, "staff.signed_out", login, real)


def begin_again(connection: Connection, who: Session, login: str, password: str, real: datetime) -> None:
    """A new first password, told to them by word of mouth; whatever was open under the old one ends."""
    found = _theirs(connection, who, login)
    if found.same_as is not None:
        raise Refused("an account of another desk", t("Their account is kept at the desk that made it."))
    accounts.begin_again(connection, found.id, found.login, password, real)
    _out(connection, who, found, real)
    audit.note(connection, who.community, who.login, "staff.begins_again", login, real)


def set_phone(connection: Connection, actor: Actor, phone: str) -> None:
    """One's own; empty for none. What it is stands in no log, only that it changed."""
    if phone and not reach.is_number(phone):
        raise Refused("no number", t("Please give a number that can be dialled."), pointer="/phone")
    connection.execute(update(staff).where(staff.c.id == actor.staff).values(phone=phone or None))
    audit.note(connection, actor.community, actor.login, "phone.own", actor.login, actor.real, {"set": bool(phone)})


def _out(connection: Connection, who: Session, found: Record, real: datetime) -> None:
    if found.same_as is not None:
        posts.leave(connection, found.id)
    sessions.end_all(connection, found.id, real)
    wake.after_commit(connection, wake.desk(who.community))


def _theirs(connection: Connection, who: Session, login: str) -> Record:
    """Somebody of the same community whom this role may manage, and never oneself."""
    rows = select(staff).where(staff.c.community_id == who.community, staff.c.login == login)
    found = connection.execute(rows).one_or_none()
    if found is None:
        raise Refused("nobody of this name", status=404)
    if found.id == who.staff:
        raise Refused("not oneself", t("You cannot change your own account here."), pointer="/login")
    _may(who, found.role)
    return found


def _may(who: Session, role: str) -> None:
    if role not in APPOINTS.get(who.role, ()):
        raise Refused(f"{who.role} may not appoint {role}", status=403)
