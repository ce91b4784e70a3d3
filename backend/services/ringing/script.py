"""What a purpose says on the line, and what it is asked: the form that alarm, bell and notice share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from backend.db import Record
from bot.contract.text import Text, t

OVER = t("Goodbye.")


@dataclass(frozen=True, slots=True)
class Said:
    """keys: how many are waited for, 0 where the call ends with these words; hears: words count too; hints: which;
    connect: whom the call is put through to after these words."""

    texts: tuple[Text, ...]
    stage: int = 0
    keys: int = 0
    hears: bool = False
    hints: tuple[Text, ...] = ()
    connect: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What came in answer; now: what residents live by, here; danger: its kind, where the words are a cry."""

    stage: int
    keys: str
    words: str
    now: datetime
    real: datetime
    danger: str = ""


class Purpose(Protocol):
    """One kind of call. urgent: it rings at once, whatever the hour."""

    urgent: bool

    def when(self, connection: Connection, found: Record, now: datetime, real: datetime) -> datetime | None:
        """When it may ring: `now` for at once; None where nobody is to be rung for it any more."""
        ...

    def question(self, connection: Connection, found: Record, stage: int) -> Said: ...

    def answer(self, connection: Connection, found: Record, given: Given) -> Said | None:
        """None where this means nothing here, and the question is asked again."""
        ...

    def over(
        self, connection: Connection, found: Record, how: str, channel: str, now: datetime, real: datetime
    ) -> None:
        """The line is down and nobody had pressed what was asked for; how: a state or `COMPLETED` … of the contract."""
        ...


def digits(code: str) -> str:
    """One by one, so that they are heard as two."""
    return " ".join(code)


def name_of(found: Record) -> str:
    """What the community is called in the language of this call. found: of `rows.one`."""
    return str(found.names.get(found.language or "") or next(iter(found.names.values()), ""))
