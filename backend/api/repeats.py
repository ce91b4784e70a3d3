"""How the API's writes are made safe: the same again is one effect, and nothing is changed that has changed since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Header
from pydantic import BaseModel
from sqlalchemy import Connection

from backend.db import Database
from backend.services.repeats import KEY_LIMIT, Write, once

Shape = TypeVar("Shape", bound=BaseModel)
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="The same key again is one effect; kept for three days",
        json_schema_extra={"minLength": 1, "maxLength": KEY_LIMIT},
    ),
]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The `ETag` that was read: 412 where it was changed since"),
]


@dataclass(frozen=True, slots=True)
class Care:
    """once: the `Idempotency-Key`; match: what the caller has seen of the thing that they change."""

    once: str | None
    match: str | None


async def _care(once: IdempotencyKey = None, match: IfMatch = None) -> Care:
    return Care(once, match)


Careful = Annotated[Care, Depends(_care)]


async def write_once(db: Database, write: Write, shape: type[Shape], work: Callable[[Connection], Shape]) -> Shape:
    """The first answer and every later one are built from the same stored form."""

    def whole(connection: Connection) -> dict[str, object]:
        return once(connection, write, lambda: work(connection).model_dump(mode="json"))

    return shape.model_validate(await db.write(whole))
