"""What config.yml says of a community, written down at the start for those who see the database alone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from backend.services import bells, settled
from backend.services.drills import rules
from backend.services.ladder import reach
from bot import doors
from bot.contract.ports import Clock
from bot.settings import Settings


def rule(connection: Connection, settings: Settings, community: str, clock: Clock) -> None:
    """When what is done counts as closed, whom an alarm can reach, what is tried, who decides at the gate."""
    written = settings.communities[community]
    settled.rule(connection, community, written.closing_days)
    voice = doors.voice(settings, reach.VOICE, community)
    text = doors.text(settings, reach.TEXT, community)
    guard = written.guard.model_dump() if written.guard is not None else None
    trained = [one.model_dump(mode="json") for one in written.trained]
    reach.rule(connection, community, voice, written.emergency, guard, text, trained)
    here = clock.now().astimezone(ZoneInfo(settings.community(community).timezone))
    rules.rule(connection, community, doors.drills(settings, community, voice), here, clock.real())
    bells.rule(connection, community, bells.House(**written.bell.model_dump()))
