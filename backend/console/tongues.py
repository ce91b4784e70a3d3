"""The console's templates in each language, made when somebody first reads in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.contract.templates import Environment, templates
from bot.contract.text import Text


class Tongues:
    def __init__(self, folder: Path, say: Callable[[Text, str], str], **known: Any) -> None:
        """known: what every template may call."""
        self._folder, self._say, self._known = folder, say, known
        self._made: dict[str, Environment] = {}

    def of(self, language: str) -> Environment:
        found = self._made.get(language)
        if found is None:
            found = self._made[language] = templates(self._folder, lambda text: self._say(text, language))
            found.globals.update(self._known)
        return found
