"""Accounts of staff: made by a person who may, proved by password and code, disabled rather than deleted."""

from __future__ import annotations

import asyncio
import base64
import re
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from backend import vault
from backend.db import Record
from backend.models.sign_in import known_browser, recovery_code, staff_credential
from backend.models.staff import staff
from backend.services import audit
from backend.services.sign_in import browsers, passwords, sessions, totp
from backend.services.sign_in.roles import ROLES
from backend.services.sign_in.sessions import Session, digest
from bot.contract.errors import Refused
from bot.contract.text import t

MOST_WRONG = 5
RESTS = timedelta(minutes=15)
CODES = 10
DEMO_PASSWORD = "linli-demo"  # noqa: S105 - the demo's, printed in the README and refused elsewhere
# Hashing takes a core for some 30 ms each: a crowd at the door must not take them all.
_HASHING = ThreadPoolExecutor(2, "linli-password")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
WRONG = t(
    "Name, password or code do not fit, or there were too many tries. After {n} wrong ones an account rests for "
    "{minutes} minutes.",
    n=MOST_WRONG,
    minutes=15,
)


@dataclass(frozen=True, slots=True)
class NewStaff:
    """shown_as: what residents read, by language; empty for the desk's plain name."""

    community: str
    login: str
    name: str
    role: str
    password: str
    shown_as: Mapping[str, str]
    teams: tuple[str, ...] = ()


def add(connection: Connection, new: NewStaff, by: str, real: datetime, *, checked: bool = True) -> int:
    """checked: the password must be a good one; the demo's is not."""
    if not _LOGIN.fullmatch(new.login):
        raise Refused(
            "a login has 2 to 60 small letters and digits",
            t("A sign-in name has 2 to 60 small letters, digits, dots or dashes."),
            pointer="/login",
        )
    if new.role not in ROLES:
        raise Refused(f"no such role: {new.role}", pointer="/role")
    if connection.execute(select(staff.c.id).where(staff.c.login == new.login)).one_or_none() is not None:
        raise Refused("this login is taken", t("This sign-in name is taken."), status=409, pointer="/login")
    if checked:
        passwords.check(new.password, new.login)
    made = connection.execute(
        insert(staff)
        .values(
            community_id=new.community,
            login=new.login,
            name=new.name.strip()[:80] or new.login,
            shown_as=dict(new.shown_as),
            role=new.role,
            teams=list(new.teams),
            active=True,
            created_at=real,
        )
        .returning(staff.c.id)
    ).scalar_one()
    put_password(connection, made, new.password, real)
    audit.note(connection, new.community, by, "staff.added", new.login, real, {"role": new.role})
    return int(made)


async def fits(password: str, stored: str | None) -> bool:
    """Whether this is the password, worked out beside the event loop; None for an account that is not there."""
    return await asyncio.get_running_loop().run_in_executor(_HASHING, passwords.fits, password, stored)


def put_password(connection: Connection, staff_id: int, password: str, real: datetime) -> None:
    values = {"password": passwords.hashed(password), "failures": 0, "locked_until": None, "changed_at": real}
    known = update(staff_credential).where(staff_credential.c.staff_id == staff_id)
    if connection.execute(known.values(**values)).rowcount == 0:
        connection.execute(insert(staff_credential).values(staff_id=staff_id, step=0, **values))


def known(connection: Connection, login: str) -> Record | None:
    """The account with its credential; None for a name that nobody has or that was disabled."""
    rows = (
        select(
            staff.c.id,
            staff.c.login,
            staff.c.community_id,
            staff.c.role,
            staff_credential.c.password,
            staff_credential.c.secret,
            staff_credential.c.step,
            staff_credential.c.failures,
            staff_credential.c.locked_until,
        )
        .select_from(staff.join(staff_credential, staff_credential.c.staff_id == staff.c.id))
        .where(staff.c.login == login.strip().lower(), staff.c.active)
    )
    return connection.execute(rows).one_or_none()


