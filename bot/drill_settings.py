"""What config.yml says of a community's drills; all of it off where nothing is said, for calls cost money."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class HeartbeatSettings(BaseModel):
    """every: minutes between two, 0 for none; to: channel → number or user of a machine of yours that may be rung at
    any hour."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every: int = Field(default=0, ge=0, le=1440)
    to: dict[str, str] = Field(default_factory=dict)


class DrillSettings(BaseModel):
    """By day. duty: those on duty each week; test: residents once a month; numbers: contacts once a quarter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    heartbeat: HeartbeatSettings = HeartbeatSettings()
    duty: bool = False
    test: bool = False
    numbers: bool = False
