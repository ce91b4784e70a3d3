"""The programs of backend/api/README.md are taken from there and run against an app that is served."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from standardwebhooks import Webhook

from backend import instant
from backend.services.webhook_secrets import new_secret
from tests.backend.climbing import ONE
from tests.conftest import MakeResident
from tests.load.line import HOST

pytestmark = ONE
PAGE = Path(__file__).resolve().parents[2] / "backend" / "api" / "README.md"
BODY = '{"type": "case.created", "data": {"number": "R-20261127-0001"}}'
# How each is run, and how it says what came of the last two blocks.
RUN = {
    "bash": (["bash", "-eu"], "yes", "no", "filed once: R-", "1"),
    "python": ([sys.executable, "-"], "True", "False", "filed: R-", "True"),
    "javascript": (["node", "--input-type=module"], "true", "false", "filed: R-", "true"),
}


def program(language: str) -> str:
    """All blocks of a language, in their order."""
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S)
    assert len(blocks) == 5, language
    return "\n".join(blocks)


@pytest.fixture
def url(resident: MakeResident) -> Iterator[str]:
    one = resident()
    for words in ("家里水管爆了，3栋2单元501", "电梯里的灯坏了"):
        one.say(words)
    door = socket.create_server((HOST, 0))
    server = uvicorn.Server(uvicorn.Config(one.app, lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run, args=([door],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://{HOST}:{door.getsockname()[1]}"
    server.should_exit = True
    thread.join(60)
    door.close()


def test_every_program_does_what_the_page_says(url: str) -> None:
    secret, at = new_secret(), instant.now()
    webhook = {"ID": "msg_1", "TIMESTAMP": str(int(at.timestamp())), "BODY": BODY}
    webhook["SIGNATURE"] = f"v1,b2xk {Webhook(secret).sign('msg_1', at, BODY)}"
    here = {f"WEBHOOK_{name}": value for name, value in webhook.items()}
    environment = {"PATH": os.environ["PATH"], "LINLI_URL": url, "LINLI_SECRET": secret, **here}
    for language, (command, yes, no, filed, free) in RUN.items():
        done = subprocess.run(
            command, input=program(language), env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"{language}: {done.stderr}"
        lines = done.stdout.splitlines()
        assert lines[0].startswith(filed), language
        # The case that was filed is on the first of several pages.
        number = lines[0].split()[-1]
        assert sum("R-" in line for line in lines[1:-3]) >= 2, language
        assert number in lines[1], language
        assert lines[-3] == f"booked: 201, taken by then: 409, something else is free: {free}", language
        assert lines[-2] == "moved: 200, somebody was faster: 412", language
        assert lines[-1] == f"signed: {yes}, changed on the way: {no}", language
