"""Keeps each finished part of the evaluation beside its model: a run that is ended loses only what it was at."""

from __future__ import annotations

import hashlib
import json
import subprocess
import zlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.settings import ROOT
from intents.exam.figures import Judged

FILE = "judged.json"


@dataclass(frozen=True, slots=True)
class Result:
    """What one engine said in one run.

    fitted: seconds of training; commit: of the code that was measured; timed: milliseconds a sentence, ours and then
    this engine's, taken in turns; none of our own run; cores: of a core's time a sentence, on average, likewise.
    """

    name: str
    seed: int
    rows: list[Judged]
    fitted: float
    commit: str
    timed: tuple[list[float], list[float]] | None = None
    cores: tuple[float, float] | None = None


def kept(folder: Path, of: str, measure: Callable[[], Result], as_is: bool = False) -> tuple[Result, bool]:
    """The part that lies in this folder, if it is of the same things (`of`), else a new one; and whether it lay there.

    of: a checksum of all that the part depends on; as_is: what lies there is taken though it be of older code, which
    its commit tells.
    """
    file = folder / FILE
    if file.is_file():
        data: Any = json.loads(file.read_text(encoding="utf-8"))
        if data.pop("of") == of or as_is:
            rows = [Judged(**row) for row in data.pop("rows")]
            timed, cores = data.pop("timed"), data.pop("cores", None)
            pairs = (timed[0], timed[1]) if timed else None, (cores[0], cores[1]) if cores else None
            return Result(rows=rows, timed=pairs[0], cores=pairs[1], **data), True
    found = measure()
    folder.mkdir(parents=True, exist_ok=True)
    written = file.with_suffix(".new")
    written.write_text(json.dumps({**asdict(found), "of": of}, ensure_ascii=False), encoding="utf-8")
    written.replace(file)
    return found, False


def checksum(files: Iterable[Path], *texts: object) -> str:
    """Of what stands in these files and in these texts."""
    found = hashlib.sha256(repr(texts).encode())
    for file in sorted(files):
        found.update(zlib.crc32(file.read_bytes()).to_bytes(4, "big"))
    return found.hexdigest()


def commit() -> str:
    """What is measured now, as git names it ("-dirty": with changes nobody committed); empty outside a checkout."""
    command = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()
