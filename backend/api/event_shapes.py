"""The events that we take, as CloudEvents 1.0 carries them, and what is answered to each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError

from backend.api.cloudevents import EVENTS_MOST, MANY, ONE
from backend.api.filing import NewCase
from backend.api.schemas import Building, Moment, Said, Shape, moment
from backend.services.announce import BUILDINGS_MOST


class BellData(Shape):
    """gate: as people call it; home: `3-2-501`, or as people say it; visitor: who they say they are."""

    gate: str = Field(min_length=1, max_length=80)
    home: str = Field(min_length=1, max_length=80)
    visitor: str = Field(default="", max_length=80)


class DeviceData(Shape):
    """kind: what reports; home: `3-2-501`, or as people say it; wearer: name or number of whose it is."""

    kind: Literal["button", "pull_cord", "wristband", "fall", "smoke", "heat", "gas"]
    home: str = Field(min_length=1, max_length=80)
    wearer: str = Field(default="", max_length=80)


class PassageData(Shape):
    """Somebody went through; gate: as people call it. By what it opened, any or none: token of the QR code, code of
    eight digits, number of the pass, plate."""

    gate: str = Field(min_length=1, max_length=80)
    direction: Literal["entry", "exit"]
    token: str = Field(default="", max_length=1_000)
    code: str = Field(default="", max_length=20)
    number: str = Field(default="", max_length=24)
    plate: str = Field(default="", max_length=20)


def _several(found: Any) -> Any:
    """What a vendor writes in one word: `3, 4`."""
    return [part.strip() for part in found.split(",") if part.strip()] if isinstance(found, str) else found


def _in_languages(found: Any) -> Any:
    """What a vendor writes in no language of its own is told to everybody as it is."""
    return {"": found} if isinstance(found, str) else found


_Words = Annotated[Said, BeforeValidator(_in_languages, json_schema_input_type=str | dict[str, str])]


class OutageData(Shape):
    """Something is off, or will be. title, body: by language, or one text for all; buildings: a list, or `3, 4`; none
    for everybody; state: what is over is taken off the board, by the same id as its announcement."""

    title: _Words = Field(min_length=1)
    body: _Words = Field(min_length=1)
    buildings: Annotated[list[Building], BeforeValidator(_several, json_schema_input_type=str | list[str])] = Field(
        default_factory=list, max_length=BUILDINGS_MOST
    )
    begins: Moment | None = None
    until: Moment | None = None
    key: str = Field(default="", max_length=60, description="Which outage; the event's own id where there is none")
    state: Literal["announced", "over"] = "announced"


class UpdateData(Shape):
    """What became of a case elsewhere. number: ours, or external: theirs, of a case that was handed to them; state: as
    `POST /cases/{key}/state` takes it; note: added to its history; reason: what the resident reads."""

    number: str = Field(default="", max_length=24)
    external: str = Field(default="", max_length=80)
    state: str = Field(default="", max_length=20)
    note: str = Field(default="", max_length=1000)
    reason: str = Field(default="", max_length=1000)


class _Event(Shape):
    """CloudEvents 1.0; attributes of extensions are taken and not read."""

    specversion: Literal["1.0"]
    id: str = Field(min_length=1, max_length=200)
    source: str = Field(min_length=1, max_length=200)
    time: Annotated[datetime, BeforeValidator(moment)] | None = None
    subject: str | None = None
    dataschema: str | None = None


class BellEvent(_Event):
    type: Literal["linli.gate.bell"]
    data: BellData


class DeviceEvent(_Event):
    type: Literal["linli.device.alarm"]
    data: DeviceData


class PassageEvent(_Event):
    """time: by the gate's clock; up to two minutes ahead of ours and a week behind it are believed."""

    type: Literal["linli.gate.passage"]
    data: PassageData


class ReportEvent(_Event):
    """A case is opened, as by `POST /cases`."""

    type: Literal["linli.case.report"]
    data: NewCase


class UpdateEvent(_Event):
    type: Literal["linli.case.update"]
    data: UpdateData


class OutageEvent(_Event):
    type: Literal["linli.outage"]
    data: OutageData


class Bell(BaseModel):
    """state: ringing, admitted, refused or unanswered; the gate hears of each by webhook too (`bell.*`)."""

    id: str
    gate: str
    state: str
    rang_at: datetime
    ended_at: datetime | None


class Raised(BaseModel):
    """alarm: of `/api/v1/alarms`; new: raised by this event, rather than known or joined to one that stands."""

    alarm: str
    new: bool


class Went(BaseModel):
    """number: of the pass, null where nobody was expected; refused: why our rules would not have opened; clock_ahead:
    seconds by which the gate's clock is wrong; new: told for the first time."""

    number: str | None
    at: datetime
    refused: str | None
    clock_ahead: int | None
    new: bool


class Filed(BaseModel):
    """case: of `/api/v1/cases`; state: as it stands now; new: by this event."""

    case: str
    state: str
    new: bool


class Announced(BaseModel):
    """notice: of `/api/v1/notices`; homes: how many it concerns; new: by this event."""

    notice: str
    homes: int
    new: bool


Event = BellEvent | DeviceEvent | PassageEvent | ReportEvent | UpdateEvent | OutageEvent
SHAPES: tuple[type[_Event], ...] = (BellEvent, DeviceEvent, PassageEvent, ReportEvent, UpdateEvent, OutageEvent)
Answer = Bell | Raised | Went | Filed | Announced
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])


def checked(event: dict[str, object]) -> Event:
    try:
        return _EVENT.validate_python(event)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error


def bodies() -> dict[str, object]:
    """What a request may hold, for the docs, without references: an event, or many; the body is read by ourselves."""
    one = {"oneOf": [_plain(shape.model_json_schema()) for shape in SHAPES]}
    return {
        ONE: {"schema": one},
        MANY: {"schema": {"type": "array", "items": one, "maxItems": EVENTS_MOST}},
    }


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    parts = schema.pop("$defs", {})

    def whole(found: Any) -> Any:
        if isinstance(found, dict):
            if "$ref" in found:
                return whole(parts[found["$ref"].rpartition("/")[2]])
            return {name: whole(value) for name, value in found.items()}
        return [whole(value) for value in found] if isinstance(found, list) else found

    plain: dict[str, Any] = whole(schema)
    return plain
