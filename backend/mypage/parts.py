"""What the resident's page is handed by the composition root: it knows neither the engine nor the channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backend.db import Database
from bot.contract.channel import Introduces
from bot.contract.conversation import Community
from bot.contract.ports import Clock
from bot.contract.text import Text


@dataclass(frozen=True, slots=True)
class Parts:
    """say: a text in a language; secure: the cookie travels over https only; home: our own public address, empty
    where nobody has named it; apps: ways out that know who looks at a page inside their app, by channel."""

    db: Database
    clock: Clock
    say: Callable[[Text, str], str]
    communities: Mapping[str, Community]
    languages: tuple[str, ...]
    home: str
    secure: bool
    demo: bool
    apps: Mapping[str, Introduces]
