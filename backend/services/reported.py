"""What another system reports: filed like what the desk hears, and somebody is told at once where it cannot wait."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from backend.services import cases, desk_reports, outbox
from backend.services.desk_reports import Report
from bot.contract.conversation import Community

WAY = "api"


def file(
    connection: Connection,
    community: Community,
    report: Report,
    by: str,
    danger: bool,
    now: datetime,
    real: datetime,
) -> str:
    """Its number. danger: its words sound as if somebody were in danger, which no program decides: a person looks.
    Raises `Refused`."""
    filed = desk_reports.file(connection, community, report, by, now, real)
    if report.urgent or danger:
        found = cases.by_number(connection, community.id, filed.number)
        key = found.id if found is not None else filed.number
        body = {"case": filed.number, "task": "reported from outside, and it cannot wait"}
        outbox.call_staff(connection, community.id, body, f"reported:{key}", real)
    return filed.number
