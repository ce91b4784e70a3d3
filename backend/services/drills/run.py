"""The story of drills: when one is due it is begun, and the next one of its kind is waited for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from backend.services import communities
from backend.services.drills import heartbeat, people, rows, rules

# Taken up so much later it is no heartbeat any more, but the news that there was none.
PUNCTUAL = timedelta(minutes=2)


def due(connection: Connection, key: int, data: Mapping[str, Any], now: datetime, real: datetime) -> bool:
    """Unless config.yml wants it otherwise by now: then whoever wrote that has begun another wait."""
    community, kind = data["community"], data["kind"]
    wanted = rules.of(connection, community)
    if kind not in wanted.kinds() or data["every"] != wanted.every:
        return False
    here = communities.here(connection, community, now)
    rules.wait(connection, community, kind, wanted, here, real)
    slot, late = data["slot"], real - datetime.fromisoformat(data["at"])
    if kind != rows.HEARTBEAT:
        people.begin(connection, community, kind, slot, real)
    elif late > PUNCTUAL:
        heartbeat.missed(connection, community, slot, here, real)
    else:
        heartbeat.begin(connection, community, wanted, slot, real)
    return True
