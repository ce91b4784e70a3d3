"""What every list of the API may be asked, and whose key asks: written once, so that lists do not drift apart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Header, Query

from backend.services import listing
from backend.services.keys import Caller
from bot.contract.errors import Refused

# Below it is what integrators call.
OURS = "/api/v1"
Authorization = Annotated[str | None, Header(include_in_schema=False)]
Identify = Callable[[str | None, str], Awaitable[Caller]]
Limit = Annotated[int, Query(ge=1, le=500)]
Filter = Annotated[str | None, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which of a community's things, and which page of them."""

    limit: int
    cursor: str | None
    kind: str | None
    state: str | None
    conversation: str | None
    number: str | None = None

    def of(self, community: str) -> listing.Query:
        return listing.Query(community, self.limit, self.cursor, self.kind, self.state, self.conversation, self.number)


async def _filters(
    kind: Filter = None,
    state: Filter = None,
    conversation: Filter = None,
    cursor: Filter = None,
    limit: Limit = 50,
) -> Filters:
    return Filters(limit, cursor, kind, state, conversation)


async def _numbered(filters: Annotated[Filters, Depends(_filters)], number: Filter = None) -> Filters:
    """For what has a number that people know."""
    return replace(filters, number=number)


Asked = Annotated[Filters, Depends(_filters)]
AskedByNumber = Annotated[Filters, Depends(_numbered)]


def id_of(text: str) -> int:
    """An id that is a number. Raises `Refused` (404)."""
    if not _is_number(text):
        raise Refused("there is nothing of this id", status=404)
    return int(text)


def given(text: str | None, pointer: str) -> int | None:
    """A number that a list was asked with, if it was. Raises `Refused` (422)."""
    if not text:
        return None
    if not _is_number(text):
        raise Refused("this was never given out", pointer=pointer)
    return int(text)


def _is_number(text: str) -> bool:
    """Of a size that every database's column holds: one that is larger was never given out."""
    return text.isascii() and text.isdecimal() and len(text) < 10
