"""A call that says one sentence and asks nothing: how an alarm ended, for whoever was rung and reads nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from backend.db import Record
from backend.services.ringing.script import OVER, Given, Said
from bot.contract.stored import text_from


class _News:
    """`Purpose` of it. At any hour: whoever was rung a moment ago is awake, and waits for it."""

    urgent = True

    def when(self, connection: Connection, found: Record, now: datetime, real: datetime) -> datetime | None:
        return now

    def question(self, connection: Connection, found: Record, stage: int) -> Said:
        return Said((text_from(found.about["say"]), OVER))

    def answer(self, connection: Connection, found: Record, given: Given) -> Said | None:
        return Said((OVER,))

    def over(
        self, connection: Connection, found: Record, how: str, channel: str, now: datetime, real: datetime
    ) -> None:
        """It is said once; the board has it in any case."""


NEWS = _News()
