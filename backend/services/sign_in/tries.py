"""How often somebody may try to get in: wrong tries are counted for each network and for the whole door."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import Connection, delete, insert, select, update

from backend.db import hold
from backend.models.sign_in import door_try
from bot.contract.text import Text, t

WINDOW = timedelta(minutes=1)
# Wrong ones a window. Right ones count nothing: a whole shift signs in behind one address.
OF_NETWORK, OF_ALL = 10, 120
ALL = "all"


class Crowded(Exception):
    """Too many wrong tries, of this network or of everybody; seconds: until another one is heard."""

    def __init__(self, seconds: int, everybody: bool) -> None:
        super().__init__(seconds, everybody)
        self.seconds, self.everybody = seconds, everybody

    def said(self) -> Text:
        minutes = -(-self.seconds // 60)
        if self.everybody:
            return t(
                "The door is crowded just now. Please try again in {minutes} min; whoever is signed in already stays "
                "so.",
                minutes=minutes,
            )
        return t(
            "Too many tries came from this network just now. Please try again in {minutes} min; whoever is signed in "
            "already stays so.",
            minutes=minutes,
        )


def network_of(address: str) -> str:
    """What one holder can have: an IPv4 address, or the half of an IPv6 one that a line is given."""
    try:
        found = ip_address(address)
    except ValueError:
        return "?"
    mapped = getattr(found, "ipv4_mapped", None) or found
    return str(mapped) if mapped.version == 4 else str(ip_network(f"{mapped}/64", strict=False))


def check(connection: Connection, address: str, real: datetime) -> None:
    """Raises `Crowded` where another try is not even looked at."""
    for key, most in ((_key(address), OF_NETWORK), (ALL, OF_ALL)):
        row = connection.execute(select(door_try).where(door_try.c.key == key)).one_or_none()
        if row is not None and row.wrong >= most and real < row.since + WINDOW:
            raise Crowded(max(1, round((row.since + WINDOW - real).total_seconds())), key == ALL)


def count(connection: Connection, address: str, real: datetime) -> None:
    """A wrong one."""
    for key in (_key(address), ALL):
        row = connection.execute(select(door_try).where(door_try.c.key == key)).one_or_none()
        if row is None:
            connection.execute(insert(door_try).values(key=key, since=real, wrong=1))
            continue
        again = {"since": real, "wrong": 1} if real >= row.since + WINDOW else {"wrong": row.wrong + 1}
        connection.execute(update(door_try).where(door_try.c.key == key).values(**again))


def queue(connection: Connection) -> None:
    """One try after another from here on, so that none slips through while others are being counted."""
    hold(connection, "door")


def _key(address: str) -> str:
    """Nobody needs to know who it was."""
    return hashlib.sha256(f"door:{network_of(address)}".encode()).hexdigest()


def sweep(connection: Connection, real: datetime) -> None:
    connection.execute(delete(door_try).where(door_try.c.since < real - timedelta(hours=1)))
