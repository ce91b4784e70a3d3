"""The model as it lies on disk now: a running process takes a newly trained one without a restart."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from bot.contract.errors import Misconfigured
from intents import features, sentences
from intents.classifier import Model
from intents.stored import FILE, load, stored_digest

log = logging.getLogger("linli.intents")

# Seconds between two looks at the file.
EVERY = 1.0


def is_old(folder: Path, taught: Path | None = None) -> bool:
    """Whether the sentences, or the way they are read, changed since the model was trained."""
    return stored_digest(folder) != sentences.digest(sentences.FOLDER, features.VERSION, taught=taught)


class Latest:
    """`look` gives the model to use now; one that cannot be read leaves the old one in use, and is said once."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._seen = self._mark()
        self._model = load(folder)
        self._next = clock() + EVERY

    def look(self) -> Model:
        now = self._clock()
        if now < self._next:
            return self._model
        # Set first: of several threads one loads.
        self._next = now + EVERY
        mark = self._mark()
        if mark != self._seen:
            self._seen = mark
            try:
                self._model = load(self._folder)
                log.info("took up a newly trained model")
            except Misconfigured as error:
                log.warning("a new model cannot be used, the old one stays: %s", error)
        return self._model

    def _mark(self) -> tuple[int, int, int] | None:
        """Changes with every file put in place; None while there is none."""
        try:
            found = (self._folder / FILE).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
