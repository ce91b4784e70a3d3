"""A second thought from outside on its way through the whole product: in order, counted, and never before an alarm."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import configure as configuration
from bot.app import open_desk
from bot.contract.errors import Misconfigured
from bot.settings import IntentSettings, RasaSettings, Settings
from intents.rasa.scores import Scores, save
from intents.understand import Embedded
from tests.fakes.server import Server, serving
from tests.resident import Resident

Ask = Callable[..., Resident]


def parsed(name: str, score: float = 0.97) -> dict[str, Any]:
    best = {"name": name, "confidence": score}
    return {"intent": best, "entities": [], "intent_ranking": [best]}


@pytest.fixture
def rasa() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def one(fresh: Settings, interpreter: Embedded, rasa: Server, tmp_path: Path) -> Iterator[Resident]:
    save(Scores(1.0, 1.0, 0.5, 0.5), tmp_path)
    intents = IntentSettings(engine="rasa", rasa=RasaSettings(url=rasa.url))
    ours = fresh.model_copy(update={"intents": intents, "rasa_path": tmp_path})
    made = Resident(ours, interpreter, "li-na")
    yield made
    for advisor in made.app.state.desk.advisors:
        made.loop.run_until_complete(advisor.close())
    made.close()


def numbers(one: Resident) -> str:
    return str(one.request("GET", "/metrics").text)


def test_rasa_decides_what_is_wanted(one: Resident, rasa: Server) -> None:
    rasa.tell(parsed("report_repair"))
    assert "?" in one.say("some information about this and that please").text
    assert one.tracker()["active_loop"]["name"] == "report_repair"
    assert 'linli_advice_total{advisor="rasa",outcome="answered"} 1.0' in numbers(one)


def test_parse_shows_what_residents_get(one: Resident, rasa: Server) -> None:
    rasa.tell(parsed("vote"))
    body = one.request("POST", "/model/parse", json={"text": "some information about this and that please"}).json()
    assert body["intent"]["name"] == "vote"
    assert body["danger"]["level"] == "none"


def test_without_rasa_everything_goes_on(one: Resident, rasa: Server) -> None:
    rasa.close()
    assert "R-" in one.say("水管爆了，3栋2单元501").text
    assert 'linli_advice_total{advisor="rasa",outcome="unreachable"} 1.0' in numbers(one)


def test_an_alarm_does_not_wait_for_a_rasa_that_stalls(one: Resident, rasa: Server) -> None:
    """By the order of the answers: how long each takes is the machine's affair."""
    rasa.always = None
    rasa.tell(parsed("report_repair"), wait=1.5)

    async def both() -> bool:
        slow = asyncio.create_task(_say(one, "水龙头坏了"))
        while not rasa.asked:
            await asyncio.sleep(0.01)
        await _say(one, "救命，我摔倒了起不来")
        waits = not slow.done()
        await slow
        return waits

    assert one.loop.run_until_complete(both()), "the alarm was answered after what waits for advice"
    assert len(one.items("alarms")) == 1
    assert len(rasa.asked) == 1


async def _say(one: Resident, text: str, **metadata: Any) -> Any:
    body = {"sender": one.sender, "message": text, "metadata": metadata}
    return (await one.http.post("/webhooks/rest/webhook", json=body)).json()


def test_a_quick_message_does_not_overtake_a_slow_one(one: Resident, rasa: Server) -> None:
    rasa.tell(parsed("report_repair"), wait=0.6)

    async def both() -> None:
        first = asyncio.create_task(_say(one, "厨房水龙头坏了"))
        await asyncio.sleep(0.1)
        # Nothing to think twice about in digits: alone, they would be through at once.
        await asyncio.gather(first, _say(one, "12"))

    one.loop.run_until_complete(both())
    said = [event["text"] for event in one.tracker()["events"] if event["event"] == "user"]
    assert said == ["厨房水龙头坏了", "12"]
    assert one.app.state.desk.turns._lines == {}


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        ("intents:\n  engine: watson\n", "2", "embedded"),
        ("intents:\n  rasa: {url: 'http://rasa.example:5005'}\n", "2", "https"),
        ("intents:\n  rasa: {url: 'file:///x'}\n", "2", "https"),
        ("intents:\n  language_model: {enabled: true}\n", "2", "name the language model"),
        ("intents:\n  language_model: {url: 'http://192.0.2.1/v1'}\n", "2", "https"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line(tmp_path: Path, lines: str, line: str, reason: str) -> None:
    path = tmp_path / "config.yml"
    rest = "communities:\n  a: {names: {en: A}, timezone: UTC, emergency: {}}\n"
    path.write_text(lines + rest, encoding="utf-8")
    with pytest.raises(Misconfigured, match=reason) as caught:
        configuration.load({"LINLI_CONFIG": str(path)})
    assert f":{line}:" in str(caught.value)


def test_rasa_without_scores_says_what_to_run(fresh: Settings, interpreter: Embedded, tmp_path: Path) -> None:
    ours = fresh.model_copy(update={"intents": IntentSettings(engine="rasa"), "rasa_path": tmp_path})
    with pytest.raises(Misconfigured, match="make rasa"):
        open_desk(ours, interpreter)
