"""The second factor: six digits that change every half minute (RFC 6238), and the address that a phone's app scans."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

import segno

STEP_SECONDS = 30
DIGITS = 6


def new_secret() -> str:
    """160 bits in the spelling that apps take."""
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    """RFC 4226 for this step, with SHA-1 as every app does it."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, step.to_bytes(8), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_of(real: datetime) -> int:
    return int(real.timestamp()) // STEP_SECONDS


def matching(secret: str, code: str, real: datetime, used: int) -> int | None:
    """The step whose code this is, one to either side for slow clocks; never one that was used before."""
    plain = "".join(code.split())
    if len(plain) != DIGITS or not (plain.isascii() and plain.isdecimal()):
        return None
    now = step_of(real)
    found = [s for s in (now - 1, now, now + 1) if s > used and hmac.compare_digest(code_at(secret, s), plain)]
    return found[0] if found else None


def address(secret: str, login: str, issuer: str) -> str:
    """`otpauth://…`, which is what stands in the QR code."""
    label = quote(f"{issuer}:{login}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"


def picture(text: str) -> str:
    """The QR code as a `data:` address, dark on white in any light, since cameras want it so."""
    return str(segno.make(text, error="m").svg_data_uri(scale=5, border=3, dark="#111", light="#fff"))
