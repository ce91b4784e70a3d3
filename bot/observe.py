"""The numbers of one process: how long each of the eight hops took, and how often what happened."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from bot.contract import trail
from bot.contract.messages import InboundMessage
from bot.contract.understanding import Danger, Understanding

# Community, kind, way, whether it passed, and its seconds where they are known.
DrillLine = tuple[str, str, str, bool, float | None]
HOPS = ("receive", "understand", "accept", "recall", "decide", "advance", "speak", "send")
_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class _Hop:
    """A class rather than a generator: entered eight times a message."""

    __slots__ = ("_began", "_name", "_observe")

    def __init__(self, name: str, observe: Callable[[float], None]) -> None:
        self._name = name
        self._observe = observe

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        ended = time.perf_counter()
        self._observe(ended - self._began)
        here = trail.current()
        if here is not None:
            here.spans.append((self._name, self._began, ended))


class _Levels:
    """What is asked when somebody looks; every process would say the same, so nothing is added up."""

    def __init__(self) -> None:
        self._families: dict[str, GaugeMetricFamily] = {}

    def set(self, name: str, told: str, value: float) -> None:
        self._families[name] = GaugeMetricFamily(name, told, value=value)

    def set_each(self, name: str, told: str, label: str, values: Mapping[str, float]) -> None:
        family = self._families[name] = GaugeMetricFamily(name, told, labels=[label])
        for one, value in values.items():
            family.add_metric([one], value)

    def put(self, *families: GaugeMetricFamily) -> None:
        for family in families:
            self._families[family.name] = family

    def collect(self) -> list[GaugeMetricFamily]:
        return list(self._families.values())


class Metrics:
    """Each app has its own registry, so tests do not share them.

    folder: where the processes of one port share their numbers, so that whoever is asked tells of all of them; None
    where there is but one. Those of a process that was killed stay counted.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.registry = mine = CollectorRegistry()
        self._folder = folder
        self._levels = _Levels()
        self._hops = Histogram(
            "linli_hop_seconds", "Time spent in one hop of a message", ["hop"], buckets=_BUCKETS, registry=mine
        )
        self._timers = {hop: self._hops.labels(hop).observe for hop in (*HOPS, "advise")}
        wait = Histogram(
            "linli_writer_wait_seconds", "Time before the writer took it up", buckets=_BUCKETS, registry=mine
        )
        self.waited: Callable[[float], None] = wait.observe
        self.queued = Gauge(
            "linli_writer_queue", "Transactions that wait for a writer", multiprocess_mode="livesum", registry=mine
        )
        self.messages = Counter("linli_messages", "Messages of residents", ["channel"], registry=mine)
        self.turns = Counter("linli_turns", "What was done about a message", ["outcome"], registry=mine)
        self.out_of_scope = Counter("linli_out_of_scope", "Sentences that were not understood", registry=mine)
        self.asks = Counter("linli_danger_asked", "Sentences that may tell of danger", registry=mine)
        self.failed = Counter("linli_messages_failed", "Messages answered with an apology", registry=mine)
        self.alarms = Counter("linli_alarms_heard", "Messages that raised or joined an alarm", ["kind"], registry=mine)
        self.filed = Counter(
            "linli_filed", "Cases, bookings and passes that were written down", ["what", "kind"], registry=mine
        )
        self.errors = Counter("linli_errors", "Errors with a code for the desk", ["where", "error"], registry=mine)
        self.responses = Counter("linli_http_responses", "HTTP answers", ["route", "status"], registry=mine)
        self.unsupported = Counter("linli_unsupported", "Well-formed input nobody acts on", ["channel"], registry=mine)
        self.refused = Counter("linli_not_theirs", "Requests whose sender proved nothing", ["where"], registry=mine)
        self.advice = Counter(
            "linli_advice",
            "Questions to an engine outside: answered, slow, unreachable, refused, unreadable, away (not asked)",
            ["advisor", "outcome"],
            registry=mine,
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

    def outbox(self, waiting: Iterable[tuple[str, int, float]], dead: Iterable[tuple[str, int]]) -> None:
        """waiting: channel, how many, seconds of the oldest; an empty outbox has the age 0."""
        rows, none = list(waiting), {"webhook": 0.0}
        ages = none | {channel: age for channel, _, age in rows}
        counts = none | {channel: float(count) for channel, count, _ in rows}
        letters = none | {channel: float(count) for channel, count in dead}
        told = self._levels.set_each
        told("outbox_oldest_age_seconds", "Age of what waits longest", "channel", ages)
        told("outbox_waiting", "Deliveries that wait or are under way", "channel", counts)
        told("outbox_dead", "Dead letters that nobody replayed", "channel", letters)

    def safety(self, answered: Mapping[tuple[str, str], tuple[int, int]], drills: Iterable[DrillLine]) -> None:
        """answered: community and seconds → alarms of thirty days answered in time, and of how many; shares are the
        asker's to reckon, so that few are not made a percentage."""
        good = GaugeMetricFamily(
            "linli_alarms_in_time", "Alarms answered in time, 30 days", labels=["community", "within"]
        )
        known = GaugeMetricFamily("linli_alarms_judged", "Alarms whose time was over", labels=["community", "within"])
        for names, (in_time, all_) in answered.items():
            good.add_metric(list(names), in_time)
            known.add_metric(list(names), all_)
        labels = ["community", "kind", "way"]
        works = GaugeMetricFamily("linli_drill_passed", "Whether the newest drill of it passed", labels=labels)
        took = GaugeMetricFamily("linli_drill_seconds", "From the cry to the vendor or an answer", labels=labels)
        for drill in drills:
            works.add_metric([*drill[:3]], float(drill[3]))
            if drill[4] is not None:
                took.add_metric([*drill[:3]], drill[4])
        self._levels.put(good, known, works, took)

    def text(self) -> tuple[bytes, str]:
        """All numbers in Prometheus' text form, and its content type."""
        counted, levels = self.registry, CollectorRegistry()
        if self._folder is not None:
            counted = CollectorRegistry()
            MultiProcessCollector(counted, str(self._folder))  # type: ignore[no-untyped-call]  # theirs
        levels.register(self._levels)
        return generate_latest(counted) + generate_latest(levels), CONTENT_TYPE_LATEST

    def clock(self, ahead: float) -> None:
        """How far this machine's clock is ahead of the database's."""
        self._levels.set("linli_clock_ahead_seconds", "This machine's clock against the database's", ahead)

    def advised(self, advisor: str, outcome: str) -> None:
        self.advice.labels(advisor, outcome).inc()

    def hop(self, name: str) -> _Hop:
        return _Hop(name, self._timers[name])

    def passed(self, name: str, began: float, ended: float) -> None:
        """A hop whose ends lie in different places: the request's beginning, the answer's end."""
        self._timers[name](ended - began)
        here = trail.current()
        if here is not None:
            here.spans.append((name, began, ended))

    @contextmanager
    def message(self, message: InboundMessage) -> Iterator[None]:
        """From the end of hop 1, when a channel has made a message of what came in, until its replies are known."""
        here = trail.current() or trail.begin()
        here.hide(message.sender.user, message.text)
        here.facts["channel"] = message.sender.channel
        self.messages.labels(message.sender.channel).inc()
        self.passed("receive", here.began, time.perf_counter())
        try:
            yield
        finally:
            here.answered = time.perf_counter()
            self.turns.labels(str(here.facts.get("outcome", "unavailable"))).inc()
            for what, kind in here.counted:
                self.filed.labels(what, kind).inc()
            here.counted.clear()

    def understood(self, understanding: Understanding) -> None:
        trail.note(intent=understanding.intent)
        if understanding.danger is Danger.ASK:
            self.asks.inc()
        elif understanding.intent == "out_of_scope":
            self.out_of_scope.inc()

    def levels(self, open_alarms: Mapping[str, int] | None, waiting: int) -> None:
        """What is asked at each scrape; None: the database did not answer."""
        self.queued.set(waiting)
        self._levels.set(
            "linli_storage_up", "Whether the database answered this scrape", float(open_alarms is not None)
        )
        if open_alarms is not None:
            standing = {kind: float(count) for kind, count in open_alarms.items()}
            self._levels.set_each("linli_open_alarms", "Alarms that nobody has closed", "kind", standing)
