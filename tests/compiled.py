"""Statements are compiled once in a process, as where the product runs, and not anew for each of a thousand databases.

SQLAlchemy keeps what it compiled with the engine, and every test opens engines of its own: that was the larger half of
what a transcript cost.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event

_DIALECTS: dict[tuple[str, object], Dialect] = {}
_COMPILED: dict[Dialect, MutableMapping[Any, Any]] = {}


def compile_once() -> None:
    """From now on, whatever engine it is."""

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        # Only ours: the engine of stories keeps statements of its own with what it compiled.
        if not connection.engine.hide_parameters:
            return
        # What is compiled belongs to its dialect: the first one of a kind stands for all. How JSON is written is a part
        # of what a dialect is told.
        one = connection.dialect
        kind = one.name, getattr(one, "_json_serializer", None)
        connection.dialect = _DIALECTS.setdefault(kind, one)
        connection.execution_options(compiled_cache=_COMPILED.setdefault(connection.dialect, {}))
