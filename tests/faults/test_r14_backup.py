"""R14: a backup taken under load, put back on an empty machine, holds everything acknowledged before it began."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.bot.work.station import until
from tests.faults.crowd import Said, crowded
from tests.faults.ledger import audit
from tests.faults.verdicts import Length, Verdict
from tests.load.process import PRODUCT, ROOT, Server, copy_model, served


def _command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    env |= {"LINLI_DATABASE_URL": f"sqlite:///{folder / 'linli.db'}", "LINLI_MEDIA": str(folder / "media")}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)


def _again(server: Server, said: Said) -> bytes:
    body = {"sender": said.sender, "message": said.text, "metadata": {"message_id": said.id}}
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/webhooks/rest/webhook",
        json.dumps(body).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=90) as response:  # noqa: S310 - our own loopback address
        return bytes(response.read())


def test_r14_a_backup_under_load_is_whole_elsewhere(tmp_path: Path, length: Length, verdict: Verdict) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        copy_model(ROOT / "data" / "model", folder / "model")
    with served(PRODUCT, here, "linli.db") as server, crowded(server.port, length(60.0, 200.0)) as crowd:
        time.sleep(length(2.0, 20.0))
        until(lambda: bool(crowd.acknowledged))
        before = len(crowd.acknowledged)
        began = time.perf_counter()
        made = _command(here, "backup", str(tmp_path / "kept.tar.gz"))
        took = time.perf_counter() - began
        until(lambda: len(crowd.acknowledged) > before)
        waits = sorted(said.wait for said in crowd.acknowledged[before:])
    back = _command(there, "restore", str(tmp_path / "kept.tar.gz"))
    assert made.returncode == 0, made.stderr
    assert back.returncode == 0, back.stderr
    acknowledged = crowd.acknowledged[:before]
    found = audit(there / "linli.db", acknowledged)
    with served(PRODUCT, there, "linli.db") as server:
        wrong = sum(_again(server, said) != said.answer for said in acknowledged[-100:])
    done = f"backup in {took:.1f} s under load ({waits[-1] * 1000:.0f} ms the longest answer), restored elsewhere"
    measured = f"{back.stderr.strip()}; {found}; {wrong} of {min(100, before)} repeated messages answered otherwise"
    verdict("R14", done, measured, good=found.good and wrong == 0 and "checksums equal" in back.stderr)
