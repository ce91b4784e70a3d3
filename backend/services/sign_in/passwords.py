"""Passwords of staff: hashed with argon2id, checked in the same time whether or not the account exists."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.contract.errors import Refused
from bot.contract.text import t

SHORTEST = 10
LONGEST = 200
# 19 MiB and two passes on one core: some 30 ms, so that a shift's start does not stand in line.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# What a wrong name is measured against, so that it takes as long as a wrong password.
_NOBODY = _HASHER.hash("nobody has this password")


def hashed(password: str) -> str:
    return _HASHER.hash(password)


def fits(password: str, stored: str | None) -> bool:
    """Whether this is the password; None for an account that is not there."""
    try:
        _HASHER.verify(stored or _NOBODY, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def check(password: str, login: str) -> None:
    """Raises `Refused` for a password that is guessed in an afternoon."""
    bare = password.strip().lower()
    if len(password) < SHORTEST or len(password) > LONGEST:
        raise Refused(
            "the password is too short or too long",
            t("Please choose a password of at least {n} characters.", n=SHORTEST),
            pointer="/password",
        )
    if len(set(bare)) < 5 or login.lower() in bare or bare in ("linli-demo", "1234567890", "password123"):
        raise Refused(
            "the password is easily guessed",
            t("This password is too easy to guess. A few unrelated words are good and easy to keep in mind."),
            pointer="/password",
        )
