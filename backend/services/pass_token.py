"""The signed token of a visitor's pass: made with the private key, verified at a gate with the public ring alone.

A token is `LP1:<key id>:<payload>:<signature>` in the alphabet that QR codes pack tightest. It holds a random
serial, the window, people, weekdays and plates; no name, no room, no number of a case. A gate needs the ring of
its community (ids and public keys), the list of revoked serials, and its own clock in the estate's zone.

Clocks: a gate's clock may be off by `SKEW` (two minutes) either way; the guests' grace of two hours is inside the
window already and comes on top.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PREFIX = "LP1"
LIST_PREFIX = "LR1"
SKEW = timedelta(minutes=2)
# A gate that could not fetch a list for so long should ask a person when it matters.
LIST_GOOD_FOR = timedelta(hours=24)
# What a QR code carries and a printer can still show; more cars stand on the guard's list.
PLATES_SHOWN = 4
LONGEST = 1_000
EVERY_DAY = 0b1111111
# serial, from, until (minutes of Unix time), people, weekdays, opens and closes (minutes of the day), uses
_FIELDS = struct.Struct(">8sIIHBHHB")

Ring = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says. weekdays: 0 for one stretch of time, else the days (Monday is the lowest bit) on which
    it holds between two minutes of the day; uses: 0 for as often as wished within the window."""

    serial: str
    opens_at: datetime
    closes_at: datetime
    people: int = 1
    plates: tuple[str, ...] = ()
    weekdays: int = 0
    opens_minute: int = 0
    closes_minute: int = 0
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """refused: None to let in, else `malformed`, `unknown_key`, `forged`, `early`, `late`, `wrong_day`,
    `wrong_hour` or `revoked`; claims: what the token says, once its signature holds."""

    refused: str | None
    claims: Claims | None = None

    @property
    def admit(self) -> bool:
        return self.refused is None


def new_key() -> tuple[bytes, bytes]:
    """A fresh pair: private and public, 32 bytes each."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()


def _pack(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def _unpack(text: str) -> bytes:
    return base64.b32decode(text + "=" * (-len(text) % 8))


def _minutes(at: datetime) -> int:
    return int(at.timestamp()) // 60


def _sealed(prefix: str, kid: str, body: bytes, private: bytes) -> str:
    head = f"{prefix}:{kid}:{_pack(body)}"
    return f"{head}:{_pack(Ed25519PrivateKey.from_private_bytes(private).sign(head.encode()))}"


def sign(claims: Claims, kid: str, private: bytes) -> str:
    """The token as it goes into a QR code."""
    fields = _FIELDS.pack(
        bytes.fromhex(claims.serial),
        _minutes(claims.opens_at),
        _minutes(claims.closes_at),
        min(claims.people, 0xFFFF),
        claims.weekdays,
        claims.opens_minute,
        claims.closes_minute,
        claims.uses,
    )
    plates = ",".join(claims.plates[:PLATES_SHOWN])
    return _sealed(PREFIX, kid, fields + plates.encode(), private)


def _opened(prefix: str, text: str, ring: Ring) -> tuple[str | None, bytes]:
    """(what is wrong, the body): the signature is checked before anything else is believed."""
    parts = text.strip().split(":") if len(text) <= LONGEST or prefix == LIST_PREFIX else []
    if len(parts) != 4 or parts[0] != prefix:
        return "malformed", b""
    public = ring.get(parts[1])
    if public is None:
        return "unknown_key", b""
    try:
        body, signature = _unpack(parts[2]), _unpack(parts[3])
    except ValueError:
        return "malformed", b""
    # The last letter has bits that mean nothing: one signature has one spelling.
    if _pack(signature) != parts[3]:
        return "malformed", b""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, ":".join(parts[:3]).encode())
    except (InvalidSignature, ValueError):
        return "forged", b""
    return None, body


def _claims(body: bytes) -> Claims | None:
    try:
        serial, opens, closes, people, weekdays, first, last, uses = _FIELDS.unpack_from(body)
        plates = body[_FIELDS.size :].decode()
    except (struct.error, UnicodeDecodeError):
        return None
    return Claims(
        serial=serial.hex(),
        opens_at=datetime.fromtimestamp(opens * 60, UTC),
        closes_at=datetime.fromtimestamp(closes * 60, UTC),
        people=people,
        plates=tuple(plates.split(",")) if plates else (),
        weekdays=weekdays,
        opens_minute=first,
        closes_minute=last,
        uses=uses,
    )


def verify(token: str, ring: Ring, now: datetime, revoked: Collection[str] = ()) -> Verdict:
    """Whether to let in, with nothing but the public ring, the clock (aware, in the estate's zone), and the list."""
    wrong, body = _opened(PREFIX, token, ring)
    if wrong is not None:
        return Verdict(wrong)
    claims = _claims(body)
    if claims is None:
        return Verdict("malformed")
    if claims.serial in revoked:
        return Verdict("revoked", claims)
    return Verdict(_outside(claims, now), claims)


def _outside(claims: Claims, now: datetime) -> str | None:
    if now < claims.opens_at - SKEW:
        return "early"
    if now > claims.closes_at + SKEW:
        return "late"
    if not claims.weekdays:
        return None
    if not any(_on_day(claims, now + shift) for shift in (-SKEW, timedelta(), SKEW)):
        return "wrong_day"
    return None if any(_in_hours(claims, now + shift) for shift in (-SKEW, timedelta(), SKEW)) else "wrong_hour"


def _on_day(claims: Claims, at: datetime) -> bool:
    return bool(claims.weekdays >> at.weekday() & 1)


def _in_hours(claims: Claims, at: datetime) -> bool:
    minute = at.hour * 60 + at.minute
    return _on_day(claims, at) and claims.opens_minute <= minute <= claims.closes_minute


def sign_list(serials: Iterable[str], issued_at: datetime, kid: str, private: bytes) -> str:
    """The revocation list as gates fetch it: signed, dated, and good for a day."""
    body = {"issued": _minutes(issued_at), "serials": sorted(serials)}
    return _sealed(LIST_PREFIX, kid, json.dumps(body, separators=(",", ":")).encode(), private)


def read_list(text: str, ring: Ring, now: datetime) -> tuple[frozenset[str], bool]:
    """(serials, whether it is fresh); raises `ValueError` when it is not signed by the ring."""
    wrong, body = _opened(LIST_PREFIX, text, ring)
    if wrong is not None:
        raise ValueError(wrong)
    data = json.loads(body)
    issued = datetime.fromtimestamp(data["issued"] * 60, UTC)
    return frozenset(data["serials"]), now - issued <= LIST_GOOD_FOR
