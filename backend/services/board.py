"""The board: what the desk has put up to be told, read as it stands there and never added to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from backend.models.board import board_item

_ITEMS = (
    select(board_item.c.key, board_item.c.data)
    .where(board_item.c.community_id == bindparam("community"), board_item.c.kind == bindparam("kind"))
    .order_by(board_item.c.id)
)


@dataclass(frozen=True, slots=True)
class Item:
    """data: as the desk wrote it; words for residents are `{language: text}`, times ISO 8601."""

    key: str
    data: Mapping[str, Any]

    def said(self, name: str, language: str | None) -> str:
        """A text in the resident's language, else in the first one written; "" when there is none."""
        words = self.data.get(name)
        if not isinstance(words, Mapping):
            return str(words or "")
        return str(words.get(language or "") or next(iter(words.values()), ""))


def items(connection: Connection, community: str, kind: str) -> list[Item]:
    """Everything of this kind, in the desk's order."""
    rows = connection.execute(_ITEMS, {"community": community, "kind": kind})
    return [Item(row.key, row.data) for row in rows]


def one(connection: Connection, community: str, kind: str, key: str) -> Item | None:
    return next((item for item in items(connection, community, kind) if item.key == key), None)


def put(connection: Connection, community: str, kind: str, entries: Iterable[Mapping[str, Any]]) -> None:
    """Put these up in the place of all of this kind; each has a `key`."""
    old = (board_item.c.community_id == community) & (board_item.c.kind == kind)
    connection.execute(delete(board_item).where(old))
    rows = [{"community_id": community, "kind": kind, "key": e["key"], "data": dict(e)} for e in entries]
    if rows:
        connection.execute(insert(board_item), rows)
