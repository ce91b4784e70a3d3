"""Says every held-out line in the middle of its talk and tells what came of it: `python -m tests.evaluate.amid`.

By rules of thumb: an alarm, another form, or "not understood" never fits; a fact must be kept, a question leave the
draft as it is, a yes move on. A wrong answer to a question is not seen, and what was kept out of sight counts as lost.
"""

from __future__ import annotations

import argparse
import logging
import re
import shutil
import sqlite3
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot import configure as configuration
from bot.app import open_desk, prepare
from bot.settings import Settings
from intents.exam import held_out
from intents.renew import renew
from intents.understand import Embedded
from tests.conftest import at_the_transcripts
from tests.resident import Answer, Resident
from tests.standing import Standing

NOW = "2026-11-20T09:30:00"
# How the product says that it did not understand, or asks about danger, in either language.
LOST = re.compile("没听明白|没太明白|没听懂|没听出|没对上|did not understand|not sure (I|what)|did not catch|recognise")
DANGER = re.compile("求救|有人有危险|call for help|in danger")
# How it says that it keeps what was told.
NOTED = re.compile("记下|[Nn]oted|passed on|转告")
_WORD = re.compile(r"[a-z0-9']+|[\u4e00-\u9fff]")
# So many of the words of a line must stand in what is kept.
KEPT = 0.8


@dataclass(frozen=True, slots=True)
class After:
    """What stands after a message: the open form and its values, and what was filed."""

    flow: str
    values: str
    filed: str
    count: int
    alarms: int


def after(one: Resident) -> After:
    tracker: Any = one.tracker()
    filed = [item for what in ("cases", "bookings", "passes") for item in one.items(what)]
    loop, slots = tracker.get("active_loop") or {}, tracker.get("slots") or {}
    return After(str(loop.get("name") or ""), str(slots), str(filed), len(filed), len(one.items("alarms")))


def verdict(act: str, line: str, said: Answer, before: After, now: After) -> str:
    """`ok`, or in a word what is wrong."""
    if now.alarms > before.alarms:
        return "alarm"
    if DANGER.search(said.text):
        return "asked about danger"
    same, filed = now.flow == before.flow, now.count > before.count
    if act != "wants" and now.flow and before.flow and not same and not filed:
        return "another form"
    if LOST.search(said.text):
        return "not understood"
    return _by_act(act, line, said, before, now)


def _by_act(act: str, line: str, said: Answer, before: After, now: After) -> str:
    gone = bool(before.flow) and not now.flow and now.count == before.count
    changed = now.values != before.values or now.filed != before.filed or gone
    if act in ("answer", "corrects", "agrees"):
        return "ok" if changed else "unmoved"
    if act == "tells":
        return "ok" if changed or _kept(line, now) or NOTED.search(said.text) else "dropped"
    if act in ("asks", "manners"):
        return "lost" if gone else "ok" if now.filed == before.filed else "taken"
    if act in ("off", "mends"):
        return "ok" if gone or not before.flow or now.flow != before.flow else "not off"
    return "ok" if said.text else "silent"


def _kept(line: str, now: After) -> bool:
    words, stands = _WORD.findall(line.casefold()), (now.values + now.filed).casefold()
    return bool(words) and sum(word in stands for word in words) >= KEPT * len(words)


def _kept_as(database: Path, copy: Path) -> Path:
    """A copy of a database in use; of its file alone the last messages would be missing."""
    with closing(sqlite3.connect(database)) as whole, closing(sqlite3.connect(copy)) as part:
        whole.backup(part)
    return copy


class Stage:
    """Prepared talks, each brought once to where its lines are said."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settings = configuration.load({"LINLI_DATABASE_URL": f"sqlite:///{folder}/linli.db"})
        renew(self._settings.model_path, print, self._settings.taught_path)
        prepare(self._settings)
        open_desk(at_the_transcripts(self._settings)).db.close()
        self._standing = Standing(self._settings, Embedded(self._settings.model_path), folder / "standing")
        self._begun: dict[tuple[str, str], Path] = {}
        text = Path(__file__).with_name("situations.yml").read_text(encoding="utf-8")
        self.situations: dict[str, dict[str, list[str]]] = yaml.safe_load(text)

    def play(self, language: str, row: dict[str, str]) -> str:
        key = (language, row["at"])
        if key not in self._begun:
            with _Copy(self._folder / "linli.db", self) as (begun, path):
                for line in self.situations[row["at"]][language]:
                    begun.say(line, locale=language)
                self._begun[key] = _kept_as(path, self._folder / f"{language}_{row['at']}.db")
        with _Copy(self._begun[key], self) as (one, _):
            before = after(one)
            said = one.say(row["text"], locale=language)
            return verdict(row["act"], row["text"], said, before, after(one))

    def resident(self, database: Path) -> Resident:
        settings: Settings = self._settings.model_copy(
            update={"database_url": f"sqlite:///{database}", "media_path": database.parent / "media"}
        )
        return Resident(settings, self._standing.interpreter, "amid", NOW, standing=self._standing)


class _Copy:
    """A resident on a copy of a database, which is gone afterwards."""

    def __init__(self, database: Path, stage: Stage) -> None:
        self._database, self._stage = database, stage

    def __enter__(self) -> tuple[Resident, Path]:
        self._folder = Path(tempfile.mkdtemp())
        path = self._folder / "linli.db"
        shutil.copy(self._database, path)
        self._one = self._stage.resident(path)
        return self._one, path

    def __exit__(self, *_: object) -> None:
        self._one.close()
        shutil.rmtree(self._folder)


def rows(language: str) -> Iterator[dict[str, str]]:
    text = (held_out.FOLDER / language / "_acts.yml").read_text(encoding="utf-8")
    yield from yaml.safe_load(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print every line that did not fit")
    show = parser.parse_args().show
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        for language in held_out.LANGUAGES:
            found: dict[str, Counter[str]] = defaultdict(Counter)
            for row in rows(language):
                came = stage.play(language, row)
                found[row["act"]][came] += 1
                if show and came != "ok":
                    print(f"{came}: {row['at']} {row['act']}: {row['text']}")
            _tell(language, found)


def _tell(language: str, found: dict[str, Counter[str]]) -> None:
    every = sum(found.values(), Counter[str]())
    for name, counts in [*sorted(found.items()), ("all", every)]:
        rest = ", ".join(f"{what} {n}" for what, n in counts.most_common() if what != "ok")
        print(f"{language:8} {name:9} {counts['ok'] / counts.total():.3f} of {counts.total()}; {rest}")


if __name__ == "__main__":
    main()
