"""What whoever writes the other side of a webhook may look at: tests, tries, what signed, replays, shapes, fixtures."""

from __future__ import annotations

import argparse
import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from backend.api import outgoing
from backend.models.talk import outbox
from backend.services import webhooks
from bot import work
from bot.commands import deliveries as command
from bot.settings import Settings
from tests.backend.climbing import ONE, do
from tests.backend.test_api_clauses import LAMP, call
from tests.conftest import MakeResident
from tests.fakes.receiver import Call, Receiver
from tests.resident import Resident

pytestmark = ONE
ALL = [*webhooks.GROUPS]


def hook(one: Resident, receiver: Receiver, *events: str) -> Any:
    return call(one, "POST", "/webhooks", {"url": receiver.url(), "events": list(events) or ["case.*"]}).json()


def deliver(one: Resident) -> None:
    """Everything that is due just now is tried once."""
    courier = work.new_courier(one.app.state.tools)
    one.loop.run_until_complete(courier.clear())
    one.loop.run_until_complete(courier.close())


def test_a_test_arrives_signed_and_its_tries_say_by_what(resident: MakeResident, receiver: Receiver) -> None:
    one = resident()
    made = hook(one, receiver)
    answers = iter([500, 204])

    def flapping(_: Call) -> tuple[int, dict[str, str]]:
        return next(answers), {}

    receiver.answer = flapping
    key = call(one, "POST", f"/webhooks/{made['id']}/test").json()["delivery"]
    deliver(one)
    one.wait(1)
    deliver(one)
    (first, second) = receiver.calls
    assert Webhook(made["secret"]).verify(second.body, second.headers)["type"] == "webhook.test"
    assert first.id == second.id
    mark = hashlib.sha256(made["secret"].encode()).hexdigest()[:8]
    assert made["mark"] == mark
    tries = call(one, "GET", f"/deliveries/{key}").json()["tries"]
    assert [(t["error"] is None, t["signed_by"]) for t in tries] == [(False, [mark]), (True, [mark])]
    fresh = call(one, "POST", f"/webhooks/{made['id']}/rotate", {"keep_hours": 1}).json()
    assert call(one, "GET", f"/webhooks/{made['id']}/secrets").json() == {"marks": [fresh["mark"], mark]}


def test_one_or_a_span_is_sent_again_with_the_same_ids(resident: MakeResident, receiver: Receiver) -> None:
    one = resident()
    made = hook(one, receiver)
    since = one.app.state.desk.clock.real()
    for _ in range(3):
        call(one, "POST", "/cases", LAMP)
    deliver(one)
    ids = [received.id for received in receiver.calls]
    numbers = [received.json["sequence"] for received in receiver.calls]
    assert len(set(ids)) == 3
    assert sorted(numbers) == sorted(set(numbers))
    row = call(one, "GET", f"/deliveries?webhook={made['id']}").json()["items"][0]
    assert call(one, "POST", f"/deliveries/{row['id']}/replay").json()["state"] == "due"
    deliver(one)
    assert receiver.calls[-1].id == row["message"]
    span = {"since": since.isoformat(), "until": (since + timedelta(hours=1)).isoformat()}
    path = f"/webhooks/{made['id']}/replay"
    assert call(one, "POST", path, span).json() == {"count": 0}, "nothing was lost"
    assert call(one, "POST", path, {**span, "lost": False}).json() == {"count": 3}
    assert call(one, "POST", path, {**span, "until": 5_000_000_000}).status_code == 422, "seconds, or milliseconds?"
    deliver(one)
    again = receiver.calls[-3:]
    assert sorted(received.id for received in again) == sorted(ids)
    assert sorted(received.json["sequence"] for received in again) == sorted(numbers)
    assert call(one, "POST", "/webhooks/nobodys/replay", span).status_code == 404


def test_what_is_told_has_the_shape_that_is_written(resident: MakeResident, receiver: Receiver) -> None:
    """Of whatever happens in a day of the estate."""
    one = resident()
    hook(one, receiver, *ALL)
    for words in ("明天下午三点有朋友开车来，沪A12345", "是", "家里水管爆了，3栋2单元501"):
        one.say(words)
    number = call(one, "POST", "/cases", LAMP).json()["number"]
    call(one, "POST", f"/cases/{number}/state", {"state": "assigned"})
    one.say("救命，我摔倒了起不来", sender="li-na-2")
    call(one, "POST", "/notices", {"title": {"en": "Water off"}, "body": {"en": "Pumps"}, "buildings": ["3"]})
    mine = select(outbox.c.id, outbox.c.body).where(outbox.c.channel == webhooks.CHANNEL)
    rows = do(one, lambda c: list(c.execute(mine)))
    told = {row.body["type"] for row in rows}
    assert told >= {"case.created", "case.changed", "alarm.raised", "pass.created", "notice.put_up"}, told
    for row in rows:
        outgoing.data_of(row.body["type"]).model_validate(row.body["data"])
        assert set(row.body) | {"sequence"} == set(outgoing.schema_of(row.body["type"])["properties"])
    document = one.request("GET", "/openapi.json").json()
    assert set(document["webhooks"]) == set(outgoing.EVENTS)


def test_deliveries_become_fixtures(
    fresh: Settings,
    resident: MakeResident,
    receiver: Receiver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = resident()
    made = hook(one, receiver)
    call(one, "POST", "/cases", LAMP)
    deliver(one)
    (row,) = call(one, "GET", "/deliveries?channel=webhook").json()["items"]
    monkeypatch.setenv("LINLI_DATABASE_URL", fresh.database_url)
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    assert command.run(parser.parse_args(["record", row["id"], "--to", str(tmp_path / "fixtures")])) == 0
    (path,) = (tmp_path / "fixtures").iterdir()
    assert str(path) in capsys.readouterr().out
    fixture = json.loads(path.read_text(encoding="utf-8"))
    assert fixture["body"].encode() == receiver.calls[0].body
    assert made["secret"] not in path.read_text(encoding="utf-8")
    assert command.run(parser.parse_args(["record", "999999", "--to", str(tmp_path)])) == 1


def test_of_one_thing_a_larger_sequence_is_the_newer_news(resident: MakeResident, receiver: Receiver) -> None:
    """The first news fails and comes last: whoever goes by the sequence is never set back."""
    one = resident()
    hook(one, receiver)
    number = call(one, "POST", "/cases", LAMP).json()["number"]
    receiver.answer = lambda received: (500 if received.json["type"] == "case.created" else 204, {})
    deliver(one)
    for state in ("assigned", "on_site"):
        assert call(one, "POST", f"/cases/{number}/state", {"state": state}).status_code == 200
    receiver.answer = lambda _: (204, {})
    deliver(one)
    one.wait(1)
    deliver(one)
    arrived = [received.json for received in receiver.calls[1:]]
    assert [news["type"] for news in arrived][-1] == "case.created", "the oldest news came last"
    kept: dict[str, Any] = {}
    for news in arrived:
        if news["sequence"] > kept.get("sequence", 0):
            kept = news
    assert kept["data"]["state"] == "on_site"
    by_sequence = sorted(arrived, key=lambda news: news["sequence"])
    assert [news["data"]["state"] for news in by_sequence] == ["received", "assigned", "on_site"]
