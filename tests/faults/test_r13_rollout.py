"""R13: while a new release is rolled out, the old program goes on serving on the new schema."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from backend.db import parse_url
from backend.migrate import migrate, revisions
from intents import features, stored
from tests.faults.verdicts import Verdict
from tests.load.process import PRODUCT, ROOT, Server, copy_model, served

VERSIONS = "backend/migrations/versions"


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True).stdout


def before_the_newest_revision() -> str | None:
    """The last commit whose schema came before today's; None where the history does not reach so far.

    A commit that only named a revision anew does not count: what it had is no part of today's schema.
    """
    today = {path.name for path in (ROOT / VERSIONS).glob("[0-9]*.py")}
    later = "HEAD"
    # A merge may be what brings it: along the first parents, each merge is one step.
    for commit in _git("log", "-m", "--first-parent", "--format=%H", "--", VERSIONS).decode().split():
        names = {
            line.rsplit("/", 1)[-1] for line in _git("ls-tree", "--name-only", commit, f"{VERSIONS}/").decode().split()
        }
        if {name for name in names if name[0].isdigit()} < today:
            return commit if later == "HEAD" else f"{later}^1"
        later = commit
    return None


def _unpacked(commit: str, folder: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as tar:
        tar.extractall(folder, filter="data")


def _learnt(old: Path, folder: Path) -> None:
    """Today's model, given out as one of the old program's sentences: to train one would take it longer than all the
    rest and show nothing here. Where it reads texts otherwise than today, it trains its own."""
    asked = "from intents import features as f, sentences as s; print(f.VERSION, s.digest(s.FOLDER, f.VERSION))"
    told = subprocess.run([sys.executable, "-c", asked], cwd=old, check=True, capture_output=True, text=True).stdout
    version, digest = told.split()
    if version == features.VERSION:
        stored.save(replace(stored.load(ROOT / "data" / "model"), digest=digest), folder)


def _say(server: Server, key: str, text: str) -> str:
    body = {"sender": "u1", "message": text, "metadata": {"message_id": key}}
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/webhooks/rest/webhook",
        json.dumps(body).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=90) as response:  # noqa: S310 - our own loopback address
        return str(response.read().decode())


def test_r13_the_old_program_serves_on_the_new_schema(tmp_path: Path, verdict: Verdict) -> None:
    commit = before_the_newest_revision()
    if commit is None:
        pytest.skip("this clone's history does not hold the release before")
    old = tmp_path / "old"
    _unpacked(commit, old)
    _learnt(old, tmp_path / "model")
    with served(PRODUCT, tmp_path, "linli.db", root=old) as server:
        first = _say(server, "m-1", "the lamp at gate 3 is out")
        migrated = migrate(parse_url(f"sqlite:///{tmp_path / 'linli.db'}"))
        second = _say(server, "m-2", "no, gate 5")
        third = _say(server, "m-3", "yes")
    copy_model(ROOT / "data" / "model", tmp_path / "model")
    with served(PRODUCT, tmp_path, "linli.db") as server:
        again = [_say(server, "m-1", "the lamp at gate 3 is out"), _say(server, "m-3", "yes")]
    good = "gate 5" in second and "R-" in third and again == [first, third]
    done = f"schema {revisions()[-1]} put under the running program of {commit[:7]}, then the new program"
    verdict("R13", done, f"{'talk went on' if good else third}, the same answers afterwards", good=good and migrated)
