"""What operators see: log lines with personal data masked, and counters for each hop."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_PHONE = re.compile(r"(?<!\d)(\+?\d{2,3})?(1\d{2})\d{4}(\d{4})(?!\d)")
_SECRET = re.compile(r"(?i)(bearer\s+|token=|key=|secret=)[^\s\"',;]+")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0)


def mask(text: str) -> str:
    """Phones to their first three and last four digits, secrets away."""
    return _SECRET.sub(r"\1***", _PHONE.sub(r"\2****\3", text))


class JsonLines(logging.Formatter):
    """One event, one line of JSON; a newline in a message stays inside its string."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": mask(record.getMessage()),
        }
        for name, value in vars(record).items():
            if name not in _STANDARD:
                line[name] = mask(str(value))
        if record.exc_info:
            line["error"] = mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def start_logging(level: int = logging.INFO) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # A migration says what it does by its revisions; its plumbing is of no interest to an operator.
    logging.getLogger("alembic").setLevel(max(level, logging.WARNING))


class Metrics:
    """The numbers of one process; each app has its own registry, so tests do not share them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._hops = Histogram(
            "linli_hop_seconds", "Time spent in one hop of a message", ["hop"], buckets=_BUCKETS, registry=self.registry
        )
        self._timers = {hop: self._hops.labels(hop) for hop in ("understand", "advise", "accept", "speak")}
        self.failed = Counter("linli_messages_failed", "Messages answered with an apology", registry=self.registry)
        self.alarms = Counter("linli_alarms_heard", "Messages that raised or joined an alarm", registry=self.registry)
        self.unsupported = Counter(
            "linli_unsupported", "Well-formed input that nobody acts on", ["channel"], registry=self.registry
        )
        self.advice = Counter(
            "linli_advice",
            "Questions to an engine outside: answered, slow, unreachable, refused, unreadable, away (not asked)",
            ["advisor", "outcome"],
            registry=self.registry,
        )
        self.refused = Counter(
            "linli_not_theirs", "Requests whose sender proved nothing", ["where"], registry=self.registry
        )
        self._deliveries()

    def _deliveries(self) -> None:
        """Hop 8. What waits and what was given up are read from the database when somebody asks for the numbers."""
        ours, channel = self.registry, ["channel"]
        self.attempts = Counter("linli_delivery_attempts", "Tries to deliver something", channel, registry=ours)
        self.delivery_failures = Counter("linli_delivery_failures", "Tries that failed", channel, registry=ours)
        self.dead_letters = Counter("linli_dead_letters", "Deliveries given up by this process", channel, registry=ours)
        buckets = (0.005, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0)
        self.delivery = Histogram("linli_delivery_seconds", "Time of one try", channel, buckets=buckets, registry=ours)
        self.stories = Counter("linli_stories", "Stories that came to their end", ["kind", "end"], registry=ours)
        self._age = Gauge("outbox_oldest_age_seconds", "Age of what waits longest", channel, registry=ours)
        self._waiting = Gauge("outbox_waiting", "Deliveries that wait or are under way", channel, registry=ours)
        self._dead = Gauge("outbox_dead", "Dead letters that nobody replayed", channel, registry=ours)

    def outbox(self, waiting: Iterable[tuple[str, int, float]], dead: Iterable[tuple[str, int]]) -> None:
        """waiting: channel, how many, seconds of the oldest; an empty outbox has the age 0."""
        for gauge in (self._age, self._waiting, self._dead):
            gauge.clear()
        for channel in ("webhook",):
            self._age.labels(channel).set(0)
            self._waiting.labels(channel).set(0)
            self._dead.labels(channel).set(0)
        for channel, count, age in waiting:
            self._waiting.labels(channel).set(count)
            self._age.labels(channel).set(age)
        for channel, count in dead:
            self._dead.labels(channel).set(count)

    def text(self) -> tuple[bytes, str]:
        """All numbers in Prometheus' text form, and its content type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST

    def advised(self, advisor: str, outcome: str) -> None:
        self.advice.labels(advisor, outcome).inc()

    @contextmanager
    def hop(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self._timers[name].observe(time.perf_counter() - began)
