"""Reads the training sentences: Rasa NLU files, one folder a language, one file an intent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.contract.errors import Misconfigured

FOLDER = Path(__file__).resolve().parent
# What else a model is made from: words of one meaning, signs and cues of danger, the talk that the ear learns from,
# lines in the middle of a talk.
BESIDE = (
    *(FOLDER.parent / name for name in ("concepts.yml", "signs.yml")),
    *sorted((FOLDER.parent / "cues").glob("[a-z][a-z]*.yml")),
    *sorted((FOLDER.parent / "alarms").glob("*.yml")),
    *sorted((FOLDER.parent / "acts").rglob("*.yml")),
)
# `[surface](entity)` and `[surface]{"entity": "…"}`: the classifier learns from the surface alone.
_MARKED = re.compile(r"\[([^\[\]]*)\](?:\([^()]*\)|\{[^{}]*\})")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    intent: str
    language: str


def plain(marked: str) -> str:
    return _MARKED.sub(r"\1", marked).strip()


def read(folder: Path = FOLDER, taught: Path | None = None) -> list[Sentence]:
    """Every example of every language; raises `Misconfigured` for a file that Rasa would not read either.

    taught: what communities taught beside them, a folder a community, in each what stands here.
    """
    found: list[Sentence] = []
    for path in (*files(folder), *taught_files(taught)):
        found.extend(_of_file(path))
    return found


def files(folder: Path = FOLDER) -> list[Path]:
    return sorted(folder.glob("*/*.yml"))


def taught_files(taught: Path | None) -> list[Path]:
    return sorted(taught.glob("*/*/*.yml")) if taught is not None else []


def _of_file(path: Path) -> Iterator[Sentence]:
    data: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - both are safe loaders, one is in C
    if not isinstance(data, dict) or not isinstance(data.get("nlu"), list):
        raise Misconfigured("a Rasa file with `nlu:` is expected", file=str(path), line=1)
    for block in data["nlu"]:
        if "intent" not in block:
            continue
        for line in block["examples"].splitlines():
            text = plain(line.strip().removeprefix("-"))
            if text:
                yield Sentence(text, block["intent"], path.parent.name)


def digest(folder: Path = FOLDER, *more: str, taught: Path | None = None) -> str:
    """Changes when any sentence does, so that a model knows whether it is older."""
    total = hashlib.sha256()
    found = [(folder, path) for path in files(folder)]
    found += [(taught, path) for path in taught_files(taught) if taught is not None]
    for root, path in found:
        total.update(path.relative_to(root).as_posix().encode())
        total.update(path.read_bytes())
    for path in BESIDE:
        total.update(path.read_bytes())
    for part in more:
        total.update(part.encode())
    return total.hexdigest()
