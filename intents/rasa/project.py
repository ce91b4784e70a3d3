"""Writes what Rasa reads, out of our sentences: training data, a domain of intents and entities, a configuration."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.contract.errors import Misconfigured
from intents import sentences
from intents.rasa.text import for_rasa

FOLDER = Path(__file__).resolve().parent
LEFT_OUT = 20
_MARK = re.compile(r"\[([^\[\]]*)\](\([^()]*\)|\{[^{}]*\})")
_NAME = re.compile(r"\(([a-z_]+)\)")

Example = tuple[str, str]
"""An intent and a sentence of it with its entities marked."""


def examples(folder: Path = sentences.FOLDER) -> list[Example]:
    """Every training sentence as it stands in its file, marks and all."""
    return [pair for path in sentences.files(folder) for pair in of_file(path)]


def of_file(path: Path) -> Iterator[Example]:
    data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or not isinstance(data.get("nlu"), list):
        raise Misconfigured("a Rasa file with `nlu:` is expected", file=str(path), line=1)
    for block in data["nlu"]:
        for line in block.get("examples", "").splitlines() if "intent" in block else ():
            text = line.strip().removeprefix("-").strip()
            if text:
                yield block["intent"], text


def marked_for_rasa(marked: str) -> str:
    """The sentence as Rasa will be asked it, its marks kept."""
    text, marks, end = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[end : mark.start()]
        marks.append((len(text), len(text) + len(mark.group(1)), mark.group(2)))
        text += mark.group(1)
        end = mark.end()
    text = for_rasa(text + marked[end:])
    for start, stop, name in reversed(marks):
        text = f"{text[:start]}[{text[start:stop]}]{name}{text[stop:]}"
    return text.strip()


def split(rows: Iterable[Example], seed: int = 0) -> tuple[list[Example], list[Example]]:
    """What is trained on, and the twentieth that is left out, on which Rasa's scores are read; by the words alone."""
    learn: list[Example] = []
    left: list[Example] = []
    for row in rows:
        drawn = zlib.crc32(f"{seed} {sentences.plain(row[1])}".encode()) % LEFT_OUT == 0
        (left if drawn else learn).append(row)
    return learn, left


def write(folder: Path, rows: Iterable[Example], config: Path, **options: int) -> None:
    """A project that Rasa can validate and train; options: of the classifier in the configuration."""
    kinds: dict[str, dict[str, None]] = {}
    for intent, marked in rows:
        kinds.setdefault(intent, {})[marked_for_rasa(marked)] = None
    entities = sorted({name for lines in kinds.values() for line in lines for name in _NAME.findall(line)})
    blocks = [
        {"intent": intent, "examples": "".join(f"- {line}\n" for line in lines)} for intent, lines in kinds.items()
    ]
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    _put(data / "nlu.yml", {"version": "3.1", "nlu": blocks})
    _put(folder / "domain.yml", {"version": "3.1", "intents": sorted(kinds), "entities": entities})
    _put(folder / "config.yml", _with(yaml.safe_load(config.read_text(encoding="utf-8")), options))


def _with(config: Any, options: dict[str, int]) -> Any:
    for step in config["pipeline"]:
        if step["name"].endswith("Classifier"):
            step.update(options)
    return config


def _put(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1_000_000), encoding="utf-8")
