"""A code sent to the very number that asks: whoever forges a sender never reads it, whoever has the telephone does."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection

from backend.services import tokens
from bot.contract.messages import Address

DIGITS, TRIES = 6, 5
LIVES, OPENS = timedelta(minutes=10), timedelta(minutes=30)
_KEPT = "step"


def ask(connection: Connection, whose: str, real: datetime) -> str | None:
    """A new code for them; None while the one before it still holds, so that nobody is flooded with messages."""
    found = tokens.kept(connection, _KEPT, f"code:{whose}")
    if found is not None and found.until > real:
        return None
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    tokens.keep(connection, _KEPT, f"code:{whose}", f"{code}:0", real + LIVES)
    return code


def waits(connection: Connection, whose: str, real: datetime) -> bool:
    found = tokens.kept(connection, _KEPT, f"code:{whose}")
    return found is not None and found.until > real


def check(connection: Connection, whose: str, given: str, real: datetime) -> bool:
    """Used up by the right one, and by five wrong ones."""
    found = tokens.kept(connection, _KEPT, f"code:{whose}")
    if found is None or found.until <= real:
        return False
    code, _, wrong = found.value.partition(":")
    tries = int(wrong) + 1
    right = hmac.compare_digest(code, given) and tries <= TRIES
    # One that is used up still stands until its end, so that no other is sent before.
    until = real if right else found.until
    tokens.keep(connection, _KEPT, f"code:{whose}", f"{code}:{tries}", until)
    return right


def open_for(connection: Connection, who: Address, real: datetime) -> None:
    tokens.keep(connection, _KEPT, f"open:{whose(who)}", "yes", real + OPENS)


def is_open(connection: Connection, who: Address, real: datetime) -> bool:
    found = tokens.kept(connection, _KEPT, f"open:{whose(who)}")
    return found is not None and found.until > real


def whose(who: Address) -> str:
    return f"{who.channel}:{who.account}:{who.user}"
