"""Spans for an OpenTelemetry collector: one trace a message, one span a hop; imported only where there is one."""

from __future__ import annotations

import threading
from datetime import datetime

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags, set_span_in_context

from bot.contract.trail import Trail

# A collector that hangs may cost the spans, never an answer nor a quick stop.
EXPORT_SECONDS = 2
QUEUE = 4096
# What happens inside the transaction hangs under it.
_INSIDE = {"recall": "accept", "decide": "accept", "advance": "accept", "speak": "accept"}


class _OurIds(RandomIdGenerator):
    """The trace bears the trail's id, so that a log line leads to its trace and back."""

    def __init__(self) -> None:
        self.next = threading.local()

    def generate_span_id(self) -> int:
        """The first span of a trail bears half of its id: what is delivered later is hung under it."""
        root: int | None = getattr(self.next, "root", None)
        self.next.root = None
        return super().generate_span_id() if root is None else root

    def generate_trace_id(self) -> int:
        known: int | None = getattr(self.next, "trace", None)
        return super().generate_trace_id() if known is None else known


def _root(trail: str) -> int:
    return int(trail[:16], 16) or 1


class Traces:
    """`tell` is called when a message is done; the sending happens in a thread of its own."""

    def __init__(self, endpoint: str) -> None:
        self._ids = _OurIds()
        self._provider = TracerProvider(
            resource=Resource.create({SERVICE_NAME: "linli"}),
            id_generator=self._ids,
            span_limits=SpanLimits(max_span_attributes=16, max_span_attribute_length=120),
            shutdown_on_exit=False,
        )
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS)
        self._spans = BatchSpanProcessor(
            exporter, max_queue_size=QUEUE, schedule_delay_millis=500, export_timeout_millis=EXPORT_SECONDS * 1000
        )
        self._provider.add_span_processor(self._spans)
        self._tracer = self._provider.get_tracer("linli")

    def tell(self, here: Trail, ended: float, real: datetime) -> None:
        """Turn a trail into spans. ended: on the trail's clock; real: the same moment on the wall's."""
        zero = int(real.timestamp() * 1e9) - int(ended * 1e9)

        def at(moment: float) -> int:
            return zero + int(moment * 1e9)

        self._ids.next.trace, self._ids.next.root = int(here.id, 16), _root(here.id)
        facts = {f"linli.{k}": v for k, v in here.facts.items()}
        root = self._tracer.start_span(
            "message", Context(), kind=SpanKind.SERVER, attributes=facts, start_time=at(here.began)
        )
        under = {"": set_span_in_context(root, Context())}
        for hop, began, until in sorted(here.spans, key=lambda span: (span[1], -span[2])):
            span = self._tracer.start_span(hop, under.get(_INSIDE.get(hop, ""), under[""]), start_time=at(began))
            under[hop] = set_span_in_context(span, Context())
            span.end(at(until))
        root.end(at(ended))

    def delivered(self, here: Trail, ended: float, real: datetime, *, caused: bool) -> None:
        """One try to deliver something, in the trace of the message that caused it, however much later that is."""
        zero = int(real.timestamp() * 1e9) - int(ended * 1e9)
        trace, context = int(here.id, 16), Context()
        if caused:
            cause = SpanContext(trace, _root(here.id), is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
            context = set_span_in_context(NonRecordingSpan(cause), context)
        self._ids.next.trace = trace
        facts = {f"linli.{k}": v for k, v in here.facts.items()}
        began = zero + int(here.began * 1e9)
        span = self._tracer.start_span("delivery", context, SpanKind.CLIENT, facts, start_time=began)
        span.end(zero + int(ended * 1e9))

    def close(self) -> None:
        """Send what is left, for as long as one export may take, then let it be."""
        last = threading.Thread(target=self._provider.shutdown, name="linli-spans", daemon=True)
        last.start()
        last.join(timeout=EXPORT_SECONDS)
