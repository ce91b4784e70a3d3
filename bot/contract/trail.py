"""The trail of one message from hop 1 to hop 8: one id in every log line, outbox row and span that it causes."""

from __future__ import annotations

import random
import time
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Trail:
    """Mutable on purpose and alive for one message only.

    id: 32 hexadecimal digits, the same as in a W3C trace; spans: (hop, began, ended) on the monotonic clock;
    facts: what a log line may say of the message, never who sent it nor what was said; hidden: what no log line
    of this message may show, such as its text and its sender; counted: (what, kind), which only a commit makes true;
    answered: when the replies were handed to the channel.
    """

    id: str
    began: float
    spans: list[tuple[str, float, float]] = field(default_factory=list)
    facts: dict[str, str | int | float] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    counted: list[tuple[str, str]] = field(default_factory=list)
    answered: float | None = None

    def hide(self, *words: str | None) -> None:
        """Short words hide nothing: a `1` stands in every line."""
        self.hidden.update(
            word for word in words if word and (len(word) >= 4 or (len(word) >= 2 and word[0] > "\u2e7f"))
        )


_CURRENT: ContextVar[Trail | None] = ContextVar("linli_trail", default=None)


def begin(known: str | None = None) -> Trail:
    """A new trail for what is done from here on; known: the id with which an earlier part of it was written down."""
    # No secret, only to be found again: the system's own randomness would let go of the interpreter for each request.
    trail = Trail(known or f"{random.getrandbits(128):032x}", time.perf_counter())
    _CURRENT.set(trail)
    return trail


def current() -> Trail | None:
    return _CURRENT.get()


def current_id() -> str | None:
    """What a row says of its cause; None for what no message caused."""
    trail = _CURRENT.get()
    return trail.id if trail is not None else None


def count(what: str, kind: str) -> None:
    """Something was made in the transaction under way: it is counted when that has committed."""
    trail = _CURRENT.get()
    if trail is not None:
        trail.counted.append((what, kind))


def note(**facts: str | int | float | None) -> None:
    """Add to what a log line may say of this message."""
    trail = _CURRENT.get()
    if trail is not None:
        trail.facts.update({name: fact for name, fact in facts.items() if fact is not None})


def anew() -> None:
    """The transaction begins, perhaps once more: what a try before it made was rolled back."""
    trail = _CURRENT.get()
    if trail is not None:
        trail.counted.clear()


def undone(outcome: str) -> None:
    """The transaction was rolled back: what was made in it does not count."""
    trail = _CURRENT.get()
    if trail is not None:
        trail.counted.clear()
        trail.facts["outcome"] = outcome


def hide(*words: str | None) -> None:
    trail = _CURRENT.get()
    if trail is not None:
        trail.hide(*words)
