"""Integrators' keys: made once, shown once, kept as a digest, checked in constant time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from backend.models.access import api_key
from bot.contract.errors import NotTheirs

DEMO_KEY = "linli-demo-key"
ALL_SCOPES = (
    *("cases", "alarms", "bills", "passes", "gate", "bookings"),
    *("conversations", "messages", "catalogue", "webhooks", "events"),
)
# A scope that ends so opens what only reads, and nothing else.
READ = ":read"

_FIND = select(api_key).where(api_key.c.digest == bindparam("digest"), api_key.c.revoked_at.is_(None))


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
    """A new key; the only time that it is seen."""
    key = f"linli_{secrets.token_urlsafe(32)}"
    put(connection, community, name, scopes, key, real)
    return key


def put(connection: Connection, community: str, name: str, scopes: Sequence[str], key: str, real: datetime) -> None:
    connection.execute(
        insert(api_key).values(
            community_id=community, name=name, digest=digest(key), scopes=list(scopes), created_at=real
        )
    )


def identify(connection: Connection, authorization: str | None, *, demo: bool) -> Caller:
    """The holder of `Bearer <key>`; raises `NotTheirs`. The demo's key opens nothing outside the demo."""
    scheme, _, key = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise NotTheirs("an API key is needed: Authorization: Bearer <key>")
    wanted = digest(key.strip())
    if not demo and hmac.compare_digest(wanted, digest(DEMO_KEY)):
        raise NotTheirs("the demo's key is refused outside the demo")
    row = connection.execute(_FIND, {"digest": wanted}).one_or_none()
    if row is None:
        raise NotTheirs("this API key is not known")
    return Caller(row.name, row.community_id, frozenset(row.scopes))
