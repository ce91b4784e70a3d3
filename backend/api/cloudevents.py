"""CloudEvents 1.0 over HTTP, structured and binary, as one plain mapping; what is no event is refused.

Source: CloudEvents 1.0.2, HTTP protocol binding, https://github.com/cloudevents/spec.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from starlette.requests import Request

from bot.contract.body import body_of, read
from bot.contract.errors import Refused

LIMIT = 64_000
_ATTRIBUTES = ("specversion", "id", "source", "type", "time", "subject", "dataschema")
_BATCH = "application/cloudevents-batch"


async def event_of(request: Request) -> dict[str, Any]:
    """Attributes and `data`; extensions are taken and not handed on. Raises `Refused`."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind.startswith(_BATCH):
        raise Refused("one event a request; batches are not taken", status=415)
    if kind not in ("", "application/json", "application/cloudevents+json"):
        raise Refused("an event is sent as JSON", status=415)
    found = read(await body_of(request, LIMIT))
    binary = "ce-specversion" in request.headers and kind != "application/cloudevents+json"
    if binary:
        # In headers whatever is no plain ASCII is percent-encoded.
        told = {name: request.headers[f"ce-{name}"] for name in _ATTRIBUTES if f"ce-{name}" in request.headers}
        return {**{name: unquote(value) for name, value in told.items()}, "data": found}
    if not isinstance(found, dict):
        raise Refused("an event is a JSON object", status=422)
    return {name: found[name] for name in (*_ATTRIBUTES, "data", "data_base64") if name in found}
