"""Which secret signed what, as the desk reads it: last characters only, what became of each delivery, sending again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from standardwebhooks import Webhook, WebhookVerificationError

from backend.models.webhooks import webhook_endpoint
from backend.services import communities, webhook_secrets, webhooks
from bot.contract.conversation import Community
from tests.backend.climbing import ONE, do
from tests.backend.test_api_clauses import LAMP, call
from tests.backend.test_webhook_evidence import deliver, hook
from tests.clerk import Clerk, Hands
from tests.conftest import MakeResident
from tests.fakes.receiver import Call, Receiver
from tests.resident import Resident

pytestmark = ONE


def shown(one: Resident, path: str, **headers: str) -> str:
    answer = Clerk(one, "admin").get(f"/console/webhooks{path}", **{"accept-language": "en", **headers})
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.split("<main", 1)[1]))


def signs(secret: str, received: Call) -> bool:
    try:
        Webhook(secret).verify(received.body, received.headers)
    except WebhookVerificationError:
        return False
    return True


def test_the_page_says_which_secret_signed_and_shows_no_more_than_its_end(
    resident: MakeResident, receiver: Receiver
) -> None:
    one = resident()
    made = hook(one, receiver)
    old = made["secret"]
    call(one, "POST", "/cases", LAMP)
    deliver(one)
    new = call(one, "POST", f"/webhooks/{made['id']}/rotate", {"keep_hours": 1}).json()["secret"]
    call(one, "POST", "/cases", LAMP)
    deliver(one)
    path = f"/{made['id']}"
    page, (first, second) = shown(one, path), receiver.calls
    # What the page says is what the receiver finds.
    assert (signs(old, first), signs(new, first)) == (True, False)
    assert (signs(old, second), signs(new, second)) == (True, True)
    rows = [part for part in page.split("case.created")[1:] if part.lstrip().startswith("#")]
    assert [(f"…{new[-5:]}" in row, f"…{old[-5:]}" in row) for row in rows[:2]] == [(True, True), (False, True)]
    assert "signs, the newest" in page
    assert "signs beside the new one until" in page
    for secret in (old, new):
        assert secret[:-5] not in page
        assert secret.removeprefix("whsec_")[:12] not in page
    assert "made" in page
    only_new = shown(one, f"{path}?secret={webhook_secrets.mark(new)}")
    assert only_new.count("case.created") == 1


def test_a_secret_that_signs_no_more_is_still_known(resident: MakeResident, receiver: Receiver) -> None:
    one = resident()
    made = hook(one, receiver)
    call(one, "POST", "/cases", LAMP)
    deliver(one)
    old, path = made["secret"], f"/{made['id']}"
    for _ in range(4):
        call(one, "POST", f"/webhooks/{made['id']}/rotate", {"keep_hours": 0})
    row = do(one, lambda c: webhooks.one(c, "sunshine", made["id"]))
    assert sum("sealed" in item for item in row.secrets) == 1, "what signs no more cannot be taken"
    page = shown(one, path)
    assert "signed until" in page
    assert page.count(f"…{old[-5:]}") >= 3, "in the list, at the delivery, at its try"
    do(one, webhooks.reseal)
    assert f"…{old[-5:]}" in shown(one, path)


def test_secrets_of_an_earlier_release_have_an_end_too(resident: MakeResident, receiver: Receiver) -> None:
    one = resident()
    made = hook(one, receiver)

    def before(connection: Any) -> None:
        (item,) = webhooks.one(connection, "sunshine", made["id"]).secrets
        kept = {name: item[name] for name in ("sealed", "until", "mark")}
        connection.execute(update(webhook_endpoint).values(secrets=[kept]))

    do(one, before)
    assert f"…{made['secret'][-5:]}" in shown(one, f"/{made['id']}")


def test_one_and_a_span_are_sent_again_and_who_did_it_is_written_down(
    resident: MakeResident, receiver: Receiver
) -> None:
    one = resident()
    made = hook(one, receiver)
    call(one, "POST", "/cases", LAMP)
    deliver(one)
    clerk, path = Clerk(one, "admin"), f"/console/webhooks/{made['id']}"
    (key,) = re.findall(r'action="/console/deliveries/(\d+)/replay"', clerk.get(path).text)
    assert clerk.post(f"/console/deliveries/{key}/replay").status_code == 204
    deliver(one)
    assert len({received.id for received in receiver.calls}) == 1
    assert len(receiver.calls) == 2
    now = one.app.state.desk.clock.real().astimezone(one.app.state.desk.clock.now().tzinfo)
    span = {name: f"{now + timedelta(hours=h):%Y-%m-%dT%H:%M}" for name, h in (("since", -1), ("until", 1))}
    nothing = clerk.post(f"{path}/replay", **span)
    assert nothing.status_code == 409, "nothing was lost"
    assert nothing.json()["detail"]
    assert clerk.post(f"{path}/replay", **span, all="yes").status_code == 204
    assert clerk.post(f"{path}/replay", since="yesterday", until="x").json()["pointer"] == "/since"
    assert clerk.post(f"{path}/test").status_code == 204
    deliver(one)
    assert [received.json["type"] for received in receiver.calls[2:]] == ["case.created", "webhook.test"]
    log = Clerk(one, "auditor").get("/console/audit?who=admin").text
    assert all(what in log for what in ("delivery.replayed", "webhook.replayed", "webhook.tested"))


def test_why_it_is_disabled_is_said_and_it_is_used_again(resident: MakeResident, receiver: Receiver) -> None:
    one = resident()
    made = hook(one, receiver)
    receiver.answer = lambda _: (410, {})
    call(one, "POST", "/cases", LAMP)
    deliver(one)
    page = shown(one, f"/{made['id']}")
    assert "It said that it is gone (410)" in page
    assert "given up" in page
    assert "已停用" in shown(one, "", **{"accept-language": "zh-CN"})
    clerk = Clerk(one, "admin")
    assert clerk.post(f"/console/webhooks/{made['id']}/test").status_code == 409
    assert clerk.post(f"/console/webhooks/{made['id']}/enable").status_code == 204
    assert "in use" in shown(one, "")


@pytest.mark.parametrize("role", ["agent", "supervisor", "duty", "auditor"])
def test_it_is_for_whoever_runs_the_installation(house: Resident, role: str) -> None:
    assert Clerk(house, role).get("/console/webhooks").status_code in (200, 403)
    assert "Webhooks" not in Clerk(house, role).get("/console/account", **{"accept-language": "en"}).text
    assert Clerk(house, role).get("/console/webhooks", **{"x-linli": "1"}).status_code == 403


def test_another_communitys_endpoint_and_delivery_are_not_there(house: Resident, hands: Hands) -> None:
    moon = Community("moon", {"en": "Moon"}, "Asia/Shanghai", {}, {})
    do(house, lambda c: communities.register(c, moon, demo=False))
    far = do(house, lambda c: webhooks.add(c, "moon", "http://far.example/hook", ["case.*"], hands.real()))
    key = do(house, lambda c: webhooks.try_out(c, "moon", far.id, hands.real()))
    house.say("你好")
    clerk = Clerk(house, "admin")
    asked: list[tuple[Callable[..., Any], str]] = [
        (clerk.get, f"webhooks/{far.id}"),
        *((clerk.post, f"webhooks/{far.id}/{act}") for act in ("test", "enable")),
        (clerk.post, f"deliveries/{key}/replay"),
        (clerk.post, "deliveries/999999/replay"),
    ]
    for ask, path in asked:
        assert ask(f"/console/{path}", **({"x-linli": "1"} if ask == clerk.get else {})).status_code == 404, path
    assert "far.example" not in clerk.get("/console/webhooks").text
