"""A site's signed word for its own user: whom it opens the conversation of, and every way in which it opens nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from backend.models.people import address, resident, site_word
from backend.models.talk import message
from bot.contract.channel import Account
from bot.contract.errors import Misconfigured
from bot.settings import AccountSettings, ChannelSettings, Settings
from channels.web.identity import secret_of
from intents.understand import Embedded
from tests.channels.web.test_routes import PATH, history, send
from tests.databases import on_sqlite
from tests.resident import Resident
from tests.standing import Standing

SECRET = "of-the-host-site-" * 3
PHONE, LAPTOP = ({"authorization": f"Bearer s-{name * 40}"} for name in "pl")
GUEST = {"authorization": "Bearer " + "g" * 40}


def sealed(claims: dict[str, Any], secret: str = SECRET, header: Any = None) -> str:
    def part(data: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")

    start = f"{part(header or {'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}"
    signature = hmac.new(secret.encode(), start.encode(), hashlib.sha256).digest()
    return f"{start}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def claims(one: Resident, **other: Any) -> dict[str, Any]:
    now = one.app.state.desk.clock.real().timestamp()
    return {"sub": "member-77", "aud": "sunshine", "iat": now, "exp": now + 300, "jti": "first-word", **other}


def vouch(one: Resident, word: str, headers: dict[str, str] = PHONE) -> int:
    body = json.dumps({"identity": word}).encode()
    return one.request("POST", f"{PATH}/identity", content=body, headers=headers).status_code


def count(one: Resident) -> int:
    tables = (site_word, message, address)
    read = one.app.state.desk.db.read_now
    found = [read(lambda c, t=t: c.execute(select(func.count()).select_from(t)).scalar_one()) for t in tables]
    return sum(found)


@pytest.fixture(scope="module")
def settings(prepared: Settings) -> Settings:
    web = {"web": ChannelSettings(enabled=True, accounts={"demo": AccountSettings(community="sunshine")})}
    secrets = {"WEB_DEMO_IDENTITY_SECRET": SECRET}
    return prepared.model_copy(update={"demo": False, "channels": web, "vendors": secrets})


@pytest.fixture(scope="module")
def standing(settings: Settings, interpreter: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Standing:
    return Standing(settings, interpreter, tmp_path_factory.mktemp("identity"))


@pytest.fixture
def one(settings: Settings, fresh: Settings, interpreter: Embedded, standing: Standing) -> Iterator[Resident]:
    here = {"database_url": fresh.database_url, "media_path": fresh.media_path}
    made = Resident(settings.model_copy(update=here), interpreter, "li-na", standing=standing)
    yield made
    made.close()


def test_whom_the_site_names_has_one_conversation_on_every_device(one: Resident) -> None:
    guest = send(one, {"id": "message-0", "text": "厨房水龙头漏水"}, GUEST).json()
    assert guest["lines"][-1]["parts"][0]["text"].startswith("在什么地方")
    phone = one.app.state.desk.db.read_now(lambda c: c.execute(select(resident.c.phone).limit(1)).scalar_one())
    assert vouch(one, sealed(claims(one, phone=phone))) == 204
    said = send(one, {"id": "message-1", "text": "厨房水龙头漏水"}, PHONE).json()
    assert [row for row in said["lines"][-1]["parts"][0]["rows"] if row[1] == "3栋2单元501"]
    # After a reload the page may still hold the same word.
    assert vouch(one, sealed(claims(one, phone=phone))) == 204
    assert vouch(one, sealed(claims(one, jti="second-word", phone=phone)), LAPTOP) == 204
    assert [line["id"] for line in history(one, headers=LAPTOP)["lines"]] == [line["id"] for line in said["lines"]]
    assert history(one, headers=GUEST)["lines"][0]["id"] != said["lines"][0]["id"]


def test_a_phone_that_is_nobodys_leaves_a_guest(one: Resident) -> None:
    assert vouch(one, sealed(claims(one, phone="+86 139 9999 9999"))) == 204
    said = send(one, {"id": "message-1", "text": "厨房水龙头漏水"}, PHONE).json()
    assert said["lines"][-1]["parts"][0]["text"].startswith("在什么地方")


@on_sqlite
@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "elsewhere"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"exp": 9e12},
        {"iat": "now"},
        {"sub": ""},
        {"sub": 7},
        {"jti": None},
        {"phone": "none of your business"},
    ],
    ids=str,
)
def test_a_word_that_is_not_for_us_and_now_opens_nothing(wrong: dict[str, Any], one: Resident) -> None:
    before = count(one)
    assert vouch(one, sealed(claims(one, **wrong))) == 401
    assert send(one, {"id": "message-1", "text": "hello"}, PHONE).status_code == 401
    assert count(one) == before


def test_a_word_that_the_site_did_not_sign_opens_nothing(one: Resident, caplog: pytest.LogCaptureFixture) -> None:
    before, good = count(one), sealed(claims(one))
    counted = _turned_away(one)
    head, payload, signature = good.split(".")
    forged = [
        sealed(claims(one), secret="another-secret-of-the-same-length!!!!!"),  # noqa: S106 - nobody's
        sealed(claims(one), header={"alg": "none"}),
        sealed(claims(one), header={"alg": "HS512"}),
        sealed(claims(one), header=["HS256"]),
        f"{head}.{payload}.",
        f"{head}.{payload}.{signature[:-4]}AAAA",
        f"{head}.{payload[:-2]}AA.{signature}",
        "a.b.c",
        "no dots at all",
    ]
    assert [vouch(one, word) for word in forged] == [401] * len(forged)
    assert vouch(one, "x" * 9_000) == 413
    assert one.request("POST", f"{PATH}/identity", content=b"{}", headers=PHONE).status_code == 422
    assert vouch(one, good, GUEST) == 400
    assert count(one) == before
    turned = [record for record in caplog.records if record.getMessage().startswith("turned away")]
    assert len(turned) == len(forged)
    assert _turned_away(one) == counted + len(forged)


def _turned_away(one: Resident) -> float:
    """As the operator's numbers have it; nobody yet, where there is no such line."""
    told = re.search(
        r'^linli_not_theirs_total\{where="web"\} (\S+)$', one.request("GET", "/metrics").text, re.MULTILINE
    )
    return float(told.group(1)) if told else 0.0


