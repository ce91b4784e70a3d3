"""What a speaker says is not there ("no sparks", "没有漏电"): it is no sign of what is broken."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from intents.patterns import later
from intents.sentences import LOADER

FILE = Path(__file__).resolve().parent.parent / "cues" / "denied.yml"
_DENIED = tuple(
    later(source)
    for source in yaml.load(FILE.read_text(encoding="utf-8"), Loader=LOADER)["denied"]  # noqa: S506 - a safe loader
)


def without_denied(folded: str) -> str:
    """The same text, as long as before, with blanks in the place of what is denied."""
    for pattern in _DENIED:
        folded = pattern.sub(_blank, folded)
    return folded


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
