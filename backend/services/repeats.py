"""Writes of integrators that may be sent again: the same `Idempotency-Key` is one effect and one answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from backend import vault
from backend.db import insert_or
from backend.models.access import answered_write
from bot.contract.errors import Refused

KEPT = timedelta(hours=72)
KEY_LIMIT = 200

_CLAIM = insert_or(answered_write).on_conflict_do_nothing(index_elements=["community_id", "caller", "key"])
_MINE = (
    answered_write.c.community_id == bindparam("community"),
    answered_write.c.caller == bindparam("by"),
    answered_write.c.key == bindparam("known"),
)
_FIND = select(answered_write.c.request, answered_write.c.answer).where(*_MINE)
_ANSWER = update(answered_write).where(*_MINE).values(answer=bindparam("said"))
_OLD = delete(answered_write).where(answered_write.c.at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Write:
    """One write as it was sent. key: the header, None where the caller gave none; request: what it asks for."""

    community: str
    caller: str
    key: str | None
    request: str
    real: datetime


def once(connection: Connection, write: Write, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do the work, or give the answer of the time that it was done; in the transaction of the work itself.

    A refusal is rolled back with everything else, so a corrected situation may be tried with the same key.
    """
    if write.key is None:
        return work()
    if not 1 <= len(write.key) <= KEY_LIMIT or not write.key.isprintable():
        raise Refused(f"Idempotency-Key has 1 to {KEY_LIMIT} printable characters", status=400)
    digest = hashlib.sha256(write.request.encode("utf-8", "surrogatepass")).hexdigest()
    mine = {"community": write.community, "by": write.caller, "known": write.key}
    of = f"answer:{write.community}:{write.caller}:{write.key}"
    row = {"community_id": write.community, "caller": write.caller, "key": write.key, "request": digest}
    if connection.execute(_CLAIM, {**row, "at": write.real}).rowcount == 0:
        known = connection.execute(_FIND, mine).one()
        if known.request != digest:
            raise Refused("this Idempotency-Key was used for another request", status=422)
        return _opened(known.answer, of)
    connection.execute(_OLD, {"before": write.real - KEPT})
    answer = work()
    sealed = vault.seal(json.dumps(answer).encode(), of)
    connection.execute(_ANSWER, {**mine, "said": {"sealed": sealed}})
    return answer


def _opened(stored: dict[str, Any], of: str) -> dict[str, Any]:
    """Answers hold what is shown once, and people: they lie sealed. Those of earlier releases stand as they are."""
    if stored.keys() != {"sealed"}:
        return stored
    found: dict[str, Any] = json.loads(vault.opened(stored["sealed"], of))
    return found
