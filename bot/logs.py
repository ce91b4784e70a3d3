"""What operators read: one event a line, as JSON or for a terminal, each with its message's trail and nobody's data."""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
import traceback

from bot.contract import trail
from bot.masking import elide, mask

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
# Fields whose values are ours alone, so that they are shown as they are.
_OURS = {"attempt", "channel", "code", "community", "conversation", "flow", "intent", "kind", "language", "method"}
_OURS |= {"ms", "outcome", "route", "status"}


class _Events(logging.Formatter):
    """Gathers what a line says; the forms only differ in how they write it."""

    def fields(self, record: logging.LogRecord) -> dict[str, object]:
        here = trail.current()
        hidden = here.hidden if here is not None else ()
        line: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": mask(record.getMessage(), hidden),
        }
        if here is not None:
            line["trail"] = here.id
        for name, value in vars(record).items():
            if name not in _STANDARD:
                ours = name in _OURS and isinstance(value, (str, int, float))
                line[name] = value if ours else mask(str(value), hidden)
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = mask(_told(record.exc_info[1]), hidden)
        return line


class JsonLines(_Events):
    """Pure ASCII: whatever a text holds, newlines of any alphabet included, its event stays one line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(self.fields(record))


class Lines(_Events):
    """For eyes: time, level, message, then `name=value`; an error's frames follow below it."""

    def format(self, record: logging.LogRecord) -> str:
        line = self.fields(record)
        error = line.pop("error", None)
        head = f"{str(line.pop('at'))[11:19]} {line.pop('level')!s:8} {line.pop('logger')}: {line.pop('message')}"
        rest = " ".join(f"{name}={value}" for name, value in line.items())
        flat = _CONTROL.sub(lambda m: repr(m.group(0))[1:-1], f"{head} {rest}".rstrip())
        return f"{flat}\n{error}" if error else flat


def fault_code() -> str:
    """Under which a fault stands in the log, "E-204817": digits alone, as it is read out and said on the telephone."""
    return f"E-{secrets.randbelow(1_000_000):06}"


def _told(error: BaseException) -> str:
    """Where it happened and of what kind; what it quotes may be a resident's words and is left out."""
    lines: list[str] = []
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        frames = traceback.extract_tb(cause.__traceback__)
        where = [f"  {frame.filename.rsplit('/', 3)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
        first = str(cause).split("\n", 1)[0][:300]
        lines = [*where, f"{type(cause).__name__}: {elide(first)}", *lines]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n".join(lines)


def start_logging(level: int = logging.INFO, form: str = "") -> None:
    """form: "json" or "text"; empty means text where a person looks on, JSON where a program reads."""
    handler = logging.StreamHandler(sys.stderr)
    for_eyes = form == "text" or (not form and sys.stderr.isatty())
    handler.setFormatter(Lines() if for_eyes else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # A migration says what it does by its revisions; its plumbing is of no interest to an operator.
    logging.getLogger("alembic").setLevel(max(level, logging.WARNING))
    # These tell every address that is called, and some vendors want their token in it.
    for client in ("httpx", "httpcore", "urllib3"):
        logging.getLogger(client).setLevel(max(level, logging.WARNING))
