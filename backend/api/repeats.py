"""`Idempotency-Key` for the API's writes: a caller whose connection broke sends the same again without harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Header
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


async def write_once(db: Database, write: Write, shape: type[Shape], work: Callable[[Connection], Shape]) -> Shape:
    """The first answer and every later one are built from the same stored form."""

    def whole(connection: Connection) -> dict[str, object]:
        return once(connection, write, lambda: work(connection).model_dump(mode="json"))

    return shape.model_validate(await db.write(whole))
