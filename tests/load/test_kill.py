"""kill -9 right after an alarm was answered: it stands. Talks between every two turns of which it happens: R2."""

from __future__ import annotations

import json
import os
import signal
import urllib.request
from pathlib import Path
from typing import Any

from tests.load.process import PRODUCT, ROOT, Server, copy_model, served


def _post(server: Server, message_id: str, text: str) -> str:
    body = {"sender": "u1", "message": text, "metadata": {"message_id": message_id}}
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/webhooks/rest/webhook",
        json.dumps(body).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=90) as response:  # noqa: S310 - our own loopback address
        return str(response.read().decode())


def _items(server: Server, what: str) -> list[dict[str, Any]]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/v1/{what}?conversation=u1",
        headers={"Authorization": "Bearer linli-demo-key"},
    )
    with urllib.request.urlopen(request, timeout=90) as response:  # noqa: S310 - our own loopback address
        items: list[dict[str, Any]] = json.loads(response.read())["items"]
        return items


def test_an_alarm_survives_a_kill_right_after_its_answer(tmp_path: Path) -> None:
    copy_model(ROOT / "data" / "model", tmp_path / "model")
    with served(PRODUCT, tmp_path, "linli.db") as server:
        answer = _post(server, "m-1", "救命，我摔倒了起不来")
        os.kill(server.pid, signal.SIGKILL)
    with served(PRODUCT, tmp_path, "linli.db") as server:
        assert _post(server, "m-1", "救命，我摔倒了起不来") == answer
        (alarm,) = _items(server, "alarms")
        assert alarm["state"] == "open"
