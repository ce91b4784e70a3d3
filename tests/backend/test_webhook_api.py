"""`/api/v1/webhooks` and `/api/v1/deliveries`: one's own endpoints only, nothing hidden, nothing foreign."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

import pytest
from standardwebhooks import Webhook

from backend.services import keys, webhooks
from bot.commands import deliveries as command
from bot.commands import new
from bot.settings import Settings
from tests.conftest import MakeResident
from tests.databases import on_sqlite
from tests.fakes.receiver import Receiver
from tests.resident import DEMO_KEY, Resident


def _call(one: Resident, method: str, path: str, key: str = DEMO_KEY, **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    more = {"json": body} if method == "POST" else {}
    return one.request(method, f"/api/v1{path}", headers=headers, **more)


def test_an_endpoint_is_made_shown_once_rotated_and_removed(resident: MakeResident) -> None:
    one = resident()
    made = _call(one, "POST", "/webhooks", url="http://127.0.0.1:9/hook", events=["case.*"])
    assert made.status_code == 201
    body = made.json()
    assert body["secret"].startswith("whsec_")
    again = _call(one, "GET", f"/webhooks/{body['id']}").json()
    assert "secret" not in again
    assert (again["events"], again["state"]) == (["case.*"], "active")
    assert body["secret"] not in _call(one, "GET", "/webhooks").text
    fresh = _call(one, "POST", f"/webhooks/{body['id']}/rotate", keep_hours=1).json()["secret"]
    assert fresh != body["secret"]
    assert _call(one, "DELETE", f"/webhooks/{body['id']}").status_code == 204
    assert _call(one, "GET", f"/webhooks/{body['id']}").status_code == 404


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [
        {"url": "http://10.0.0.1/", "events": ["case.*"]},
        {"url": "http://169.254.169.254/", "events": ["case.*"]},
        {"url": "http://2130706433/", "events": ["case.*"]},
        {"url": "nonsense", "events": ["case.*"]},
        {"url": "http://127.0.0.1:9/", "events": []},
        {"url": "http://127.0.0.1:9/", "events": ["case.opened"]},
        {"url": "http://127.0.0.1:9/", "events": "case.*"},
        {"url": "http://127.0.0.1:9/", "events": ["case.*"], "secrets": []},
        {"url": 7, "events": ["case.*"]},
        {"url": "http://127.0.0.1:9/" + "x" * 600, "events": ["case.*"]},
        {},
    ],
)
def test_what_cannot_be_an_endpoint_is_refused(resident: MakeResident, body: dict[str, Any]) -> None:
    one = resident()
    answer = _call(one, "POST", "/webhooks", **body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert _call(one, "GET", "/webhooks").json()["items"] == []


def test_another_community_and_another_scope_see_nothing(resident: MakeResident) -> None:
    one = resident()
    made = _call(one, "POST", "/webhooks", url="http://127.0.0.1:9/hook", events=["case.*"]).json()
    one.say("家里水管爆了，3栋2单元501")
    (row,) = _call(one, "GET", "/deliveries").json()["items"]
    db, real = one.app.state.desk.db, one.app.state.desk.clock.real()

    def other(connection: Any) -> tuple[str, str]:
        from backend.services.communities import register
        from bot.contract.conversation import Community

        register(connection, Community("moon", {"en": "Moon"}, "Asia/Shanghai", {}, {}), demo=False)
        return keys.make(connection, "moon", "x", ["webhooks"], real), keys.make(
            connection, "sunshine", "y", ["cases"], real
        )

    foreign, scopeless = db.submit(other).result()
    for method, path in (
        ("GET", f"/webhooks/{made['id']}"),
        ("DELETE", f"/webhooks/{made['id']}"),
        ("POST", f"/webhooks/{made['id']}/rotate"),
        ("POST", f"/webhooks/{made['id']}/enable"),
        ("GET", f"/deliveries/{row['id']}"),
        ("POST", f"/deliveries/{row['id']}/replay"),
    ):
        assert _call(one, method, path, key=foreign).status_code == 404, path
        assert _call(one, method, path, key=scopeless).status_code == 401, path
    assert _call(one, "GET", "/deliveries", key=foreign).json() == {"items": [], "next": None}
    assert _call(one, "GET", "/webhooks", key=foreign).json()["items"] == []


@pytest.mark.parametrize("key", ["0", "99999999", "x", "-1", "1e9", "9" * 40, "%F0%9F%98%80"])
def test_a_delivery_that_is_not_there_is_404(resident: MakeResident, key: str) -> None:
    one = resident()
    assert _call(one, "GET", f"/deliveries/{key}").status_code == 404
    assert _call(one, "POST", f"/deliveries/{key}/replay").status_code == 404
    if "%" not in key and key != "99999999":
        assert _call(one, "GET", f"/deliveries?cursor={key}").status_code in (200, 422)


def test_the_ledger_is_paged(resident: MakeResident) -> None:
    one = resident()
    _call(one, "POST", "/webhooks", url="http://127.0.0.1:9/hook", events=["case.*"])
    publish = webhooks.publish
    for n in range(5):
        one.app.state.desk.db.submit(lambda c, n=n: publish(c, "sunshine", "case.created", {"n": n})).result()
    seen, cursor = [], ""
    while True:
        page = _call(one, "GET", f"/deliveries?limit=2{cursor}").json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, key=int, reverse=True)


def test_the_numbers_tell_what_waits(resident: MakeResident) -> None:
    one = resident()
    _call(one, "POST", "/webhooks", url="http://127.0.0.1:9/hook", events=["case.*"])
    assert 'outbox_oldest_age_seconds{channel="webhook"} 0.0' in one.request("GET", "/metrics").text
    one.say("家里水管爆了，3栋2单元501")
    text = one.request("GET", "/metrics").text
    assert 'outbox_waiting{channel="webhook"} 1.0' in text
    assert 'outbox_oldest_age_seconds{channel="webhook"} 0.0\n' not in text


def test_the_command_makes_an_endpoint_and_lists_shows_and_replays(
    fresh: Settings, resident: MakeResident, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver = Receiver()
    try:
        monkeypatch.setenv("LINLI_DATABASE_URL", fresh.database_url)
        parser = argparse.ArgumentParser()
        new.arguments(parser)
        assert new.run(parser.parse_args(["webhook", receiver.url(), "--events", "case.*"])) == 0
        _, secret = capsys.readouterr().out.split()
        Webhook(secret)
        one = resident()
        one.say("家里水管爆了，3栋2单元501")
        (row,) = _call(one, "GET", "/deliveries").json()["items"]
        parser = argparse.ArgumentParser()
        command.arguments(parser)
        assert command.run(parser.parse_args(["list", "--state", "all"])) == 0
        assert row["id"] in capsys.readouterr().out
        assert command.run(parser.parse_args(["show", row["id"]])) == 0
        assert "case.created" in capsys.readouterr().out
        assert command.run(parser.parse_args(["replay", row["id"]])) == 1
        assert "not dead" in capsys.readouterr().err
        assert command.run(parser.parse_args(["show", "999999"])) == 1
    finally:
        receiver.close()
        asyncio.set_event_loop(None)
