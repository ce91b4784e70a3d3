"""R11: full disks, databases that go away and come back, pools that are exhausted: words and 503, and nothing lost."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from backend.db import Database, Limits, parse_url
from bot.app import prepare
from bot.contract.errors import Unavailable
from bot.settings import Settings
from intents.understand import Embedded
from tests.bot.work.station import PATIENCE_SECONDS, until
from tests.faults.verdicts import Length, Verdict
from tests.load.process import ROOT
from tests.postgres import Postgres, name_of, start
from tests.resident import Answer, Resident

CRY = "救命，我摔倒了起不来"
ROOM_MB = 4


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes; only root may mount one."""
    if os.geteuid() != 0:
        pytest.skip("a small disk is mounted by root only")
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM_MB}m", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def _stored(one: Resident) -> list[str]:
    return [event["text"] for event in one.tracker()["events"] if event["event"] == "user"]


def _refused(answer: Answer, response: object = None) -> bool:
    """503 with words for the resident."""
    return answer.status == 503 and bool(answer.text.strip())


def test_r11_a_full_disk(
    prepared: Settings, interpreter: Embedded, small_disk: Path, tmp_path: Path, verdict: Verdict
) -> None:
    """A fresh estate takes half of such a disk, something else a quarter: a little talk fills it."""
    shutil.copy(prepared.database_url.removeprefix("sqlite:///"), small_disk / "linli.db")
    filler = small_disk / "filler"
    filler.write_bytes(bytes(1_000_000))
    url = f"sqlite:///{small_disk / 'linli.db'}"
    settings = prepared.model_copy(update={"database_url": url, "media_path": tmp_path / "media"})
    one = Resident(settings, interpreter, "li-na")
    try:
        before = one.say("厨房水龙头漏水", message_id="m-0")
        assert before.status == 200
        acknowledged, full = ["厨房水龙头漏水"], None
        for number in range(1, 400):
            said = f"不对，是{number % 20 + 1}栋1单元101"
            answer = one.say(said, message_id=f"m-{number}")
            if answer.status != 200:
                full = answer
                break
            acknowledged.append(said)
        assert full is not None
        cry, stored = one.say(CRY, message_id="sos"), _stored(one)
        filler.unlink()
        after = one.say("3栋2单元501", message_id="after")
        kept = _stored(one)[: len(acknowledged)]
    finally:
        one.close()
    good = _refused(full) and "120" in cry.text and stored == acknowledged == kept and after.status == 200
    measured = f"{full.status} with words, {len(stored)} of {len(acknowledged)} acknowledged stand, reads go on"
    verdict("R11", f"SQLite on a full disk of {ROOM_MB} MB", measured, good=good)