def test_a_word_is_used_by_one_browser_once(one: Resident) -> None:
    word = sealed(claims(one))
    assert vouch(one, word) == 204
    before = count(one)
    assert vouch(one, word, LAPTOP) == 401
    assert send(one, {"id": "message-1", "text": "hello"}, LAPTOP).status_code == 401
    assert count(one) == before


def test_what_it_opened_is_shut_in_the_end(one: Resident) -> None:
    assert vouch(one, sealed(claims(one))) == 204
    assert send(one, {"id": "message-1", "text": "你好"}, PHONE).status_code == 200
    one.wait(12 * 60 + 1)
    assert send(one, {"id": "message-2", "text": "你好"}, PHONE).status_code == 401
    assert vouch(one, sealed(claims(one, jti="next-day"))) == 204
    assert send(one, {"id": "message-2", "text": "你好"}, PHONE).status_code == 200


def test_without_a_secret_no_site_vouches(settings: Settings, fresh: Settings, interpreter: Embedded) -> None:
    unset = fresh.model_copy(update={"demo": False, "channels": settings.channels, "vendors": {}})
    one = Resident(unset, interpreter, "li-na")
    try:
        before = count(one)
        for secret in ("", SECRET):
            assert vouch(one, sealed(claims(one), secret=secret)) == 403
        assert count(one) == before
    finally:
        one.close()


def test_a_secret_that_is_easily_guessed_is_none() -> None:
    with pytest.raises(Misconfigured, match="32"):
        secret_of("demo", Account("sunshine", {}, {}, secrets={"identity_secret": "short"}))
