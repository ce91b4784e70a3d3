"""Finds the channels: one folder each, with an `adapter.channel`; config.yml says which are on."""

from __future__ import annotations

import importlib
import pkgutil

from bot.contract.channel import Channel
from bot.contract.errors import Misconfigured


def discover(enabled: list[str]) -> list[Channel]:
    """The adapters of the enabled channels; a channel that is off is not even imported."""
    known = {info.name for info in pkgutil.iter_modules(__path__) if info.ispkg}
    found: list[Channel] = []
    for name in enabled:
        if name not in known:
            raise Misconfigured(
                f"there is no channel '{name}'; there are: {', '.join(sorted(known))}", file="config.yml"
            )
        found.append(importlib.import_module(f"channels.{name}.adapter").channel)
    return found
