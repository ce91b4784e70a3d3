"""One built app for many talks: building it costs more than a whole talk, and only its database and clock differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI

from backend import vault
from backend.db import Database, parse_url
from bot.app import build, open_desk
from bot.contract.ports import Clock
from bot.settings import Settings
from intents.understand import Embedded


class _Present:
    """Stands where a part of the desk stands, and is whichever was put in last."""

    def __init__(self, part: object) -> None:
        self.part = part

    def __getattr__(self, name: str) -> Any:
        return getattr(self.part, name)


def _kind(settings: Settings) -> str:
    return settings.model_dump_json(exclude={"database_url", "now", "media_path"})


class Standing:
    """Holds one app. Talks take turns on it, each with a database, a clock and a folder of pictures of its own.

    Only for settings like those of the prepared database, of which every other is a copy: what an app writes down when
    it opens a database stands there already. An app itself remembers nothing of a talk but what it counts.
    """

    def __init__(self, prepared: Settings, interpreter: Embedded, folder: Path) -> None:
        self._kind = _kind(prepared)
        self.interpreter = interpreter
        self._media = folder / "media"
        folder.mkdir(exist_ok=True)
        self._built: tuple[FastAPI, _Present, _Present] | None = None

    def fits(self, settings: Settings) -> bool:
        return _kind(settings) == self._kind

    def app(self, settings: Settings, clock: Clock) -> FastAPI:
        """The app on the database, a copy of the prepared one, and at the time of this clock."""
        self._point(settings.media_path)
        if self._built is None:
            desk = open_desk(settings.model_copy(update={"media_path": self._media}), self.interpreter)
            db, hand = _Present(desk.db), _Present(clock)
            there = replace(desk, db=cast(Database, db), clock=cast(Clock, hand))
            self._built = build(settings.model_copy(update={"media_path": self._media}), there), db, hand
            return self._built[0]
        app, db, hand = self._built
        vault.unlock(settings.secret_key, settings.key_file)
        db.part, hand.part = Database(parse_url(settings.database_url)), clock
        return app

    def _point(self, folder: Path) -> None:
        """Pictures go where this talk's go: the app holds one path, which leads there."""
        folder.mkdir(parents=True, exist_ok=True)
        self._media.unlink(missing_ok=True)
        self._media.symlink_to(folder)


class Standings:
    """As many as residents talk side by side in one test: the first one's, the second one's …"""

    def __init__(self, prepared: Settings, interpreter: Embedded, folder: Path) -> None:
        self._given = prepared, interpreter
        self._folder = folder
        self._all: list[Standing] = []

    def nth(self, n: int) -> Standing:
        while len(self._all) <= n:
            self._all.append(Standing(*self._given, self._folder / str(len(self._all))))
        return self._all[n]
