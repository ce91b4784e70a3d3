"""Half a request: whoever holds the rest back is let go, whoever leaves is no fault of ours and no line in the log."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from bot.http import entry
from tests.conftest import MakeResident
from tests.resident import Resident


def _sent(one: Resident, *pieces: dict[str, Any] | None) -> list[dict[str, Any]]:
    """What the server answers to these pieces; None: nothing comes any more."""
    answered: list[dict[str, Any]] = []
    left = list(pieces)

    async def receive() -> dict[str, Any]:
        piece = left.pop(0) if left else None
        if piece is None:
            await asyncio.Event().wait()
        return piece or {}

    async def send(message: Any) -> None:
        answered.append(dict(message))

    scope = {"type": "http", "method": "POST", "path": "/webhooks/rest/webhook", "raw_path": b"/webhooks/rest/webhook"}
    scope |= {"query_string": b"", "headers": [(b"host", b"linli")], "http_version": "1.1", "scheme": "http"}
    one.loop.run_until_complete(one.app(scope, receive, send))
    return answered


BEGUN = {"type": "http.request", "body": b'{"sender": "a"', "more_body": True}


@pytest.fixture
def one(resident: MakeResident) -> Resident:
    return resident()


def test_who_holds_the_rest_back_is_let_go(one: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry, "PIECE_SECONDS", 0.01)
    assert _sent(one, BEGUN, None)[0]["status"] == 408


def test_who_leaves_is_no_fault(one: Resident, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert _sent(one, BEGUN, {"type": "http.disconnect"}) == []
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
