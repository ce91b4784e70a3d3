"""What config.yml says of other systems: vendors' events made into ours, and the city that takes public faults."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EventSettings(_Strict):
    """A vendor's type of event made into one of ours. becomes: its type here; fields: our name → where theirs stands in
    its data; words: our name → their word → ours; always: our name → what it is whatever they say."""

    becomes: Literal[
        "linli.gate.passage",
        "linli.gate.bell",
        "linli.device.alarm",
        "linli.case.report",
        "linli.case.update",
        "linli.outage",
    ]
    fields: dict[str, str] = Field(default_factory=dict)
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    always: dict[str, str] = Field(default_factory=dict)


class CitySettings(_Strict):
    """The city's own Open311. endpoint: up to and with its `/v2`; services: our category or kind → its service code;
    every: minutes between two questions after a case. Its api_key: LINLI_CITY_<COMMUNITY>_KEY."""

    endpoint: str = Field(min_length=8, max_length=300, pattern=r"^https?://")
    jurisdiction: str = Field(default="", max_length=80)
    services: dict[str, str] = Field(min_length=1)
    every: float = Field(default=30.0, ge=1, le=1440)
