"""kill -9 between a commit and its delivery, and in the middle of a story's wait: nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.work.station import until
from tests.fakes.receiver import Receiver
from tests.faults.verdicts import Verdict
from tests.load.process import PRODUCT, ROOT, Server, copy_model, served

WAIT_SECONDS = 6


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.close()


def _call(server: Server, method: str, path: str, body: object = None) -> Any:
    headers = {"content-type": "application/json", "Authorization": "Bearer linli-demo-key"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=90) as response:  # noqa: S310 - our own loopback address
        return json.loads(response.read() or b"null")


def _say(server: Server, sender: str, text: str, message_id: str) -> Any:
    body = {"sender": sender, "message": text, "metadata": {"message_id": message_id}}
    return _call(server, "POST", "/webhooks/rest/webhook", body)


def test_r6_a_kill_between_commit_and_delivery_loses_nothing(
    tmp_path: Path, receiver: Receiver, verdict: Verdict
) -> None:
    """Killed again and again while it delivers; whoever receives sees each id at least once and drops the rest."""
    copy_model(ROOT / "data" / "model", tmp_path / "model")
    acknowledged = 0
    for round_ in range(3):
        with served(PRODUCT, tmp_path, "linli.db") as server:
            if round_ == 0:
                _call(server, "POST", "/api/v1/webhooks", {"url": receiver.url(), "events": ["case.created"]})
            receiver.delay = 0.3
            for n in range(10):
                _say(server, f"r{round_}-{n}", "家里水管爆了，3栋2单元501", "m-1")
                acknowledged += 1
            os.kill(server.pid, signal.SIGKILL)
    receiver.delay = 0.0
    with served(PRODUCT, tmp_path, "linli.db") as server:
        took = until(lambda: len({call.id for call in receiver.calls}) == acknowledged)
        until(lambda: _state(server) == {"sent"})
    numbers = {call.json["data"]["number"] for call in receiver.calls}
    done = f"kill -9 three times while it delivers, {acknowledged} acknowledged"
    measured = f"{len(numbers)} told in {len(receiver.calls)} calls, all of them {took:.2f} s after the last start"
    verdict("R6", done, measured, good=len(numbers) == acknowledged, quick=took <= 5)


def _state(server: Server) -> set[str]:
    return {item["state"] for item in _call(server, "GET", "/api/v1/deliveries?channel=webhook&limit=500")["items"]}


def test_r6_a_kill_in_the_middle_of_a_wait_raises_the_alarm_in_time_and_once(tmp_path: Path, verdict: Verdict) -> None:
    copy_model(ROOT / "data" / "model", tmp_path / "model")
    config = (ROOT / "config.yml").read_text(encoding="utf-8").replace("chat: 180", f"chat: {WAIT_SECONDS}")
    (tmp_path / "config.yml").write_text(config, encoding="utf-8")
    with served(PRODUCT, tmp_path, "linli.db", LINLI_CONFIG=str(tmp_path / "config.yml")) as server:
        asked = _ask(server)
        until(lambda: bool(_stories(server)) and _stories(server) <= {"sent", "ended"})
        os.kill(server.pid, signal.SIGKILL)
    with served(PRODUCT, tmp_path, "linli.db", LINLI_CONFIG=str(tmp_path / "config.yml")) as server:
        ready = time.monotonic()
        until(lambda: bool(_alarms(server)))
        came = time.monotonic()
        until(lambda: _stories(server) == {"ended"})
        kinds = [alarm["kind"] for alarm in _alarms(server)]
    late = came - max(asked + WAIT_SECONDS, ready)
    measured = f"alarms: {kinds}, {late:.2f} s after it could be told"
    verdict("R6", "kill -9 in the middle of a story's wait", measured, good=kinds == ["check"], quick=late <= 6)


def _ask(server: Server) -> float:
    """Say something that draws the question of danger; returns when."""
    for n, text in enumerate(("我难受", "老人摔了一下", "快点", "hurry", "喘")):
        answer = _say(server, f"w{n}", text, "m-1")
        if any(button["payload"] == "danger" for bubble in answer for button in bubble.get("buttons", ())):
            return time.monotonic()
    raise AssertionError("none of these draws the question any more: find another that does")


def _stories(server: Server) -> set[str]:
    """Of the oldest, which is the check: an alarm that it raises has stories of its own."""
    items = _call(server, "GET", "/api/v1/deliveries?channel=story")["items"]
    return {items[-1]["state"]} if items else set()


def _alarms(server: Server) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _call(server, "GET", "/api/v1/alarms")["items"]
    return found
