"""The tools that a message needs on its way, in one hand: whoever takes part in a hop is given the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.db import Database
from backend.services.conversations import Binding
from bot.contract.channel import Welcomes
from bot.contract.flow import Book
from bot.contract.messages import Address
from bot.contract.ports import Advisor, Clock, Interpreter
from bot.memory import Memory
from bot.observe import Metrics
from bot.silence import Patience
from bot.speak import Speaker
from bot.turnstile import Turnstile
from bot.unclear import Notes


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a message needs on its way; made once by the composition root."""

    db: Database
    memory: Memory
    speaker: Speaker
    book: Book
    interpreter: Interpreter
    clock: Clock
    default_language: str
    bindings: Mapping[tuple[str, str], Binding]
    metrics: Metrics
    patience: Patience = field(default_factory=Patience)
    advisors: tuple[Advisor, ...] = ()
    turns: Turnstile = field(default_factory=Turnstile)
    notes: Notes | None = None
    # Filled when the doors are opened: what a channel can ask its people beside the talk.
    welcomes: dict[str, Welcomes] = field(default_factory=dict)

    def binding(self, who: Address) -> Binding:
        """What a new sender on this channel and account counts as."""
        return self.bindings[(who.channel, who.account)]
