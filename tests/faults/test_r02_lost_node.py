"""A process lost for good: what it waited for goes on in another, in time, and nothing happens twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.bot.work.station import PATIENCE_SECONDS, until
from tests.faults.verdicts import Verdict
from tests.load.process import ROOT, copy_model, free_port
from tests.postgres import Postgres

DEAD = 3.0
WAIT = 8.0


@contextmanager
def _node(name: str, folder: Path, url: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    config = (ROOT / "config.yml").read_text(encoding="utf-8")
    config = config.replace("chat: 180", f"chat: {WAIT:.0f}").replace("dead: 15", f"dead: {DEAD:.0f}")
    (folder / "config.yml").write_text(config, encoding="utf-8")
    ours = {
        "LINLI_PORT": str(port),
        "LINLI_DATABASE_URL": url,
        "LINLI_MODEL": str(folder / "model"),
        "LINLI_MEDIA": str(folder / "media"),
        "LINLI_CONFIG": str(folder / "config.yml"),
        "LINLI_NODE": name,
    }
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("LINLI_")}
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve", "--quiet"],
            cwd=ROOT,
            env={**inherited, **ours},
            stdout=log,
            stderr=log,
        )
        try:
            until(lambda: _ready(port))
            yield process, port
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(timeout=PATIENCE_SECONDS)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True
    except OSError:
        return False


def _get(port: int, path: str) -> list[dict[str, Any]]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1{path}", headers={"Authorization": "Bearer linli-demo-key"}
    )
    with urllib.request.urlopen(request, timeout=90) as response:  # noqa: S310 - our own loopback address
        items: list[dict[str, Any]] = json.loads(response.read())["items"]
        return items


def _ask(port: int) -> float:
    """Say something that draws the question of danger; returns when."""
    for n, text in enumerate(("我难受", "老人摔了一下", "快点", "hurry", "喘")):
        body = json.dumps({"sender": f"w{n}", "message": text}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/webhooks/rest/webhook", body, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=90) as response:  # noqa: S310 - our own loopback address
            answer = json.loads(response.read())
        if any(button["payload"] == "danger" for bubble in answer for button in bubble.get("buttons", ())):
            return time.monotonic()
    raise AssertionError("none of these draws the question any more: find another that does")


@pytest.fixture
def shared(postgres: Postgres, template: str) -> Iterator[str]:
    url = postgres.create(template)
    yield url
    postgres.drop(url)


def _seen(url: str, column: str) -> str | None:
    """Of the story, as the engine has it: who waits for it (executor_id), or how it ended (status)."""
    with psycopg.connect(url) as connection:
        try:
            query = "SELECT * FROM dbos.workflow_status WHERE name = 'story'"
            row = connection.cursor(row_factory=dict_row).execute(query).fetchone()
        except psycopg.errors.UndefinedTable:
            return None
    return row[column] if row else None


def test_r2_the_wait_of_a_lost_process_ends_in_another_in_time_and_once(
    tmp_path: Path, shared: str, verdict: Verdict
) -> None:
    copy_model(ROOT / "data" / "model", tmp_path / "model")
    with _node("a", tmp_path, shared) as first, _node("b", tmp_path, shared) as second:
        nodes = {"a/serve-1": first, "b/serve-1": second}
        asked = _ask(first[1])
        until(lambda: _seen(shared, "executor_id") in nodes)
        owner = str(_seen(shared, "executor_id"))
        lost, (_, port) = nodes.pop(owner)[0], nodes.popitem()[1]
        killed = time.monotonic()
        os.kill(lost.pid, signal.SIGKILL)
        until(lambda: bool(_get(port, "/alarms")))
        came = time.monotonic()
        until(lambda: _seen(shared, "status") == "SUCCESS")
        kinds = [alarm["kind"] for alarm in _get(port, "/alarms")]
    late = came - max(asked + WAIT, killed + DEAD)
    measured = f"alarms: {kinds}, {came - killed:.2f} s after the kill, {late:.2f} s after it could be told"
    quick = came - max(asked + WAIT, killed) <= DEAD + 5
    verdict("R2", f"a process ({owner}) lost while a story waits in it", measured, good=kinds == ["check"], quick=quick)
