"""R12: slow, cut and silent networks to everything outside: nothing is lost, and nothing hangs when they are well."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.settings import IntentSettings, LanguageModelSettings, RasaSettings, Settings
from intents.rasa.scores import Scores, save
from intents.understand import Embedded
from tests.bot.work.station import Station, until
from tests.fakes.network import Network, between
from tests.fakes.receiver import Receiver
from tests.fakes.server import Told, serving
from tests.faults.verdicts import Length, Verdict
from tests.postgres import Postgres, name_of
from tests.resident import Resident

CRY = "救命，我摔倒了起不来"
ASK = "what colour is the kitchen thingummy tomorrow"
WELL_SECONDS = 60.0
# In a network that swallows everything a resident hears in so many seconds when to ask again.
HEARD_SECONDS = 5.0
CROWD = 4
TROUBLES = ("slow", "cut", "hole")


@contextmanager
def _troubled(network: Network, kind: str, seconds: float, length: Length, every: int = 10) -> Iterator[None]:
    """+300 ms there and back, every so many pieces one resets its connection, or silence for so many seconds."""
    network.cuts = 0
    network.delay = length(0.03, 0.15) if kind == "slow" else 0.0
    network.cut_every = every if kind == "cut" else 0
    if kind == "hole":
        network.silence()
    timer = threading.Timer(seconds, network.speak)
    timer.start()
    yield
    timer.join()
    network.delay, network.cut_every = 0.0, 0


def _seconds(kind: str, length: Length, to: str = "") -> float:
    """In a hole somebody has to be told before it ends: that takes seconds."""
    return length(7.0 if kind == "hole" and to == "PostgreSQL" else 1.0, 30.0 if kind == "hole" else 8.0)


def _well(true: Callable[[], bool]) -> float:
    """Seconds until it is; nothing may be stuck for longer than a minute."""
    return until(true, WELL_SECONDS)


@dataclass(slots=True)
class Met:
    """told: acknowledged messages of each sender; again: sent more than once; when_to_ask: refusals that said so;
    slowest: seconds of one try."""

    told: dict[str, int] = field(default_factory=dict)
    again: int = 0
    when_to_ask: int = 0
    slowest: float = 0.0
    odd: list[str] = field(default_factory=list)


async def _talk(one: Resident, sender: str, words: str, over: threading.Event, met: Met) -> None:
    """Each message until it is acknowledged, then the next, as long as the trouble lasts; one at least."""
    number = 0
    while number == 0 or not over.is_set():
        body = {"sender": sender, "message": f"{words} {number}", "metadata": {"message_id": f"m-{number}"}}
        began = time.monotonic()
        response = await one.http.post("/webhooks/rest/webhook", json=body, timeout=90)
        met.slowest = max(met.slowest, time.monotonic() - began)
        if response.status_code == 200:
            number += 1
            met.told[sender] = number
        else:
            met.again += 1
            met.when_to_ask += "retry-after" in response.headers
            if response.status_code != 503:
                met.odd.append(f"{response.status_code}: {response.text[:200]}")
            await asyncio.sleep(0.1)


async def _crowd(one: Resident, kind: str, seconds: float, met: Met, words: str = "no, gate") -> None:
    over = threading.Event()
    asyncio.get_running_loop().call_later(seconds, over.set)
    await asyncio.gather(*(_talk(one, f"net-{kind}-{n}", words, over, met) for n in range(CROWD)))


def _stored(postgres: Postgres, url: str, kind: str) -> dict[str, tuple[int, int]]:
    """Rows and different ids of each sender."""
    rows = postgres.run(
        'SELECT a."user", count(*), count(DISTINCT m.external_id) FROM message m JOIN conversation c '
        'ON c.id = m.conversation_id JOIN address a ON a.id = c.address_id WHERE a."user" LIKE %s GROUP BY 1',
        name_of(url),
        f"net-{kind}-%",
    )
    return {user: (count, ids) for user, count, ids in rows}


def test_r12_postgresql(
    postgres: Postgres,
    template: str,
    prepared: Settings,
    interpreter: Embedded,
    tmp_path: Path,
    length: Length,
    verdict: Verdict,
) -> None:
    url = postgres.create(template)
    socket = Path(str(postgres.server.get_postmaster_info().socket_dir)) / ".s.PGSQL.5432"
    with between(socket) as network:
        through = f"postgresql://postgres@127.0.0.1:{network.port}/{name_of(url)}"
        settings = prepared.model_copy(update={"database_url": through, "media_path": tmp_path / "media"})
        one = Resident(settings, interpreter, "li-na")
        try:
            assert one.say("厨房水龙头漏水", message_id="m-1").status == 200
            for kind in TROUBLES:
                met, seconds = Met(), _seconds(kind, length, "PostgreSQL")
                with _troubled(network, kind, seconds, length, 100):
                    began = time.monotonic()
                    cry = one.say(CRY, sender=f"sos-{kind}", message_id="sos")
                    until_told = time.monotonic() - began
                    one.loop.run_until_complete(_crowd(one, kind, seconds, met))
                well = _well(lambda: one.say("是", message_id="m-2").status == 200)
                well += _well(lambda: one.app.state.desk.db.waiting == 0)
                stored = _stored(postgres, url, kind)
                lost = sum(max(0, told - stored.get(sender, (0, 0))[1]) for sender, told in met.told.items())
                doubled = sum(count - ids for count, ids in stored.values())
                done = f"PostgreSQL, network {kind} for {seconds:.0f} s ({network.cuts} connections cut)"
                measured = (
                    f"{lost} of {sum(met.told.values())} lost, {doubled} doubled, {met.again} sent again, longest "
                    f"answer {met.slowest:.1f} s, an alarm's sender was told after {until_told:.1f} s, nothing waits "
                    f"any more {well:.1f} s after" + "".join(met.odd[:1])
                )
                good = not (lost or doubled or met.odd) and len(met.told) == CROWD
                good = good and (cry.status == 200 or "120" in cry.text) and met.when_to_ask == met.again
                heard = kind != "hole" or met.slowest <= HEARD_SECONDS
                verdict("R12", done, measured, good=good, quick=until_told <= 10 and heard)
        finally:
            one.close()
            postgres.drop(url)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_r12_webhooks(station: Station, receiver: Receiver, length: Length, verdict: Verdict) -> None:
    pace = length(0.1, 0.25)
    with between(receiver.port) as network, station.running():
        station.endpoint(f"http://127.0.0.1:{network.port}/hook")
        for kind in TROUBLES:
            before, arrived, seconds = len(station.rows()), len(receiver.calls), _seconds(kind, length)
            with _troubled(network, kind, seconds, length):
                over = time.monotonic() + seconds
                while time.monotonic() < over:
                    station.happen()
                    time.sleep(pace)
            well = _well(lambda: {row.state for row in station.rows()} == {"sent"})
            ids, came = {row.body["id"] for row in station.rows()[before:]}, [c.id for c in receiver.calls[arrived:]]
            lost = len(ids - set(came))
            done = f"webhooks, network {kind} for {seconds:.0f} s ({network.cuts} connections cut)"
            measured = (
                f"{lost} of {len(ids)} lost, {len(came) - len(ids)} came again under their id, all settled "
                f"{well:.1f} s after"
            )
            verdict("R12", done, measured, good=lost == 0 and len(ids) > 0)


def _advised(which: str, port: int, settings: Settings, folder: Path) -> tuple[Settings, Told]:
    """A desk that asks this advisor at this port, and what the advisor says to everything."""
    url = f"http://127.0.0.1:{port}"
    if which == "rasa":
        save(Scores(1.0, 1.0, 0.5, 0.5), folder)
        intents = IntentSettings(engine="rasa", rasa=RasaSettings(url=url))
        best = {"name": "report_repair", "confidence": 0.97}
        said: dict[str, Any] = {"intent": best, "entities": [], "intent_ranking": [best]}
    else:
        intents = IntentSettings(language_model=LanguageModelSettings(enabled=True, url=f"{url}/v1", model="any"))
        command = json.dumps({"command": "clarify", "flows": ["pay_fees", "report_repair"]})
        said = {"choices": [{"message": {"role": "assistant", "content": command}}]}
    return settings.model_copy(update={"intents": intents, "rasa_path": folder}), Told(json.dumps(said).encode())


@pytest.mark.parametrize("which", ["rasa", "language_model"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_r12_advisors(
    which: str, fresh: Settings, interpreter: Embedded, tmp_path: Path, length: Length, verdict: Verdict
) -> None:
    """Whoever waits for advice is answered without it; whoever cries waits for nobody."""
    with serving() as server, between(int(server.url.rsplit(":", 1)[1])) as network:
        settings, server.always = _advised(which, network.port, fresh, tmp_path)
        one = Resident(settings, interpreter, "li-na")
        try:
            for kind in TROUBLES:
                met, seconds = Met(), _seconds(kind, length)
                with _troubled(network, kind, seconds, length):
                    began = time.monotonic()
                    cry = one.say(CRY, sender=f"sos-{kind}")
                    until_told = time.monotonic() - began
                    one.loop.run_until_complete(_crowd(one, kind, seconds, met, ASK))
                asked = len(server.asked)
                well = _well(lambda asked=asked: _asks_again(one, server.asked, asked))  # type: ignore[misc]  # bound now
                name = {"rasa": "Rasa", "language_model": "a language model"}[which]
                done = f"{name}, network {kind} for {seconds:.0f} s ({network.cuts} connections cut)"
                measured = (
                    f"{sum(met.told.values())} answered, {met.again} refused, longest {met.slowest:.1f} s, an alarm "
                    f"after {until_told:.2f} s, asked again {well:.1f} s after"
                )
                good = met.again == 0 and len(met.told) == CROWD and cry.status == 200
                verdict("R12", done, measured, good=good, quick=met.slowest <= 7 and until_told <= 1)
        finally:
            for advisor in one.app.state.desk.advisors:
                one.loop.run_until_complete(advisor.close())
            one.close()


def _asks_again(one: Resident, asked: list[Any], before: int) -> bool:
    assert one.say(ASK, sender="last").status == 200
    return len(asked) > before
