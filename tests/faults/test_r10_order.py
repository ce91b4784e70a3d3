"""R10: one conversation's messages are answered in their order by several workers, some of which are killed."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.verdicts import Length, Verdict
from tests.load.line import Line, parsed
from tests.load.process import PRODUCT, ROOT, Server, copy_model, served
from tests.postgres import Postgres, name_of

WEBHOOK = "/webhooks/rest/webhook"
PATIENCE = 90.0


@dataclass(slots=True)
class Met:
    """killed: workers; again: messages sent more than once; wrong: answers that were another message's."""

    killed: int = 0
    again: int = 0
    answered: int = 0
    wrong: list[str] = field(default_factory=list)


def _said(number: int) -> str:
    return "the lamp at gate 1 is out" if number == 1 else f"no, gate {number}"


async def _talk(port: int, sender: str, messages: int, met: Met) -> None:
    """Each message after the answer to the one before; what gets no answer is sent again with the same id."""
    async with Line(port, WEBHOOK) as line:
        for number in range(1, messages + 1):
            metadata = {"message_id": f"m-{number}", "locale": "en"}
            body = json.dumps({"sender": sender, "message": _said(number), "metadata": metadata}).encode()
            status, raw, tries = 0, b"", 0
            async with asyncio.timeout(PATIENCE):
                while status != 200:
                    try:
                        status, raw = await line.post(body)
                    except (OSError, EOFError, TimeoutError):
                        await line.hang_up()
                    tries += 1
                    if status != 200:
                        await asyncio.sleep(0.2)
            met.again += tries > 1
            met.answered += 1
            # The read-back shows the place of this message, of none before it and none after it.
            if not re.search(rf"gate {number}(?!\d)", str(parsed(raw))):
                met.wrong.append(f"{sender} m-{number}: {raw[:200]!r}")


async def _kill(server: Server, messages: int, kills: int, met: Met) -> None:
    """Spread over the whole load, and each time somebody else."""
    dice = random.Random(kills)  # noqa: S311 - whom to kill, no secret
    while met.killed < kills:
        await asyncio.sleep(0.01)
        crew = server.crew()
        if crew and met.answered >= messages * (met.killed + 1) // (kills + 1):
            os.kill(dice.choice(crew), signal.SIGKILL)
            met.killed += 1


async def _everybody(server: Server, talks: int, messages: int, kills: int) -> Met:
    met = Met()
    killer = asyncio.create_task(_kill(server, talks * messages, kills, met))
    at_once = asyncio.Semaphore(64)

    async def one(number: int) -> None:
        async with at_once:
            await _talk(server.port, f"order-{number}", messages, met)

    await asyncio.gather(*(one(number) for number in range(talks)))
    killer.cancel()
    return met


def disorder(postgres: Postgres, url: str, messages: int) -> tuple[int, int]:
    """Conversations whose stored messages are not 1, 2, 3 … in this order, and how many there are in all."""
    rows = postgres.run(
        "SELECT string_agg(m.external_id, ',' ORDER BY m.seq) FROM message m "
        "JOIN conversation c ON c.id = m.conversation_id JOIN address a ON a.id = c.address_id "
        "WHERE a.\"user\" LIKE 'order-%' GROUP BY c.id",
        name_of(url),
    )
    wanted = ",".join(f"m-{number}" for number in range(1, messages + 1))
    return sum(row[0] != wanted for row in rows), len(rows)


def _counted(server: Server) -> float:
    """Messages, as whichever worker takes this connection tells."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=90) as response:
        lines = response.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("linli_messages_total{"))


def test_r10_order_on_several_workers_that_are_killed(
    postgres: Postgres, template: str, tmp_path: Path, length: Length, verdict: Verdict
) -> None:
    talks, messages, workers, kills = length(12, 500), length(6, 20), length(2, 4), length(1, 12)
    copy_model(ROOT / "data" / "model", tmp_path / "model")
    url = postgres.create(template)
    try:
        with served((*PRODUCT, "--workers", str(workers)), tmp_path, "crew", url) as server:
            met = asyncio.run(_everybody(server, talks, messages, kills))
            counted = {_counted(server) for _ in range(4 * workers)}
        wrong, stored = disorder(postgres, url, messages)
    finally:
        postgres.drop(url)
    done = f"{talks} talks of {messages} messages on {workers} workers, {met.killed} killed, {met.again} sent again"
    measured = f"{wrong} talks out of order, {len(met.wrong)} answers of another message" + "".join(met.wrong[:1])
    # Whoever is asked tells of all, those that were killed included.
    whole_numbers = len(counted) == 1 and min(counted) >= talks * messages
    measured += f"; /metrics of any worker: {', '.join(f'{n:.0f}' for n in sorted(counted))} messages"
    whole = whole_numbers and stored == talks and met.answered == talks * messages and met.killed > 0
    verdict("R10", done, measured, good=whole and wrong == 0 and not met.wrong)


def test_r10_the_checker_sees_disorder(postgres: Postgres, template: str) -> None:
    """Two messages that changed their places are noticed."""
    url = postgres.create(template)
    name = name_of(url)
    (community,) = postgres.run("SELECT id FROM community LIMIT 1", name)[0]
    postgres.run(
        'INSERT INTO address (id, community_id, channel, account, "user") '
        "VALUES (900, %s, 'rest', 'demo', 'order-1')",
        name,
        community,
    )
    postgres.run(
        "INSERT INTO conversation (id, community_id, address_id, state, seq, with_staff, updated_at) "
        "VALUES (900, %s, 900, '{}', 0, false, now())",
        name,
        community,
    )
    for seq, key in ((1, "m-2"), (2, "m-1")):
        postgres.run(
            "INSERT INTO message (conversation_id, external_id, seq, kind, text, received_at) "
            "VALUES (900, %s, %s, 'text', '', now())",
            name,
            key,
            seq,
        )
    assert disorder(postgres, url, 2) == (1, 1)
    postgres.drop(url)
