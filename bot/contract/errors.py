"""The five ways in which something can go wrong; each carries its own recovery, none is swallowed."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contract.text import Text


class LinliError(Exception):
    """say: what the person concerned may hear; None means the general apology with a code."""

    def __init__(self, reason: str, say: Text | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.say = say


class NotTheirs(LinliError):
    """A signature, key or session does not prove who sent this: 401 or 403, counted, nothing stored."""


class Unsupported(LinliError):
    """Well-formed, but not something we act on: counted and acknowledged, never an anomaly."""


class Refused(LinliError):
    """A rule of the house or of the form forbids it: the person is told why (API: 4xx with a pointer).

    status: the HTTP status for an API caller; pointer: which field, as a JSON pointer; more: what a program needs to go
    on from there, such as what is free instead.
    """

    def __init__(
        self,
        reason: str,
        say: Text | None = None,
        *,
        status: int = 422,
        pointer: str | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(reason, say)
        self.status = status
        self.pointer = pointer
        self.more = dict(more or {})

    @property
    def errors(self) -> list[dict[str, str]]:
        """Which field it is, where it is one, as a problem document says it."""
        return [] if self.pointer is None else [{"pointer": self.pointer, "detail": self.reason}]


class Unavailable(LinliError):
    """Something outside is away for now; retry_after: seconds until a retry makes sense; alone: this one thing waits,
    and what goes the same way to others does not."""

    def __init__(self, reason: str, say: Text | None = None, *, retry_after: float = 5.0, alone: bool = False) -> None:
        super().__init__(reason, say)
        self.retry_after = retry_after
        self.alone = alone


class Misconfigured(LinliError):
    """The operator must change a setting; file and line say where."""

    def __init__(self, reason: str, *, file: str, line: int | None = None) -> None:
        where = f"{file}:{line}" if line else file
        super().__init__(f"{where}: {reason}")
        self.file = file
        self.line = line
