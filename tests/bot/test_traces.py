"""Spans as a collector gets them: one trace a message, a span a hop, the log's own id, and nobody's data."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from bot.observe import HOPS
from bot.settings import Settings
from intents.understand import Embedded
from tests.fakes.receiver import Receiver
from tests.load.process import ROOT
from tests.resident import Resident

PHONE = "13812345678"


class Collector:
    """An OTLP/HTTP receiver of our own on loopback."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.bodies: list[bytes] = []
        collector = self

        class Take(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                assert self.path == "/v1/traces"
                request = ExportTraceServiceRequest.FromString(body)
                collector.bodies.append(body)
                collector.spans += [s for r in request.resource_spans for scope in r.scope_spans for s in scope.spans]
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return None

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Take)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"

    def wait(self, count: int) -> list[Span]:
        until = time.monotonic() + 90
        while len(self.spans) < count and time.monotonic() < until:
            time.sleep(0.02)
        return self.spans


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_one_message_is_one_trace_with_a_span_for_each_hop(
    fresh: Settings, interpreter: Embedded, collector: Collector
) -> None:
    one = Resident(fresh.model_copy(update={"otlp_endpoint": collector.endpoint}), interpreter, PHONE)
    one.say("家里水管爆了，电话13987654321")
    one.request("GET", f"/conversations/{PHONE}/tracker")
    spans = collector.wait(len(HOPS) + 1)
    trail = one.items("cases") and _trail(one)
    one.close()
    assert {span.trace_id.hex() for span in spans} == {trail}
    named = {span.name: span for span in spans}
    assert sorted(named) == sorted((*HOPS, "message"))
    root = named["message"]
    assert root.parent_span_id == b""
    for hop in ("receive", "understand", "accept", "send"):
        assert named[hop].parent_span_id == root.span_id, hop
    for hop in ("recall", "decide", "advance", "speak"):
        assert named[hop].parent_span_id == named["accept"].span_id, hop
    order = sorted(HOPS, key=lambda hop: named[hop].start_time_unix_nano)
    assert order == list(HOPS)
    assert all(root.start_time_unix_nano <= s.start_time_unix_nano <= s.end_time_unix_nano for s in spans)
    assert all(s.end_time_unix_nano <= root.end_time_unix_nano for s in spans)


def test_a_delivery_hangs_in_the_trace_of_the_message_that_caused_it(
    fresh: Settings, interpreter: Embedded, collector: Collector, receiver: Receiver
) -> None:
    """Hop 8 by the outbox, each try: the first fails, the second arrives."""
    one = Resident(fresh.model_copy(update={"otlp_endpoint": collector.endpoint}), interpreter, PHONE)
    receiver.answer = lambda call: (503 if len(receiver.calls) == 1 else 204, {})

    async def live() -> None:
        headers = {"Authorization": "Bearer linli-demo-key"}
        hook = {"url": receiver.url(), "events": ["case.created"]}
        async with one.app.router.lifespan_context(one.app):
            assert (await one.http.post("/api/v1/webhooks", json=hook, headers=headers)).status_code == 201
            await one.http.post("/webhooks/rest/webhook", json={"sender": PHONE, "message": "家里水管爆了"})
            until = time.monotonic() + 90
            while len(receiver.calls) < 2 and time.monotonic() < until:
                await asyncio.sleep(0.05)

    one.loop.run_until_complete(live())
    spans = collector.wait(len(HOPS) + 3)
    one.loop.run_until_complete(one.http.aclose())
    one.loop.close()
    (message,) = [span for span in spans if span.name == "message"]
    tries = [span for span in spans if span.name == "delivery"]
    assert [_fact(span, "outcome") for span in tries] == ["failed", "sent"]
    for span in tries:
        assert (span.trace_id, span.parent_span_id) == (message.trace_id, message.span_id)
        assert _fact(span, "channel") == "webhook"
        assert span.start_time_unix_nano >= message.start_time_unix_nano


def _fact(span: Span, name: str) -> str:
    return next(str(one.value.string_value) for one in span.attributes if one.key == f"linli.{name}")


def test_a_span_holds_nobodys_data(fresh: Settings, interpreter: Embedded, collector: Collector) -> None:
    one = Resident(fresh.model_copy(update={"otlp_endpoint": collector.endpoint}), interpreter, PHONE)
    one.say("家里水管爆了，电话13987654321，我叫王小明")
    spans = collector.wait(len(HOPS) + 1)
    one.close()
    facts = {attribute.key for span in spans for attribute in span.attributes}
    ours = {"channel", "intent", "conversation", "community", "outcome", "flow", "route", "status"}
    assert facts == {f"linli.{name}" for name in ours}
    for secret in (PHONE, "13987654321", "王小明", "水管"):
        assert secret.encode() not in b"".join(collector.bodies)


def _trail(one: Resident) -> str:
    rows = one.app.state.desk.db.read_now(lambda c: c.exec_driver_sql("SELECT DISTINCT trail FROM outbox").all())
    ((trail,),) = rows
    return str(trail)


def test_the_sdk_is_imported_only_where_somebody_collects() -> None:
    script = (
        "import sys; from bot import configure as s; from bot.app import build; import bot.inbox; "
        "print(sorted(m for m in sys.modules if m.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
