"""The files of what is taught: a folder a run, the sentences of communities as Rasa reads them, models put in place."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from backend.db import Record
from bot.contract.errors import Refused
from bot.contract.text import t
from intents import features, sentences
from intents.exam import held_out
from intents.exam.held_out import Near
from intents.stored import FILE as MODEL

VERSION = "3.1"


@dataclass(frozen=True)
class School:
    """model: the folder of the one in use; taught: what communities taught, beside it the folders of runs."""

    model: Path
    taught: Path

    @property
    def base(self) -> str:
        """What the sentences are now: ours and those taught."""
        return sentences.digest(sentences.FOLDER, features.VERSION, taught=self.taught)

    @cached_property
    def _held(self) -> Near:
        return Near(held_out.everything())

    @cached_property
    def _known(self) -> dict[str, str]:
        return {held_out.bare(one.text): one.intent for one in sentences.read()}

    def check(self, text: str, intent: str) -> None:
        """Raises `Refused` for a sentence that may not be taught, with the reason."""
        if self._held.same(text) is not None or self._held.like(text) is not None:
            raise Refused(
                "held out",
                t(
                    "This sentence is (nearly) one of those that the bot is examined with. Were it taught, the "
                    "examination would say nothing any more."
                ),
            )
        known = self._known.get(held_out.bare(text))
        if known is not None:
            same = t("The bot has learnt this sentence already, with the same meaning.")
            other = t("The bot has learnt this sentence with another meaning. Please ask whoever maintains it.")
            raise Refused("known", same if known == intent else other)

    def folder(self, run: int) -> Path:
        return self.taught.with_name(f"{self.taught.name}.runs") / str(run)

    def lay_out(self, run: int, community: str, lessons: Iterable[Record]) -> str:
        """What would be taught with this run; returns what it stands on."""
        folder = self.folder(run)
        _clear(folder)
        staged, base = folder / "taught", self.base
        staged.mkdir(parents=True)
        if self.taught.exists():
            shutil.copytree(self.taught, staged, dirs_exist_ok=True)
        _clear(staged / community)
        _write(staged, lessons)
        return base

    def write(self, lessons: Sequence[Record]) -> None:
        """Their communities' files anew, as after a restore: the next start trains from them."""
        for community in {one.community_id for one in lessons}:
            _clear(self.taught / community)
        _write(self.taught, lessons)

    async def train(self, run: int) -> AsyncIterator[dict[str, Any]]:
        """In a process of its own, so that nobody who writes waits for it; what it says of itself, line by line."""
        folder = self.folder(run)
        arguments = ("--into", folder / "model", "--taught", folder / "taught", "--beside", self.model)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "train",
            *map(str, arguments),
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            while process.stdout is not None and (line := await process.stdout.readline()):
                if line.startswith(b"{"):
                    yield json.loads(line)
            if await process.wait():
                raise RuntimeError(f"training ended with {process.returncode}")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    def publish(self, run: int) -> None:
        """The run's sentences and its model into use, what was there aside; running processes take the model up.

        Doing it again changes nothing. Should it stop in the middle, the next start trains what the files say.
        """
        folder = self.folder(run)
        before = folder / "before"
        if not before.exists():
            held = folder / "before.new"
            _clear(held)
            held.mkdir()
            shutil.copy(self.model / MODEL, held / MODEL)
            if self.taught.exists():
                shutil.copytree(self.taught, held / "taught")
            held.rename(before)
        self._use(folder / "taught", folder / "model" / MODEL)

    def undo(self, run: int) -> None:
        before = self.folder(run) / "before"
        if not before.exists():
            raise Refused("nothing to go back to", t("What was in use before is not on this machine any more."))
        self._use(before / "taught", before / MODEL)

    def _use(self, taught: Path, model: Path) -> None:
        fresh, old = self.taught.with_name(f"{self.taught.name}.new"), self.taught.with_name(f"{self.taught.name}.old")
        for one in (fresh, old):
            _clear(one)
        if taught.exists():
            shutil.copytree(taught, fresh)
        else:
            fresh.mkdir(parents=True)
        if self.taught.exists():
            self.taught.rename(old)
        fresh.rename(self.taught)
        _clear(old)
        part = self.model / f"{MODEL}.new"
        shutil.copy(model, part)
        part.replace(self.model / MODEL)


def _clear(folder: Path) -> None:
    """Gone, or an `OSError`: sentences of another run that stayed would be taught with this one."""
    if folder.exists():
        shutil.rmtree(folder)


def _write(folder: Path, lessons: Iterable[Record]) -> None:
    found: dict[tuple[str, str, str], list[str]] = {}
    for one in lessons:
        found.setdefault((one.community_id, one.language, one.intent), []).append(marked(one.text, one.marks))
    for (community, language, intent), lines in found.items():
        path = folder / community / language / f"{intent}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_dumped(intent, lines), encoding="utf-8")


def marked(text: str, marks: Iterable[tuple[int, int, str]]) -> str:
    """`[Mr Smith](visitor_name) comes`: the sentence holds no brackets of its own."""
    for start, end, slot in sorted(((a, b, c) for a, b, c in marks), reverse=True):
        text = f"{text[:start]}[{text[start:end]}]({slot}){text[end:]}"
    return text


def _dumped(intent: str, lines: Iterable[str]) -> str:
    """Dumped, never formatted: whatever stands in a sentence stays a sentence."""
    examples = "".join(f"- {' '.join(line.split())}\n" for line in lines)
    data = {"version": VERSION, "nlu": [{"intent": intent, "examples": examples}]}
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, default_style=None, width=10_000)