def test_r11_a_file_that_can_only_be_read(prepared: Settings, small_disk: Path, verdict: Verdict) -> None:
    shutil.copy(prepared.database_url.removeprefix("sqlite:///"), small_disk / "linli.db")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    command = ["env", f"LINLI_DATABASE_URL=sqlite:///{small_disk / 'linli.db'}", sys.executable, "-m", "bot", "serve"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    lines = done.stderr.strip().splitlines()
    good = done.returncode == 2 and len(lines) == 1 and "cannot be used" in lines[0]
    verdict("R11", "SQLite on a disk that can only be read", "one line, and nothing is served", good=good)


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server that a test may stop."""
    server = start()
    yield server
    if server.server.get_pid() is not None:
        server.stop()


def test_r11_postgresql_is_away_and_comes_back(
    prepared: Settings, interpreter: Embedded, own_postgres: Postgres, tmp_path: Path, verdict: Verdict
) -> None:
    url = own_postgres.create()
    settings = prepared.model_copy(update={"database_url": url, "media_path": tmp_path / "media"})
    prepare(settings)
    one = Resident(settings, interpreter, "li-na")
    try:
        assert one.say("厨房水龙头漏水", message_id="m-1").status == 200
        own_postgres.control("stop", "-m", "immediate")
        began = time.monotonic()
        cry = one.say(CRY, message_id="sos")
        until_told = time.monotonic() - began
        away = one.say("是", message_id="m-2")
        header = one.request("POST", "/webhooks/rest/webhook", json={"sender": "li-na", "message": "是"}).headers
        ready = one.request("GET", "/readyz").status_code
        own_postgres.control("start", "-o", f'-h "" -k {own_postgres.server.pgdata}')
        began = time.monotonic()
        back = one.say("是", message_id="m-2")
        recovery = time.monotonic() - began
        cases = one.items("cases")
    finally:
        one.close()
    good = _refused(away) and "120" in cry.text and "retry-after" in header and ready == 503
    good = good and back.status == 200 and len(cases) == 1
    measured = f"503 with words, an alarm told to dial after {until_told:.1f} s, back after {recovery:.1f} s"
    quick = until_told <= 10 and recovery <= 5
    verdict("R11", "PostgreSQL stopped at once, started again", measured, good=good, quick=quick)


_STORED = (
    'SELECT a."user", count(*), count(DISTINCT m.external_id) FROM message m JOIN conversation c '
    "ON c.id = m.conversation_id JOIN address a ON a.id = c.address_id WHERE a.\"user\" LIKE 'load-%' GROUP BY 1"
)


def test_r11_restarts_under_load(
    prepared: Settings,
    interpreter: Embedded,
    own_postgres: Postgres,
    tmp_path: Path,
    length: Length,
    verdict: Verdict,
) -> None:
    """Residents write all the while; what was acknowledged is there in the end, each once."""
    url, restarts = own_postgres.create(), length(1, 5)
    settings = prepared.model_copy(update={"database_url": url, "media_path": tmp_path / "media"})
    prepare(settings)
    one = Resident(settings, interpreter, "li-na")
    over, gaps, told = threading.Event(), [0.0], [0] * 4

    def everybody_was_heard_again() -> None:
        before = list(told)
        until(lambda: all(now > then for now, then in zip(told, before, strict=True)))

    def restart() -> None:
        for _ in range(restarts):
            everybody_was_heard_again()
            time.sleep(0.5)
            own_postgres.again()
        everybody_was_heard_again()
        over.set()

    async def talk(who: int) -> None:
        last = time.monotonic()
        while not over.is_set():
            metadata = {"message_id": f"m-{told[who]}"}
            body = {"sender": f"load-{who}", "message": f"no, gate {told[who]}", "metadata": metadata}
            response = await one.http.post("/webhooks/rest/webhook", json=body)
            if response.status_code == 200:
                gaps[0] = max(gaps[0], time.monotonic() - last)
                told[who], last = told[who] + 1, time.monotonic()
            else:
                assert response.status_code == 503, response.text
                await asyncio.sleep(0.1)

    async def everybody() -> None:
        await asyncio.gather(*(talk(who) for who in range(len(told))))

    thread = threading.Thread(target=restart)
    thread.start()
    try:
        one.loop.run_until_complete(everybody())
        thread.join()
    finally:
        one.close()
    stored = {user: (rows, ids) for user, rows, ids in own_postgres.run(_STORED, name_of(url))}
    lost = sum(max(0, told[n] - stored[f"load-{n}"][1]) for n in range(4))
    doubled = sum(rows - ids for rows, ids in stored.values())
    measured = f"{lost} of {sum(told)} acknowledged lost, {doubled} doubled, longest wait {gaps[0]:.1f} s"
    good = lost == 0 and doubled == 0 and min(told) > 0
    done = f"PostgreSQL restarted at once {restarts} times under load"
    verdict("R11", done, measured, good=good, quick=gaps[0] <= 10)


def test_r11_an_exhausted_pool_is_no_hang(postgres: Postgres, template: str, verdict: Verdict) -> None:
    url = postgres.create(template)
    db = Database(parse_url(url), Limits(writers=2, readers=2, wait=0.5))
    inside, gate = threading.Barrier(3), threading.Event()

    def occupy(connection: Connection) -> bool:
        inside.wait(PATIENCE_SECONDS)
        return gate.wait(PATIENCE_SECONDS)

    async def crowded() -> tuple[float, float]:
        began = time.monotonic()
        with pytest.raises(Unavailable, match="busy"):
            await db.write(lambda c: None)
        refused = time.monotonic() - began
        began = time.monotonic()
        assert await db.write(lambda c: c.execute(text("SELECT 1")).scalar_one(), urgent=True) == 1
        assert await db.read(lambda c: c.execute(text("SELECT 2")).scalar_one()) == 2
        return refused, time.monotonic() - began

    blocking = [db.submit(occupy) for _ in range(2)]
    inside.wait(PATIENCE_SECONDS)
    refused, others = asyncio.run(crowded())
    still = not any(one.done() for one in blocking)
    gate.set()
    freed = all(one.result(PATIENCE_SECONDS) for one in blocking)
    db.close()
    postgres.drop(url)
    measured = f"refused after {refused:.1f} s; an alarm and a reading took {others:.2f} s meanwhile"
    quick = refused < 2.0 and others < 2.0
    verdict("R11", "all connections busy until all of that was over", measured, good=still and freed, quick=quick)
