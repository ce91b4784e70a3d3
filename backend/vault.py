"""Keeps what the database must not tell by itself: integrators' secrets and the keys that sign passes, sealed at rest.

Whoever reads a stolen database or backup finds nothing to sign with; the key lies in the environment or in a file of
its own, which no backup holds.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from bot.contract.errors import Misconfigured, Unavailable

VARIABLE = "LINLI_SECRET_KEY"
SHORTEST = 32
_ring: list[AESSIV] = []


def unlock(given: str, file: Path) -> None:
    """From now on this process seals with the first key and opens with any of them: those that are given, else those
    of the file, which is made where there is none."""
    keys = given.split() if given else _of_file(file)
    short = [key for key in keys if len(key) < SHORTEST]
    if short or not keys:
        where = VARIABLE if given else str(file)
        raise Misconfigured(f"each key has at least {SHORTEST} characters, the newest first", file=where)
    # 64 bytes are what AES-SIV takes with the longer AES key; a key of random characters needs no slow derivation.
    _ring[:] = [AESSIV(hashlib.sha512(key.encode()).digest()) for key in keys]


def new_key() -> str:
    return secrets.token_urlsafe(48)


def add_key(file: Path) -> None:
    """A newer key before those of the file: what is sealed from now on is sealed with it."""
    _write(file, [new_key(), *_of_file(file)])


def _of_file(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="ascii").split()
    except FileNotFoundError:
        return _made(file)
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"the keys cannot be read: {error}", file=str(file)) from error


def _made(file: Path) -> list[str]:
    """Two processes may begin together: one makes it, the other reads what stands there."""
    half = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        _write(half, [new_key()])
        try:
            os.link(half, file)
        except FileExistsError:
            pass
        finally:
            half.unlink()
        return file.read_text(encoding="ascii").split()
    except OSError as error:
        why = f"no key can be kept here ({error.strerror}): set {VARIABLE} or LINLI_KEY_FILE"
        raise Misconfigured(why, file=str(file)) from error


def _write(file: Path, keys: Sequence[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(file.name + ".part")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
        out.write("\n".join(keys) + "\n")
    half.replace(file)


def seal(plain: bytes, of: str) -> str:
    """of: whose it is; sealed for one row, it does not open in another's."""
    if not _ring:
        raise Misconfigured("there is no key to seal with", file=VARIABLE)
    return base64.b64encode(_ring[0].encrypt(plain, [of.encode()])).decode()


def opened(sealed: str, of: str) -> bytes:
    """The inverse; raises `Unavailable` for what no key of this process opens."""
    content = base64.b64decode(sealed)
    for key in _ring:
        try:
            return key.decrypt(content, [of.encode()])
        except InvalidTag:
            continue
    raise Unavailable(
        f"this secret is sealed with another key: {VARIABLE}, or the key file of the machine that sealed it, is needed"
    )


def words(of: str) -> list[str]:
    """What only our keys can make of this name, the same each time and the newest key's first: 160 bits, for addresses
    that are kept nowhere."""
    if not _ring:
        raise Misconfigured("there is no key to seal with", file=VARIABLE)
    sealed = (key.encrypt(of.encode(), [b"word"]) for key in _ring)
    return [base64.urlsafe_b64encode(hashlib.sha256(one).digest()[:20]).decode().rstrip("=") for one in sealed]
