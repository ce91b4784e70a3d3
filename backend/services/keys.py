"""Integrators' keys: made once, shown once, kept as a digest, checked in constant time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from backend.db import Record, hold
from backend.models.access import api_key
from bot.contract.errors import NotTheirs, Refused

DEMO_KEY = "linli-demo-key"
ALL_SCOPES = (
    *("cases", "alarms", "bills", "passes", "gate", "bookings", "residents", "notices"),
    *("conversations", "messages", "catalogue", "webhooks", "events"),
)
# A scope that ends so opens what only reads, and nothing else.
READ = ":read"

OLD_KEY_HOURS, MOST_HOURS = 24, 168
_LIVES = (
    api_key.c.revoked_at.is_(None),
    or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > bindparam("real")),
)
_FIND = select(api_key).where(api_key.c.digest == bindparam("digest"), *_LIVES)
_NAMED = select(api_key.c.id).where(
    api_key.c.community_id == bindparam("community"), api_key.c.name == bindparam("named"), *_LIVES
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who holds the key: their community and what they may do there."""

    name: str
    community: str
    scopes: frozenset[str]

    def must(self, scope: str) -> None:
        """scope: such as `cases`, or `cases:read`, for which a key of `cases` is good as well."""
        if scope not in self.scopes and scope.removesuffix(READ) not in self.scopes:
            raise NotTheirs(f"this key has no scope '{scope}'")


def known(scope: str) -> bool:
    return scope.removesuffix(READ) in ALL_SCOPES


def digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def make(connection: Connection, community: str, name: str, scopes: Sequence[str], real: datetime) -> str:
    """A new key; the only time that it is seen. Raises `Refused` (409) where one of this name still holds: what a key
    wrote, and what takes its place, are told apart by the name."""
    hold(connection, "key", community, name)
    if connection.execute(_NAMED, {"community": community, "named": name, "real": real}).first() is not None:
        raise Refused("a key of this name holds already; --replaces takes its place", status=409, pointer="/name")
    return _made(connection, community, name, scopes, real)


def _made(connection: Connection, community: str, name: str, scopes: Sequence[str], real: datetime) -> str:
    key = f"linli_{secrets.token_urlsafe(32)}"
    put(connection, community, name, scopes, key, real)
    return key


def put(connection: Connection, community: str, name: str, scopes: Sequence[str], key: str, real: datetime) -> None:
    connection.execute(
        insert(api_key).values(
            community_id=community, name=name, digest=digest(key), scopes=list(scopes), created_at=real
        )
    )


def identify(connection: Connection, authorization: str | None, real: datetime, *, demo: bool) -> Caller:
    """The holder of `Bearer <key>`; raises `NotTheirs`. The demo's key opens nothing outside the demo."""
    wanted = digest(_shown(authorization))
    if not demo and hmac.compare_digest(wanted, digest(DEMO_KEY)):
        raise NotTheirs("the demo's key is refused outside the demo")
    row = connection.execute(_FIND, {"digest": wanted, "real": real}).one_or_none()
    if row is None:
        raise NotTheirs("this API key is not known")
    return Caller(row.name, row.community_id, frozenset(row.scopes))


def _shown(authorization: str | None) -> str:
    scheme, _, key = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise NotTheirs("an API key is needed: Authorization: Bearer <key>")
    return key.strip()


def rotate(connection: Connection, authorization: str | None, hours: int, real: datetime) -> str:
    """A new key with the scopes of the one that asks, which holds so many hours beside it. Raises `Refused` (409) for
    one that has its successor: whoever found an old key may not shut out the holder of the new one."""
    mine = (api_key.c.digest == digest(_shown(authorization)), api_key.c.revoked_at.is_(None))
    ends = update(api_key).where(*mine, api_key.c.expires_at.is_(None)).values(expires_at=real + timedelta(hours=hours))
    if connection.execute(ends).rowcount != 1:
        raise Refused("this key has been replaced already", status=409)
    own: Record = connection.execute(select(api_key).where(*mine)).one()
    return _made(connection, own.community_id, own.name, own.scopes, real)


def replace(connection: Connection, community: str, name: str, hours: int, real: datetime) -> str:
    """By the operator: a new key of this name, with the newest one's scopes; those before it hold so many hours beside
    it. Raises `Refused` (404)."""
    mine = (api_key.c.community_id == community, api_key.c.name == name, api_key.c.revoked_at.is_(None))
    newest = connection.execute(select(api_key).where(*mine).order_by(api_key.c.id.desc()).limit(1)).one_or_none()
    if newest is None:
        raise Refused("there is no key of this name", status=404, pointer="/name")
    until = real + timedelta(hours=hours)
    longer = or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > until)
    connection.execute(update(api_key).where(*mine, longer).values(expires_at=until))
    return _made(connection, community, name, newest.scopes, real)