def judge(
    connection: Connection, login: str, right: bool, what: str, real: datetime, browser: str = ""
) -> Record | None:
    """Count a try: the account when it succeeded, None (and closer to a rest) when it did not.

    what: `sign_in`, `second` or `unlock`, for the log; browser: what a browser was given that is known, which has a
    count and a rest of its own.
    """
    account = known(connection, login)
    if account is None:
        audit.note(connection, None, "?", f"{what}.failed", "unknown name", real)
        return None
    own = browsers.of(connection, login, browser, real)
    counted = account if own is None else own
    rests = counted.locked_until is not None and counted.locked_until > real
    mine = update(staff_credential).where(staff_credential.c.staff_id == account.id)
    if own is not None:
        mine = update(known_browser).where(known_browser.c.id == own.id)
    if rests or not right:
        failures = 0 if rests else counted.failures + 1
        until = counted.locked_until if rests else (real + RESTS if failures >= MOST_WRONG else None)
        connection.execute(mine.values(failures=failures % MOST_WRONG, locked_until=until))
        audit.note(connection, account.community_id, account.login, f"{what}.failed", account.login, real)
        return None
    connection.execute(mine.values(failures=0, locked_until=None))
    audit.note(connection, account.community_id, account.login, f"{what}.done", account.login, real)
    return account


def second_fits(connection: Connection, login: str, code: str, real: datetime) -> bool:
    """A fresh code of the phone, or one of the recovery codes; either is used up by this."""
    account = known(connection, login)
    if account is None or account.secret is None:
        return False
    step = totp.matching(_opened(account), code, real, account.step)
    if step is not None:
        mine = update(staff_credential).where(staff_credential.c.staff_id == account.id, staff_credential.c.step < step)
        return connection.execute(mine.values(step=step)).rowcount == 1
    spelled = "".join(code.lower().split()).replace("-", "")
    spare = update(recovery_code).where(
        recovery_code.c.staff_id == account.id,
        recovery_code.c.digest == digest(spelled),
        recovery_code.c.used_at.is_(None),
    )
    return connection.execute(spare.values(used_at=real)).rowcount == 1


def _sealed(staff_id: int, secret: str) -> str:
    """A stolen backup makes no codes."""
    return vault.seal(base64.b32decode(secret), f"staff:{staff_id}")


def _opened(account: Record) -> str:
    return base64.b32encode(vault.opened(account.secret, f"staff:{account.id}")).decode("ascii")


def reseal(connection: Connection) -> int:
    """Every second factor sealed with the newest key; returns how many."""
    rows = select(staff_credential.c.staff_id.label("id"), staff_credential.c.secret)
    found = list(connection.execute(rows.where(staff_credential.c.secret.is_not(None))))
    for row in found:
        mine = update(staff_credential).where(staff_credential.c.staff_id == row.id)
        connection.execute(mine.values(secret=_sealed(row.id, _opened(row))))
    return len(found)


def set_second(connection: Connection, who: Session, secret: str, code: str, real: datetime) -> list[str]:
    """Switch the second factor on once the phone shows the right digits; returns the recovery codes, seen once."""
    step = totp.matching(secret, code, real, 0)
    if step is None:
        raise Refused("the code does not fit", t("These six digits do not fit. Please try the next ones."))
    mine = update(staff_credential).where(staff_credential.c.staff_id == who.account)
    connection.execute(mine.values(secret=_sealed(who.account, secret), step=step))
    connection.execute(delete(recovery_code).where(recovery_code.c.staff_id == who.account))
    codes = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(CODES)]
    rows = [{"staff_id": who.account, "digest": digest(code.replace("-", ""))} for code in codes]
    connection.execute(insert(recovery_code), rows)
    sessions.end_all(connection, who.account, real, but=who.id)
    audit.note(connection, who.community, who.login, "second.set_up", who.login, real)
    return codes


def begin_again(connection: Connection, account: int, login: str, password: str, real: datetime) -> None:
    """Who forgot the password or lost the phone: a first password as on the first day, and no second factor yet."""
    passwords.check(password, login)
    put_password(connection, account, password, real)
    connection.execute(
        update(staff_credential).where(staff_credential.c.staff_id == account).values(secret=None, step=0)
    )
    for table in (recovery_code, known_browser):
        connection.execute(delete(table).where(table.c.staff_id == account))


def change_password(connection: Connection, who: Session, password: str, real: datetime) -> None:
    """The old one was checked by the caller; everywhere else this person is signed out."""
    passwords.check(password, who.account_login)
    put_password(connection, who.account, password, real)
    sessions.end_all(connection, who.account, real, but=who.id)
    audit.note(connection, who.community, who.login, "password.changed", who.login, real)


def demo(connection: Connection, community: str, real: datetime) -> None:
    """The demo's staff may sign in with the demo's password; one that was changed stays as it is."""
    rows = select(staff.c.id).where(
        staff.c.community_id == community,
        staff.c.same_as.is_(None),
        staff.c.id.not_in(select(staff_credential.c.staff_id)),
    )
    for staff_id in list(connection.execute(rows).scalars()):
        put_password(connection, staff_id, DEMO_PASSWORD, real)
