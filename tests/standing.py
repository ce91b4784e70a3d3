"""One built app for many talks: building it costs more than a whole talk, and only its database and clock differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI

from backend.db import Database, parse_url
from bot.app import build, open_desk
from bot.clock import SystemClock
from bot.contract.ports import Clock
from bot.settings import Settings
from intents.understand import Embedded
from tests.fakes.clock import Ahead


class _Present:
    """Stands where a part of the desk stands, and is whichever was put in last."""

    def __init__(self, part: object) -> None:
        self.part = part

    def __getattr__(self, name: str) -> Any:
        return getattr(self.part, name)


class Standing:
    """Holds one app for each kind of settings. Talks take turns on it, each with a database of its own."""

    def __init__(self, interpreter: Embedded, media: Path) -> None:
        self.interpreter = interpreter
        self.media = media
        self._built: dict[str, tuple[FastAPI, _Present, _Present]] = {}

    def app(self, settings: Settings, ahead: timedelta = timedelta()) -> FastAPI:
        """The app on the database, a copy of the prepared one, and at the time of these settings."""
        settings = settings.model_copy(update={"media_path": self.media})
        kind = settings.model_dump_json(exclude={"database_url", "now"})
        if kind not in self._built:
            desk = open_desk(settings, self.interpreter)
            db, clock = _Present(desk.db), _Present(desk.clock)
            there = replace(desk, db=cast(Database, db), clock=cast(Clock, clock))
            self._built[kind] = build(settings, there), db, clock
        else:
            _, db, clock = self._built[kind]
            db.part = Database(parse_url(settings.database_url))
        _, _, clock = self._built[kind]
        clock.part = Ahead(SystemClock(settings.zone, settings.now), ahead)
        return self._built[kind][0]
