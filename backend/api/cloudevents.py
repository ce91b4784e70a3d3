"""CloudEvents 1.0 over HTTP, structured, binary and in batches, as plain mappings; what is no event is refused.

Source: CloudEvents 1.0.2, HTTP protocol binding and JSON batch format, https://github.com/cloudevents/spec.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request

from bot.contract.body import body_of, read
from bot.contract.errors import Refused

LIMIT, BATCH_LIMIT = 64_000, 512_000
EVENTS_MOST = 100
ONE, MANY = "application/cloudevents+json", "application/cloudevents-batch+json"
_ATTRIBUTES = ("specversion", "id", "source", "type", "time", "subject", "dataschema")


@dataclass(frozen=True, slots=True)
class Sent:
    """batch: sent as many, however few they are. An item of a batch that is no mapping is left as it is."""

    events: list[Any]
    batch: bool = False


async def events_of(request: Request) -> Sent:
    """Attributes and `data` of each; extensions are taken and not handed on. Raises `Refused`."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == MANY:
        return await _many(request)
    if kind not in ("", "application/json", ONE):
        raise Refused("an event is sent as JSON", status=415)
    found = read(await body_of(request, LIMIT))
    if "ce-specversion" in request.headers and kind != ONE:
        # In headers whatever is no plain ASCII is percent-encoded.
        told = {name: request.headers[f"ce-{name}"] for name in _ATTRIBUTES if f"ce-{name}" in request.headers}
        return Sent([{**{name: unquote(value) for name, value in told.items()}, "data": found}])
    if not isinstance(found, dict):
        raise Refused("an event is a JSON object", status=422)
    return Sent([_plain(found)])


async def _many(request: Request) -> Sent:
    found = read(await body_of(request, BATCH_LIMIT))
    if not isinstance(found, list):
        raise Refused("a batch is a list of events", status=422)
    if len(found) > EVENTS_MOST:
        raise Refused(f"a batch has up to {EVENTS_MOST} events", status=413)
    return Sent([_plain(one) if isinstance(one, dict) else one for one in found], batch=True)


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in (*_ATTRIBUTES, "data", "data_base64") if name in found}
