"""What the doors for other systems are handed by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from backend.api.mapped import Maps
from backend.db import Database
from bot.contract.conversation import Community
from bot.contract.errors import Refused
from bot.contract.ports import Clock
from bot.contract.text import Text


@dataclass(frozen=True, slots=True)
class House:
    """say: a text in a language; sounds: whether words tell of somebody in danger; maps: vendors' own types of events,
    by community."""

    db: Database
    clock: Clock
    communities: Mapping[str, Community]
    languages: tuple[str, ...]
    say: Callable[[Text, str], str]
    sounds: Callable[[str], bool]
    demo: bool
    maps: Mapping[str, Maps] = field(default_factory=dict)

    def community(self, key: str) -> Community:
        """Raises `Refused` (409) for one whose key is there and whose settings are not."""
        if key not in self.communities:
            raise Refused("this community is not served here", status=409)
        return self.communities[key]
