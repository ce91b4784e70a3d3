"""R2: a talk goes on where it was, however often the program ends between two turns, and nothing is done twice."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from intents.understand import Embedded
from tests.dialogues.player import NOW, Dialogue, can_ring, find, play
from tests.faults.crowd import TALKS
from tests.faults.verdicts import Length, Verdict
from tests.load.process import PRODUCT, ROOT, Server, copy_model, served
from tests.resident import Answer, Resident

MORNING = "2026-03-02T10:00"


@pytest.fixture
def database_url(prepared: Settings, tmp_path: Path) -> str:
    """SQLite only: these tests read the file itself."""
    shutil.copy(prepared.database_url.removeprefix("sqlite:///"), tmp_path / "linli.db")
    return f"sqlite:///{tmp_path / 'linli.db'}"


class Forgetful(Resident):
    """Before each message the program ends and begins anew on the same file; and each message is sent twice."""

    turns = 0
    rings = True

    def say(self, message: str, sender: str | None = None, **metadata: Any) -> Answer:
        self.restart()
        if self.rings:
            self.app.state.desk.db.submit(can_ring).result()
        Forgetful.turns += 1
        metadata.setdefault("message_id", f"turn-{Forgetful.turns}")
        first = super().say(message, sender, **metadata)
        again = super().say(message, sender, **metadata)
        assert again.body == first.body
        return first


def _some(every: int) -> Iterator[Dialogue]:
    """Of each flow in each language some transcripts, in the first form that they name."""
    seen: dict[Path, int] = {}
    for dialogue in find():
        if dialogue.exact and "message_id" not in str(dialogue.turns):
            number = seen.get(dialogue.path, 0)
            seen[dialogue.path] = number + 1
            if number % every == 0:
                yield dialogue


# At full length it is half an hour's work: in parts, each may be run alone, and two processes share them.
PARTS = 6


@pytest.mark.parametrize("part", range(PARTS))
def test_r2_every_transcript_goes_on_after_every_turn(
    part: int, fresh: Settings, interpreter: Embedded, tmp_path: Path, length: Length, verdict: Verdict
) -> None:
    before = (tmp_path / "linli.db").read_bytes()
    every = [d for d in _some(length(99, 1)) if length.long or "/en/" in str(d.path)]
    chosen = every[part::PARTS]
    Forgetful.turns = 0
    broken: list[str] = []
    for number, dialogue in enumerate(chosen):
        database = tmp_path / f"{number}.db"
        database.write_bytes(before)
        settings = fresh.model_copy(update={"database_url": f"sqlite:///{database}"})
        one = Forgetful(settings, interpreter, "li-na", dialogue.given.get("now", NOW), dialogue.profile)
        one.rings = dialogue.given.get("phones") != "none"
        try:
            play(dialogue, one)
        except AssertionError as error:
            broken.append(f"{dialogue.title}: {error}"[:2_000])
        one.close()
        database.unlink()
    done = f"{len(chosen)} transcripts, {Forgetful.turns} turns, the program ended before each and each sent twice"
    measured = f"{len(broken)} went otherwise, each held to its words, cases, alarms and bookings"
    verdict("R2", done, measured + "".join(f"\n{line}" for line in broken[:3]), good=not broken and bool(chosen))


def _post(server: Server, sender: str, key: str, text: str) -> str:
    body = {"sender": sender, "message": text, "metadata": {"message_id": key}}
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/webhooks/rest/webhook",
        json.dumps(body).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=90) as response:  # noqa: S310 - our own loopback address
        return str(response.read().decode())


def test_r2_kill_between_every_two_turns_of_each_flow(tmp_path: Path, length: Length, verdict: Verdict) -> None:
    """Real kills, all talks side by side: one turn of each, kill -9, the next turn of each."""
    copy_model(ROOT / "data" / "model", tmp_path / "model")
    talks = {
        f"{number}-{makes}": [said.format(b=3, r=1, h=2, d="tomorrow") for said in steps]
        for number, (makes, steps) in enumerate((*TALKS, *MORE)[: length(4, 99)])
    }
    turns = max(map(len, talks.values()))
    answers: dict[tuple[str, int], str] = {}
    wrong = 0
    for turn in range(turns):
        with served(PRODUCT, tmp_path, "linli.db", LINLI_NOW=MORNING) as server:
            for sender, steps in talks.items():
                for earlier in range(min(turn, len(steps))):
                    wrong += _post(server, sender, f"m-{earlier}", steps[earlier]) != answers[sender, earlier]
                if turn < len(steps):
                    answers[sender, turn] = _post(server, sender, f"m-{turn}", steps[turn])
            os.kill(server.pid, signal.SIGKILL)
    calm_wrong = _otherwise(tmp_path, talks, answers)
    done = f"kill -9 between every two turns of {len(talks)} talks, all earlier messages sent again after each"
    measured = f"{wrong} other answers when sent again, {calm_wrong} of {len(answers)} other than without kills"
    verdict("R2", done, measured, good=wrong == 0 and calm_wrong == 0)


MORE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("pass", ("a guest tomorrow at 3 pm, her name is Anna", "no car", "yes")),
    ("payment", ("pay the water bill", "yes")),
    ("progress", ("how is my repair going",)),
    ("request", ("a person please", "yes")),
)


def _otherwise(folder: Path, talks: dict[str, list[str]], answers: dict[tuple[str, int], str]) -> int:
    """The same talks in the same order on another file, without a kill: how many answers differ, but for the
    numbers and keys that are drawn anew each time."""
    wrong = 0
    with served(PRODUCT, folder, "calm.db", LINLI_NOW=MORNING) as server:
        for turn in range(max(map(len, talks.values()))):
            for sender, steps in talks.items():
                if turn < len(steps):
                    calm = _post(server, sender, f"m-{turn}", steps[turn])
                    wrong += _bare(calm) != _bare(answers[sender, turn])
    return wrong


def _bare(answer: str) -> str:
    drawn = re.compile(r"\b\d{4} ?\d{4}\b|[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{26}|127\.0\.0\.1:\d+")
    return drawn.sub("#", answer)
