"""What the console is handed by the composition root: it knows neither the engine nor the channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from backend.db import Database
from bot.contract.conversation import Community
from bot.contract.messages import Address
from bot.contract.ports import Clock, Media
from bot.contract.talk import Talk
from bot.contract.text import Text


class School(Protocol):
    """Where what is taught lies as files, and which sentences may be taught at all."""

    @property
    def base(self) -> str: ...

    def check(self, text: str, intent: str) -> None:
        """Raises `Refused` with the reason."""

    def publish(self, run: int) -> None: ...

    def undo(self, run: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """say: a text in a language; review: a conversation as both sides saw it; flows: name → title;
    secure: the cookie travels over https only; media: photos that residents sent; labels: intent → title;
    slots: what a flow must know → its label."""

    db: Database
    clock: Clock
    say: Callable[[Text, str], str]
    review: Callable[[Connection, Address], Talk]
    media: Media
    flows: Mapping[str, Text]
    communities: Mapping[str, Community]
    languages: tuple[str, ...]
    secure: bool
    demo: bool
    school: School
    labels: Mapping[str, Text]
    slots: Mapping[str, Text]
