"""Lines that are said while an alarm is open, by what they are: many are drawn from a few hundred rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

from bot.contract.errors import Misconfigured
from intents.dialogue_act import FOLDER, Line
from intents.sentences import LOADER

ALARM = FOLDER / "alarm"
# What happened; and what is asked, or about to be done, until help comes.
KINDS, ASKED = FOLDER / "kinds", FOLDER / "asked"
# Of what asks or tells nothing one in so many lines is enough.
NOTHING, _ONE_IN = "", 3
_TELLS = frozenset({"tells", "worse", "who"})
_ASKS = frozenset({"asks", "asks_what", "asks_called", "asks_when"})
# So many lines are drawn of each row: the classifier meets each of its words, and no row drowns what people said.
DRAWS = 20
_CLASS, _EITHER, _GAP = re.compile(r"\{(\w+)\}"), re.compile(r"\(([^()]*)\)"), re.compile(r"\s+")


def read(folder: Path = ALARM) -> list[Line]:
    """Every line of every language, drawn or said; raises `Misconfigured` for a file of another form."""
    found: list[Line] = []
    for path in sorted(folder.glob("*.yml")):
        data: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - both are safe loaders
        if not isinstance(data, Mapping) or not {"classes", "acts", "said"} <= data.keys():
            raise Misconfigured("classes, acts and said are expected", file=str(path), line=1)
        for act, rows in data["acts"].items():
            found += [Line(text, act, path.stem, row) for row in rows for text in drawn(row, data["classes"])]
        found += [Line(text, act, path.stem) for act, texts in data["said"].items() for text in texts]
    return found


def asked(said: Iterable[Line], told: Iterable[Line]) -> list[Line]:
    """What is asked in an alarm, by what about, beside some of what is said there and asks nothing."""
    return [*read(ASKED), *_some(line for line in (*said, *told) if line.act not in {*_ASKS, NOTHING})]


def happened(said: Iterable[Line]) -> list[Line]:
    """What happened, beside some of what is said in an alarm and tells nothing of it."""
    return [*read(KINDS), *_some(line for line in said if line.act not in _TELLS)]


def _some(lines: Iterable[Line]) -> Iterator[Line]:
    return (replace(line, act=NOTHING) for line in lines if crc32(line.text.encode()) % _ONE_IN == 0)


def drawn(row: str, classes: Mapping[str, str], draws: int = DRAWS) -> list[str]:
    """So many different lines of a row, the same ones every time; fewer where it has no more."""
    lines = dict.fromkeys(_draw(row, classes, number) for number in range(2 * draws))
    return [line for line in lines if line][:draws]


def _draw(row: str, classes: Mapping[str, str], number: int) -> str:
    """Each choice by a checksum of where it stands, so that nothing hangs on a run of chance."""
    line, step = row, 0

    def one_of(words: str) -> str:
        nonlocal step
        step += 1
        ways = words.split("|")
        return ways[crc32(f"{row}/{number}/{step}".encode()) % len(ways)]

    while (found := _CLASS.search(line)) is not None:
        line = f"{line[: found.start()]}({classes[found.group(1)]}){line[found.end() :]}"
    while (found := _EITHER.search(line)) is not None:
        line = line[: found.start()] + one_of(found.group(1)) + line[found.end() :]
    return _GAP.sub(" ", line).strip(" ,\uff0c")
