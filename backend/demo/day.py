"""What a lived-in demo's desk has behind it, as `day.yml` tells it, and what playing it has to know of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, select

from backend.db import Record
from backend.demo.dates import moment
from backend.models.people import resident
from backend.models.talk import conversation, outbox
from backend.services import stories

FILE = Path(__file__).resolve().parent / "day.yml"
Act = Mapping[str, Any]


def told(now: datetime) -> tuple[dict[str, Mapping[str, str]], list[tuple[timedelta, Act]]]:
    """Who they are, and what happened how long ago, in its order."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    acts = [
        (now - moment(act["at"], now) if "at" in act else timedelta(minutes=act["ago"]), act) for act in data["acts"]
    ]
    return data["people"], sorted(acts, key=lambda one: -one[0])


def is_new(connection: Connection, community: str) -> bool:
    """Nobody has said anything yet."""
    rows = select(conversation.c.id).where(conversation.c.community_id == community).limit(1)
    return connection.execute(rows).first() is None


def whose(connection: Connection, community: str, phone: str | None) -> int | None:
    mine = (resident.c.community_id == community, resident.c.phone == phone)
    return connection.execute(select(resident.c.id).where(*mine)).scalar_one_or_none()


def waited(connection: Connection, story: str, real: datetime) -> list[Record]:
    """Stories of this kind whose moment had come by then, and that no engine has taken up."""
    rows = select(outbox).where(outbox.c.kind == stories.CHANNEL, outbox.c.state == "due").order_by(outbox.c.id)
    found = [row for row in connection.execute(rows) if row.body.get("story") == story]
    return [row for row in found if datetime.fromisoformat(row.body["until"]) <= real]
