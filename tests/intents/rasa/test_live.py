"""The real Rasa: installed from its lock, validating and trained on our sentences, talked to as in service.

`make test-rasa` runs this; elsewhere it is skipped, for it fetches 600 MB and trains for minutes.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot import configure as configuration
from bot.contract.messages import Address, InboundMessage, Kind
from intents.exam.held_out import sentences
from intents.rasa import project, scores
from intents.rasa.environment import MISSING, Environment, find_python
from intents.rasa.interpreter import Rasa
from intents.rasa.sidecar import Sidecar
from intents.understand import Embedded
from tests.evaluate.engines import NOW
from tests.intents.rasa.record import ORDER, WRONG

ASKED = os.environ.get("LINLI_TEST_RASA", "")
PYTHON = "" if ASKED == "yes" else ASKED
PORT = 5135
pytestmark = pytest.mark.skipif(not ASKED, reason="the real Rasa is tested by make test-rasa")


@pytest.fixture(scope="module")
def sidecar(tmp_path_factory: pytest.TempPathFactory) -> Sidecar:
    if find_python(PYTHON) is None:
        pytest.skip(MISSING)
    environment = Environment(configuration.load().rasa_path / "environment")
    environment.install(print, PYTHON)
    made = Sidecar(environment, tmp_path_factory.mktemp("rasa"))
    # Every third sentence: the way is proved, the figures are the evaluation's.
    made.write(rows=project.examples()[::3])
    return made


@pytest.fixture(scope="module")
def served(sidecar: Sidecar) -> Iterator[str]:
    sidecar.train()
    with sidecar.served(PORT) as url:
        yield url


def test_rasa_accepts_all_our_sentences(sidecar: Sidecar, tmp_path: Path) -> None:
    project.write(tmp_path, project.examples(), project.FOLDER / "config.yml")
    whole = Sidecar(sidecar.environment, tmp_path)
    complaints = whole.validate()
    # A sentence may stand under two intents by mistake; never a broken mark, a lost entity or an empty intent.
    assert [line for line in complaints if "multiple different intents" not in line] == []


def test_it_understands_what_it_was_not_taught(served: str, sidecar: Sidecar, interpreter: Embedded) -> None:
    found = sidecar.read_scores(served, rows=project.examples()[::3])
    assert scores.load(sidecar.folder) == found
    counted: list[str] = []
    rasa = Rasa(interpreter, served, found, lambda _, outcome: counted.append(outcome))
    held = sentences()[::5]

    async def talk() -> list[str]:
        said = []
        for one in held:
            message = InboundMessage("m", Address("rest", "a"), Kind.TEXT, NOW, text=one.text)
            said.append((await rasa.advise(message, interpreter.understand(message))).intent)
        await rasa.close()
        return said

    right = [intent == one.intent for intent, one in zip(asyncio.run(talk()), held, strict=True)]
    assert sum(right) / len(right) > 0.7
    assert set(counted) == {"answered"}


def test_its_answers_still_have_the_shape_that_was_recorded(served: str) -> None:
    with httpx.Client(base_url=served, trust_env=False, timeout=30) as client:
        body = client.post("/model/parse", json={"text": "水管爆了"}).json()
        assert {"text", "intent", "entities", "intent_ranking"} <= set(body)
        assert set(body["intent"]) == {"name", "confidence"}
        assert client.post("/model/parse", json={"text": ORDER}).json()["intent"]["name"] == "trigger_sos"
        for wrong in WRONG:
            assert client.post("/model/parse", content=wrong).status_code == 500
