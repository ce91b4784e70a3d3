"""The key ring of a community's passes: one key signs, older ones verify until nothing they signed can open a gate."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from backend import vault
from backend.db import Record, hold, insert_or
from backend.models.visitors import pass_key, revoked_token, visitor_pass
from backend.services import pass_token
from backend.services.pass_token import Claims
from bot.contract.errors import Unavailable

log = logging.getLogger("linli.passes")

# 32 bytes as base64; sealed ones are longer.
_PLAIN = 44
_SIGNING = select(pass_key).where(pass_key.c.community_id == bindparam("community"), pass_key.c.retired_at.is_(None))
_REVOKE = insert_or(revoked_token).on_conflict_do_nothing(index_elements=["serial"])


@dataclass(frozen=True, slots=True)
class PublicKey:
    """As gates and integrators get it; public: base64 of 32 bytes."""

    kid: str
    public: str
    signing: bool
    created_at: datetime


def _signing(connection: Connection, community: str, real: datetime) -> Record:
    found = connection.execute(_SIGNING, {"community": community}).one_or_none()
    if found is not None:
        return found
    hold(connection, "pass_key", community)
    found = connection.execute(_SIGNING, {"community": community}).one_or_none()
    return found if found is not None else _make(connection, community, real)


def _make(connection: Connection, community: str, real: datetime) -> Record:
    private, public = pass_token.new_key()
    count = len(connection.execute(select(pass_key.c.id).where(pass_key.c.community_id == community)).all())
    kid = f"K{count + 1:03d}"
    connection.execute(
        insert(pass_key).values(
            community_id=community,
            kid=kid,
            public=base64.b64encode(public).decode(),
            private=vault.seal(private, _row(community, kid)),
            created_at=real,
        )
    )
    return connection.execute(_SIGNING, {"community": community}).one()


def _row(community: str, kid: str) -> str:
    return f"pass_key:{community}:{kid}"


def _private(key: Record) -> bytes:
    # Those of the releases before the vault stand there as they are, until they are sealed.
    if len(key.private) == _PLAIN:
        return base64.b64decode(key.private)
    return vault.opened(key.private, _row(key.community_id, key.kid))


def _pair(connection: Connection, community: str, real: datetime) -> tuple[str, bytes]:
    """The key that signs now. One that does not open, as after a restore without the vault's key, is replaced: what it
    signed is still verified by its public half."""
    key = _signing(connection, community, real)
    try:
        return key.kid, _private(key)
    except Unavailable as error:
        log.warning("passes are signed with a new key from now on: %s", error.reason)
        rotate(connection, community, real)
        key = _signing(connection, community, real)
        return key.kid, _private(key)


def reseal(connection: Connection) -> int:
    """Every key that signs sealed with the newest key; returns how many."""
    rows = connection.execute(select(pass_key).where(pass_key.c.private.is_not(None))).all()
    for row in rows:
        sealed = vault.seal(_private(row), _row(row.community_id, row.kid))
        connection.execute(update(pass_key).where(pass_key.c.id == row.id).values(private=sealed))
    return len(rows)


def sign(connection: Connection, community: str, claims: Claims, real: datetime) -> str:
    """A token by the key that signs now; the first pass of a community makes the first key."""
    kid, private = _pair(connection, community, real)
    return pass_token.sign(claims, kid, private)


def rotate(connection: Connection, community: str, real: datetime) -> str:
    """A new key signs from now on; the old one's private half is forgotten. Returns the new key's id.

    Keys that signed nothing that is still good leave the ring.
    """
    hold(connection, "pass_key", community)
    _signing(connection, community, real)
    mine = pass_key.c.community_id == community
    connection.execute(
        update(pass_key).where(mine, pass_key.c.retired_at.is_(None)).values(retired_at=real, private=None)
    )
    return str(_make(connection, community, real).kid)


def public_keys(connection: Connection, community: str, now: datetime) -> list[PublicKey]:
    """The ring that gates need now, newest first."""
    live = select(visitor_pass.c.token).where(
        visitor_pass.c.community_id == community, visitor_pass.c.closes_at >= now - timedelta(days=1)
    )
    used = {str(row.token).split(":")[1] for row in connection.execute(live)}
    rows = connection.execute(
        select(pass_key).where(pass_key.c.community_id == community).order_by(pass_key.c.id.desc())
    )
    return [
        PublicKey(row.kid, row.public, row.retired_at is None, row.created_at)
        for row in rows
        if row.retired_at is None or row.kid in used
    ]


def ring(connection: Connection, community: str) -> Mapping[str, bytes]:
    """Every key that ever signed, for this server's own checks."""
    rows = connection.execute(select(pass_key.c.kid, pass_key.c.public).where(pass_key.c.community_id == community))
    return {row.kid: base64.b64decode(row.public) for row in rows}


def revoke(connection: Connection, community: str, serial: str, good_until: datetime, real: datetime) -> None:
    """Put a token on the list that gates fetch."""
    connection.execute(
        _REVOKE, {"community_id": community, "serial": serial, "good_until": good_until, "revoked_at": real}
    )


def revoked(connection: Connection, community: str, now: datetime) -> list[str]:
    """Serials that would still open a gate if they were not listed."""
    rows = select(revoked_token.c.serial).where(
        revoked_token.c.community_id == community, revoked_token.c.good_until >= now - timedelta(days=1)
    )
    return [row.serial for row in connection.execute(rows)]


def signed_list(connection: Connection, community: str, now: datetime, real: datetime) -> str:
    """The revocation list as gates fetch it; what is long over is forgotten on the way."""
    connection.execute(
        delete(revoked_token).where(
            revoked_token.c.community_id == community, revoked_token.c.good_until < now - timedelta(days=31)
        )
    )
    kid, private = _pair(connection, community, real)
    return pass_token.sign_list(revoked(connection, community, now), now, kid, private)
