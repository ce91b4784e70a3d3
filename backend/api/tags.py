"""What a thing looked like: the same mark in `ETag`, when it is read, and in `If-Match`, when it is changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from bot.contract.errors import Refused


def tag(body: Any) -> str:
    """Of a body as JSON holds it, whatever the order of its fields."""
    return marked(json.dumps(body, sort_keys=True, separators=(",", ":")).encode())


def marked(plain: bytes) -> str:
    return f'"{hashlib.sha256(plain).hexdigest()[:32]}"'


def names(header: str, found: str) -> bool:
    """Whether `If-Match` or `If-None-Match` names this tag, or any."""
    named = [one.strip().removeprefix("W/") for one in header.split(",")]
    return found in named or named == ["*"]


def unchanged(match: str | None, read: Callable[[], BaseModel]) -> None:
    """Raises `Refused` (412) where somebody has changed it since the caller looked. read: it as it is shown, which is
    asked for only where `If-Match` came."""
    if match is not None and not names(match, tag(read().model_dump(mode="json"))):
        raise Refused("it was changed since you looked: read it again", status=412)
