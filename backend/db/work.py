"""What the database is handed: a function over a connection, the future of its result, and how long it may wait."""

from __future__ import annotations

import contextvars
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Row

T = TypeVar("T")
Work = Callable[[Connection], T]
# A row whose columns its query knows; the columns themselves are typed by the tables.
Record = Row[*tuple[Any, ...]]

RETRY_AFTER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Job:
    """lane: jobs of one lane are carried out one after another, in the order in which they came."""

    work: Work[Any]
    future: Future[Any]
    lane: Hashable | None = None
    since: float = field(default_factory=time.monotonic)
    # What is logged on another thread belongs to the message that asked for it.
    context: contextvars.Context = field(default_factory=contextvars.copy_context)


def settle(job: Job, carry_out: Callable[[Job], Any]) -> None:
    """Carry the job out and tell its future, whatever happens: somebody waits for it, and no thread may die of it."""
    try:
        result = job.context.run(carry_out, job)
    except StopIteration as error:  # a future cannot carry it: its caller would wait for ever
        job.future.set_exception(RuntimeError(f"StopIteration: {error}"))
    except BaseException as error:
        job.future.set_exception(error)
    else:
        job.future.set_result(result)
