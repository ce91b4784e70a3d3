"""What a request asked for, in words that may be counted and logged."""

from __future__ import annotations

import re

from starlette.types import Scope


def route_of(scope: Scope) -> str:
    """The route as it is written, never the path that was asked for: that may hold a phone number."""
    if scope.get("route") is None:
        return "none"
    path: str = scope["path"]
    for name, value in scope.get("path_params", {}).items():
        if value:
            path = re.sub(rf"/{re.escape(str(value))}(?=[/.]|$)", f"/{{{name}}}", path)
    return path
