"""What happens later is handed its tools by the composition root, and makes none itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from backend.db import Database
from bot.contract.channel import Outward
from bot.contract.messages import Profile
from bot.contract.ports import Clock, Media
from bot.contract.trail import Trail
from bot.observe import Metrics
from bot.speak import Speaker


@dataclass(frozen=True, slots=True)
class Hop8:
    """How a channel shows what it sends, its way out, and where what residents left with the vendor is kept."""

    profile: Profile
    way: Outward
    media: Media


@dataclass(frozen=True, slots=True)
class Tools:
    """node: this process's name, the same again after a restart; dead_after: seconds of silence after which a process
    is taken for lost; zones: each community's own;
    senders: hop 8 of the channels that have one, by name; demo: nothing goes to any vendor;
    tell: hears of each try with its trail, when it ended, and whether a message caused it."""

    db: Database
    clock: Clock
    speaker: Speaker
    metrics: Metrics
    default_language: str
    node: str = "solo"
    dead_after: float = 15.0
    demo: bool = False
    zones: Mapping[str, ZoneInfo] = field(default_factory=dict)
    senders: Mapping[str, Hop8] = field(default_factory=dict)
    tell: Callable[[Trail, float, bool], None] | None = None
