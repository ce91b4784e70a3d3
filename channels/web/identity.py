"""A site's signed word for its own user: a JWT (HS256) of a few minutes, for this community, each used once."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.contract.body import read
from bot.contract.channel import Account, Vouched
from bot.contract.errors import Misconfigured, NotTheirs, Refused

SECRET = "identity_secret"  # noqa: S105 - what it is called in the environment
SHORTEST = 32
# A browser that stands for somebody of a site has a token of this form: the others need never be looked up.
MARK = "s-"
# The word itself lives minutes, what it opened a day's work.
LIVES, OPENS, SKEW = timedelta(minutes=10), timedelta(hours=12), timedelta(seconds=60)
_PHONE = re.compile(r"\+?[0-9 -]{5,24}")
_LONGEST = 4_000


def secret_of(name: str, account: Account) -> str:
    """Empty where no site may vouch; raises `Misconfigured` for one that is easily guessed."""
    given = account.secrets.get(SECRET, "")
    if given and len(given) < SHORTEST:
        where = f"LINLI_WEB_{name.upper().replace('-', '_')}_{SECRET.upper()}"
        raise Misconfigured(f"at least {SHORTEST} characters are needed", file=where)
    return given


def word_in(body: bytes) -> str:
    """`{"identity": "<jwt>"}`"""
    data = read(body)
    word = data.get("identity") if isinstance(data, dict) else None
    if not isinstance(word, str) or not 0 < len(word) <= _LONGEST:
        raise Refused("a signed identity is expected", pointer="/identity")
    return word


def vouched(word: str, secret: str, account: str, community: str, real: datetime) -> Vouched:
    """Raises `NotTheirs` for what this site did not sign for us, or not now; `Refused` (403) where no site may."""
    if not secret:
        raise Refused("no site vouches for its users here", status=403)
    claims = _signed(word, secret)
    if claims.get("aud") not in (community, [community]):
        raise NotTheirs("the signed identity is for somebody else")
    issued, ends = _time(claims, "iat"), _time(claims, "exp")
    now = real.timestamp()
    if not (issued - SKEW.total_seconds() <= now < ends) or ends - issued > LIVES.total_seconds():
        raise NotTheirs(f"the signed identity is over, not yet valid, or of more than {LIVES.seconds // 60} minutes")
    subject, once = _name(claims, "sub"), _name(claims, "jti")
    phone = claims.get("phone") or ""
    if not isinstance(phone, str) or (phone and not _PHONE.fullmatch(phone)):
        raise NotTheirs("the phone of the signed identity is no number")
    user = "u" + hashlib.sha256(f"{account}\n{subject}".encode()).hexdigest()[:40]
    claim = hashlib.sha256(f"{account}\n{once}".encode()).hexdigest()
    return Vouched(user, claim, real + OPENS, phone)


def _signed(word: str, secret: str) -> Mapping[str, Any]:
    head, _, rest = word.partition(".")
    payload, _, signature = rest.partition(".")
    try:
        given, header, claims = _plain(signature), read(_plain(head)), read(_plain(payload))
    except (binascii.Error, ValueError, Refused) as error:
        raise NotTheirs("the signed identity cannot be read") from error
    # The algorithm is ours to choose: a word that names another one, or none, is not looked at.
    if not isinstance(header, dict) or header.get("alg") != "HS256" or not isinstance(claims, dict):
        raise NotTheirs("the signed identity is not signed with HS256")
    expected = hmac.new(secret.encode(), f"{head}.{payload}".encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(given, expected):
        raise NotTheirs("the signature of this identity is wrong")
    return claims


def _plain(part: str) -> bytes:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", part):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _time(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotTheirs(f"the signed identity has no {name}")
    return float(value)


def _name(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise NotTheirs(f"the signed identity has no {name}")
    return value
