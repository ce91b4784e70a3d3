"""R4: every recorded payload, replayed three times and out of order, leaves the same state and no extra reply."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

import channels
from bot.settings import Settings
from intents.understand import Embedded
from tests.conftest import MakeResident
from tests.faults.verdicts import Length, Verdict
from tests.resident import Resident

FOLDER = Path(channels.__path__[0])
TOKEN = "A" * 40
Payload = tuple[str, dict[str, str], bytes]
COPIES = 3


@pytest.fixture
def database_url(prepared: Settings, tmp_path: Path) -> str:
    """SQLite only: these tests read the file itself."""
    shutil.copy(prepared.database_url.removeprefix("sqlite:///"), tmp_path / "linli.db")
    return f"sqlite:///{tmp_path / 'linli.db'}"


def _recorded() -> list[Payload]:
    """(path, headers, body) of every fixture of the channels that are on; each from a sender of its own, with the id
    that its vendor gives it: a payload without one is a new message each time, and says so."""
    found: list[Payload] = []
    for path in sorted(FOLDER.glob("rest/fixtures/*.json")):
        data = json.loads(path.read_bytes())
        metadata = {**(data.get("metadata") or {}), "message_id": path.stem}
        body = {**data, "sender": f"r4-{path.stem}", "metadata": metadata}
        found.append(("/webhooks/rest/webhook", {}, json.dumps(body).encode()))
    for number, path in enumerate(sorted(FOLDER.glob("web/fixtures/*.json"))):
        if not path.stem.startswith(("refused__", "photo__")):
            headers = {"Authorization": f"Bearer {TOKEN}{number}"}
            found.append(("/channels/web/sunshine/messages", headers, path.read_bytes()))
    return found


async def _post(one: Resident, payload: Payload) -> httpx.Response:
    path, headers, body = payload
    return await one.http.post(path, headers={**headers, "content-type": "application/json"}, content=body)


def _state(one: Resident) -> dict[str, list[tuple[Any, ...]]]:
    """What residents and staff would see, without times and ids."""
    who = "conversation c JOIN address a ON a.id = c.address_id"
    queries = {
        "conversations": f"SELECT a.user, c.language, c.seq, c.with_staff FROM {who}",  # noqa: S608 - ours
        "messages": f"SELECT a.user, m.external_id, m.text FROM {who} JOIN message m ON m.conversation_id = c.id",  # noqa: S608 - ours
        "replies": "SELECT user, in_reply_to, seq, kind FROM outbox",
        "cases": 'SELECT kind, state, location, details FROM "case"',
        "alarms": "SELECT reported_by, kind, state FROM alarm",
    }
    db = one.app.state.desk.db
    return {
        name: sorted(map(tuple, db.read_now(lambda c, query=query: c.exec_driver_sql(query).all())), key=repr)
        for name, query in queries.items()
    }


def test_r4_duplicates_and_disorder_change_nothing(resident: MakeResident, length: Length, verdict: Verdict) -> None:
    payloads = _recorded()
    one = resident()
    answers = {payload[2]: one.loop.run_until_complete(_post(one, payload)).content for payload in payloads}
    calm = _state(one)
    rounds = length(2, 20)
    wrong = 0
    for seed in range(rounds):
        dice = random.Random(seed)  # noqa: S311 - an order, no secret
        storm = dice.sample(payloads * COPIES, COPIES * len(payloads))

        async def replay(storm: list[Payload] = storm) -> list[httpx.Response]:
            return await asyncio.gather(*(_post(one, payload) for payload in storm))

        for payload, response in zip(storm, one.loop.run_until_complete(replay()), strict=True):
            wrong += response.status_code != 200
            wrong += payload[0].startswith("/webhooks") and response.content != answers[payload[2]]
    same = _state(one) == calm
    done = f"{len(payloads)} recorded payloads × {COPIES}, shuffled and at once, {rounds} rounds"
    state = "the same" if same else "ANOTHER"
    verdict("R4", done, f"{wrong} other answers, the state is {state}", good=same and not wrong)


def test_r4_disorder_from_the_first_message_on(
    resident: MakeResident, fresh: Settings, interpreter: Embedded, tmp_path: Path, verdict: Verdict
) -> None:
    """The duplicates arrive before anybody was answered: at a desk that never saw them."""
    shutil.copy(tmp_path / "linli.db", tmp_path / "stormy.db")
    calm, payloads = resident("calm"), _recorded()
    for payload in payloads:
        calm.loop.run_until_complete(_post(calm, payload))
    other = fresh.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'stormy.db'}"})
    stormy = Resident(other, interpreter, "stormy")
    assert _state(stormy) != _state(calm)
    dice = random.Random(4)  # noqa: S311 - an order, no secret
    storm = dice.sample(payloads * COPIES, COPIES * len(payloads))

    async def all_at_once() -> list[httpx.Response]:
        return await asyncio.gather(*(_post(stormy, payload) for payload in storm))

    statuses = {response.status_code for response in stormy.loop.run_until_complete(all_at_once())}
    same = _state(stormy) == _state(calm)
    stormy.close()
    done = f"{len(payloads)} recorded payloads × {COPIES}, shuffled, to a desk that never saw them"
    measured = f"statuses {sorted(statuses)}, rows {'as' if same else 'NOT as'} after one calm delivery"
    verdict("R4", done, measured, good=same and statuses == {200})
