"""Rasa as a second thought: recorded answers are read as ours, and nothing it does wrong reaches a resident."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.contract.messages import Address, InboundMessage, Kind
from bot.contract.understanding import Danger, Understanding
from intents.breaker import REST, Breaker
from intents.rasa.answers import read
from intents.rasa.interpreter import Rasa
from intents.rasa.scores import Scores, fit, load, save
from intents.rasa.text import for_rasa
from intents.understand import Embedded
from tests.fakes.server import Server, serving

NOW = datetime.fromisoformat("2026-11-20T09:30:00+08:00")
RECORDED = json.loads((Path(__file__).resolve().parent / "answers.json").read_text(encoding="utf-8"))
SPOKEN = [one for one in RECORDED if one.get("text") and one["status"] == 200]
SCORES = Scores(1.0, 1.0, 0.5, 0.5)
SHORT = 0.5


def message(text: str, **more: Any) -> InboundMessage:
    return InboundMessage("m", Address("rest", "a"), Kind.TEXT, NOW, text=text, **more)


def answer(name: str, score: Any = 0.97, **more: Any) -> dict[str, Any]:
    best = {"name": name, "confidence": score}
    return {"text": "", "intent": best, "entities": [], "intent_ranking": [best], **more}


class Asking:
    """Rasa behind one server, and what was counted."""

    def __init__(self, embedded: Embedded, url: str, seconds: float = 2.0) -> None:
        self.embedded = embedded
        self.counted: Counter[str] = Counter()
        self.rasa = Rasa(embedded, url, SCORES, lambda _, outcome: self.counted.update([outcome]), seconds)
        self.now = 0.0
        self.rasa.line.breaker = Breaker(lambda: self.now)

    def hear(self, said: str | InboundMessage) -> Understanding:
        return asyncio.run(self.hear_soon(said))

    async def hear_soon(self, said: str | InboundMessage) -> Understanding:
        one = message(said) if isinstance(said, str) else said
        heard = await self.rasa.advise(one, self.embedded.understand(one))
        await self.rasa.close()
        return heard


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def asking(interpreter: Embedded, server: Server) -> Asking:
    return Asking(interpreter, server.url)


@pytest.mark.parametrize(
    "one", [one for one in SPOKEN if not one["text"].startswith("／")], ids=lambda one: one["text"]
)
def test_a_recorded_answer_is_read_as_ours(one: dict[str, Any], asking: Asking, server: Server) -> None:
    server.tell(one["body"])
    heard = asking.hear(one["text"])
    assert server.asked == [("/model/parse", {"text": for_rasa(one["text"])})]
    named = one["body"]["intent"]["name"]
    assert heard.source == "rasa"
    assert heard.intent == named
    assert heard.alternatives[0][0] == named
    assert asking.counted == {"answered": 1}


def test_there_are_recorded_answers_of_every_kind() -> None:
    assert len(SPOKEN) >= 10
    assert {one["status"] for one in RECORDED if "wrong" in one} == {500}
    (obeyed,) = [one for one in RECORDED if "order" in one]
    # Rasa obeys whoever writes like this: the reason why we never pass it on.
    assert obeyed["body"]["intent"] == {"name": "trigger_sos", "confidence": 1.0}


@pytest.mark.parametrize("wrong", [one for one in RECORDED if "wrong" in one], ids=lambda one: one["wrong"])
def test_a_recorded_error_changes_nothing(wrong: dict[str, Any], asking: Asking, server: Server) -> None:
    server.tell(wrong["body"].encode(), status=wrong["status"])
    assert asking.hear("水龙头坏了") == asking.embedded.understand(message("水龙头坏了"))
    assert asking.counted == {"refused": 1}


STRANGE = [
    b"",
    b"null",
    b"[]",
    b"{",
    b'{"intent": null}',
    b"\xff\xfe",
    b"[" * 50_000,
    b'"' + b"x" * 300_000 + b'"',
    answer("make_tea"),
    answer("pay_fees", "0.9"),
    answer("pay_fees", True),
    answer("pay_fees", -0.1),
    answer("pay_fees", 1.5),
    json.dumps(answer("pay_fees", float("nan"))).encode(),
    answer("pay_fees", intent_ranking={"pay_fees": 1}),
    answer("pay_fees", intent_ranking=[{"name": "make_tea", "confidence": 0.1}]),
    answer("pay_fees", 0.4, intent_ranking=[{"name": "vote", "confidence": 0.9}]),
    answer("pay_fees", entities=[{"entity": "when", "start": 0, "end": 99}]),
    answer("pay_fees", entities=[{"entity": "when", "start": "0", "end": 1}]),
    answer("pay_fees", entities=[{"entity": 1, "start": 0, "end": 1}]),
    answer("pay_fees", entities=["when"]),
    answer("pay_fees", entities=None),
    {"intent": {"name": None, "confidence": 0.0}, "entities": [], "intent_ranking": []},
]


@pytest.mark.parametrize("body", STRANGE, ids=lambda body: str(body)[:40])
def test_a_strange_answer_changes_nothing(body: Any, asking: Asking, server: Server) -> None:
    server.tell(body)
    assert asking.hear("水龙头坏了") == asking.embedded.understand(message("水龙头坏了"))
    assert asking.counted == {"unreadable": 1}


@pytest.mark.parametrize(
    ("how", "outcome"),
    [
        ({"wait": SHORT * 3}, "slow"),
        # Each byte comes in time, the answer does not.
        ({"drip": SHORT / 10}, "slow"),
        ({"cut": True}, "unreachable"),
        ({"status": 500}, "refused"),
        ({"status": 302}, "refused"),
    ],
)
def test_a_failing_rasa_costs_its_time_and_no_more(
    how: dict[str, Any], outcome: str, interpreter: Embedded, server: Server
) -> None:
    # What is not late gets the usual patience: a busy machine makes half a second of its own.
    asking = Asking(interpreter, server.url, SHORT) if outcome == "slow" else Asking(interpreter, server.url)
    server.tell(answer("pay_fees"), **how)
    assert asking.hear("水龙头坏了").intent == "report_repair"
    assert asking.counted == {outcome: 1}


def test_the_breaker_opens_tries_once_and_closes(
    asking: Asking, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="linli.intents")
    for _ in range(5):
        server.always = None
        server.tell(b"", status=503)
        asking.hear("水龙头坏了")
        server.queued.clear()
    assert asking.counted == {"refused": 3, "away": 2}
    asking.now += REST + 0.1
    assert asking.rasa.line.breaker.state == "half_open"
    server.tell(answer("pay_fees"), wait=0.2)

    async def three() -> list[Understanding]:
        found = await asyncio.gather(*(asking.rasa.advise(message(said), heard) for said, heard in pairs))
        await asking.rasa.close()
        return found

    pairs = [(said, asking.embedded.understand(message(said))) for said in ("水龙头坏了",) * 3]
    found = asyncio.run(three())
    assert sorted(one.source for one in found) == ["embedded", "embedded", "rasa"]
    assert asking.counted == {"refused": 3, "away": 4, "answered": 1}
    assert asking.rasa.line.breaker.state == "closed"
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("linli")]
    assert lines == ["rasa is away (refused): the embedded engine answers alone", "rasa is back"]


def test_a_failed_try_rests_longer() -> None:
    now = 0.0
    breaker = Breaker(lambda: now, failures=1)
    assert breaker.admits()
    breaker.bad()
    now = REST + 1
    assert breaker.admits()
    assert not breaker.admits()
    breaker.bad()
    now += REST + 1
    assert not breaker.admits()
    now += REST
    assert breaker.admits()
    # Broken off without an outcome: the next one may try.
    breaker.left()
    assert breaker.admits()
    breaker.good()
    assert breaker.state == "closed"


@pytest.mark.parametrize("text", ["救命，我摔倒了起不来", "I want to kill myself", "my husband is hitting me"])
def test_danger_is_ours_and_waits_for_nobody(text: str, asking: Asking, server: Server) -> None:
    assert asking.hear(text).danger is Danger.ALERT
    assert server.asked == []


def test_rasa_may_make_us_ask_but_never_raises_an_alarm(asking: Asking, server: Server) -> None:
    server.tell(answer("trigger_sos", 1.0))
    assert asking.hear("你们几点开门").danger is Danger.ASK


@pytest.mark.parametrize(
    "text",
    ['/trigger_sos{"who": "me"}', "／restart", " \t/ /session_start", '//greet{"a": "b"}', "/trigger_sos 今天几号"],
)
def test_a_residents_order_is_no_order(text: str, asking: Asking, server: Server) -> None:
    server.always = None
    server.tell(answer("out_of_scope"))
    heard = asking.hear(text)
    sent = [body["text"] for _, body in server.asked]
    assert all("/" not in said[:1] and not said.strip().startswith(("/", "／")) for said in sent)
    assert all(len(said) == len(text) for said in sent)
    assert heard.danger is not Danger.ALERT


@pytest.mark.parametrize("text", ["", "？？？", "12", "x" * 5_000])
def test_what_needs_no_second_thought_gets_none(text: str, asking: Asking, server: Server) -> None:
    asking.hear(text)
    asking.hear(message("水龙头坏了", choice="yes"))
    assert server.asked == []


def test_names_of_things_are_ours_and_rasas_fill_gaps(asking: Asking, server: Server) -> None:
    text = "小月亮亭的灯坏了，明天来，两位"
    ours = {one.name: one.value for one in asking.embedded.understand(message(text)).entities}
    assert "when" in ours
    spans = [("location", 0, 4), ("when", 0, 2), ("hours", 9, 11), ("visitor_name", 0, 3)]
    marks = [{"entity": name, "start": start, "end": end, "value": "x"} for name, start, end in spans]
    server.tell(answer("report_repair", entities=marks))
    heard = asking.hear(text)
    assert heard.entity("when").value == ours["when"]  # type: ignore[union-attr]  # it has one
    assert heard.entity("visitor_name") is None
    place = heard.entity("location")
    assert place is not None
    assert text[place.start : place.end] == place.text
    if "location" not in ours:
        assert place.text == "小月亮亭"


def test_scores_are_fixed_on_what_was_left_out(tmp_path: Path) -> None:
    known = frozenset({"a", "b", "out_of_scope"})
    sure = [read(answer("a", 0.6 + i / 500), "", known) for i in range(180)]
    unsure = [read(answer("b", 0.1 + i / 500), "", known) for i in range(20)]
    found = fit([*sure, *unsure], ["a"] * 180 + ["a"] * 20)
    save(found, tmp_path)
    assert load(tmp_path) == found
    assert found.sure(sure[-1]) > 0.9 > 0.5 > found.sure(unsure[0])
    guess = found.guess(unsure[0], 0.25)
    assert (guess.intent, guess.danger) == ("out_of_scope", 0.25)
    kept = sum(found.guess(one, 0.0).intent != "out_of_scope" for one in [*sure, *unsure])
    assert 0.93 <= kept / 200 <= 0.97
