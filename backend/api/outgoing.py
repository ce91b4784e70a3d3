"""What webhooks carry: the shape of each event's body, for the document and for whoever tests the other side."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from backend.api.examples import Examples
from backend.api.schemas import Shape
from backend.services import webhooks


class _Data(Shape):
    id: str


class CaseData(_Data):
    number: str
    kind: str
    state: str
    priority: str
    community: str
    due_at: datetime | None = Field(default=None, description="With `case.late`: what has passed")


class AlarmData(_Data):
    kind: str
    state: str
    event: str | None = Field(default=None, description="With `alarm.changed`: what was done")


class BookingData(_Data):
    number: str
    kind: str
    state: str
    community: str


class PaidData(_Data):
    receipt: str
    amount: str
    state: str
    community: str


class RefundedData(_Data):
    payment: str
    receipt: str
    amount: str
    community: str


class PassData(_Data):
    number: str
    kind: str
    state: str
    community: str


class PassageData(_Data):
    number: str
    gate: str
    at: datetime
    community: str


class BellData(_Data):
    gate: str
    state: str


class NoticeData(_Data):
    community: str


class TestData(_Data):
    """id: of the webhook."""


_GROUPS: dict[str, type[_Data]] = {
    "case": CaseData,
    "alarm": AlarmData,
    "booking": BookingData,
    "pass": PassData,
    "bell": BellData,
    "notice": NoticeData,
    "webhook": TestData,
}
_ALONE: dict[str, type[_Data]] = {
    "payment.paid": PaidData,
    "payment.refunded": RefundedData,
    "pass.entered": PassageData,
    "pass.left": PassageData,
}
EVENTS = (*webhooks.EVENTS, webhooks.TEST)


def data_of(event: str) -> type[_Data]:
    return _ALONE.get(event) or _GROUPS[event.partition(".")[0]]


def schema_of(event: str) -> dict[str, Any]:
    """JSON Schema of a whole body, without references."""
    return {
        "type": "object",
        "required": ["id", "type", "timestamp", "sequence", "data"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "description": "The same over all tries, and when it is replayed"},
            "type": {"const": event},
            "timestamp": {"type": "string", "format": "date-time"},
            "sequence": {"type": "integer", "description": "Of one thing (`data.id`) a larger one is the newer news"},
            "data": data_of(event).model_json_schema(),
        },
    }


def described(shown: Examples) -> dict[str, Any]:
    """The part `webhooks` of an OpenAPI document."""
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    ]
    answers = {"2XX": {"description": "It arrived"}, "410": {"description": "Nothing more is wanted here"}}
    return {
        event: {
            "post": {
                "summary": event,
                "parameters": headers,
                "requestBody": {"required": True, "content": {"application/json": _shown(event, shown)}},
                "responses": answers,
            }
        }
        for event in EVENTS
    }


def _shown(event: str, shown: Examples) -> dict[str, Any]:
    return {"schema": schema_of(event), "example": shown.told(event, data_of(event).__name__)}
