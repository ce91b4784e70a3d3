"""Calls that we begin, as a channel that rings telephones knows them: what came, what to say, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.contract.errors import Refused

# What a vendor says of a call that is over.
COMPLETED, BUSY, NO_ANSWER, FAILED = "completed", "busy", "no_answer", "failed"
# What it says besides of the other end of a call that was put through.
PICKED_UP, PERSON, MAILBOX = "picked_up", "person", "mailbox"


@dataclass(frozen=True, slots=True)
class Turn:
    """What came from whoever answered. call: ours, by its id; stage: which of our questions it answers, 0 for none yet;
    quiet: how often nothing came; keys, words: what was pressed or said; machine: the vendor takes them for one."""

    call: str
    stage: int = 0
    quiet: int = 0
    keys: str = ""
    words: str = ""
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """What is said next. keys: how many are waited for, 0 where the call ends with these words; hears: words count as
    well as keys; hints: what may be said then; connect: a number that the call is put through to after these words;
    also: sentences in other languages, each with its own."""

    say: tuple[str, ...]
    language: str
    stage: int = 0
    quiet: int = 0
    keys: int = 0
    hears: bool = False
    hints: tuple[str, ...] = ()
    connect: str = ""
    also: tuple[tuple[str, str], ...] = ()


class Ringing(Protocol):
    """What the house does with a call that it asked a channel to make."""

    async def turn(self, account: str, turn: Turn) -> Script:
        """Raises `Refused` (404) for a call that this account was never asked for."""
        ...

    async def machine(self, account: str, call: str) -> None:
        """The vendor takes whoever answered for a machine; errors as those of `turn`."""
        ...

    async def ended(self, account: str, call: str, how: str) -> None:
        """how: one of the four above; in any order and any number of times. Errors as those of `turn`."""
        ...

    async def beyond(self, account: str, call: str, how: str) -> Script:
        """The other end of a call that was put through picked up, or is over; how: `PICKED_UP`, whose words they alone
        hear before both can speak, one of the four, whose words whoever is left hears, or what the vendor takes the
        other end for, `PERSON` or `MAILBOX`, which nobody hears of. Errors as those of `turn`."""
        ...


class Silent:
    """Where nobody is ever rung."""

    async def turn(self, account: str, turn: Turn) -> Script:
        raise Refused("there is no such call", status=404)

    async def machine(self, account: str, call: str) -> None:
        raise Refused("there is no such call", status=404)

    async def ended(self, account: str, call: str, how: str) -> None:
        raise Refused("there is no such call", status=404)

    async def beyond(self, account: str, call: str, how: str) -> Script:
        raise Refused("there is no such call", status=404)
