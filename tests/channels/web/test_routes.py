"""The chat's routes: who may come in, what is refused, and that nobody sees another's conversation or photo."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from backend.services import outbox
from bot.contract.errors import Refused
from bot.contract.messages import Address
from bot.contract.text import t
from bot.settings import AccountSettings, ChannelSettings, Settings
from channels.web.parse import parse, sender
from intents.understand import Embedded
from tests.conftest import MakeResident
from tests.databases import on_sqlite
from tests.resident import Resident

PATH = "/channels/web/sunshine"
MINE, OTHERS = {"authorization": "Bearer " + "m" * 40}, {"authorization": "Bearer " + "o" * 40}
FIXTURES = Path(__file__).resolve().parents[3] / "channels" / "web" / "fixtures"
ELSEWHERE = "https://estate.example"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def send(one: Resident, body: dict[str, Any], headers: dict[str, str] = MINE, **more: Any) -> httpx.Response:
    content = json.dumps(body).encode()
    return one.request("POST", f"{PATH}/messages", content=content, headers={**headers, **more})


def history(one: Resident, after: str = "", headers: dict[str, str] = MINE) -> Any:
    answer = one.request("GET", f"{PATH}/history", params={"after": after}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_fixtures_become_what_they_say(path: Path) -> None:
    expected = yaml.safe_load(path.with_suffix(".expect.yml").read_text(encoding="utf-8"))
    who = sender(MINE["authorization"], "demo")
    if "refused" in expected:
        with pytest.raises(Refused, match=expected["refused"]):
            parse(path.read_bytes(), who, NOW)
        return
    sent = parse(path.read_bytes(), who, NOW)
    message = sent.message
    got: dict[str, object] = {
        "kind": str(message.kind),
        "text": message.text,
        "choice": message.choice,
        "after": sent.after,
    }
    got |= {"language": message.language_hint, "photos": [photo.key for photo in message.attachments]}
    assert {name: got[name] for name in expected} == expected


def test_the_token_never_shows_in_the_address() -> None:
    who = sender(MINE["authorization"], "demo")
    assert "m" * 8 not in who.user
    assert who == sender(MINE["authorization"], "demo") != sender(OTHERS["authorization"], "demo")


@on_sqlite
@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer short", f"Basic {'m' * 40}", f"Bearer {'m' * 200}", f"Bearer {'%' * 40}"]
)
def test_without_a_token_nothing_is_said(header: str | None, resident: MakeResident) -> None:
    headers = {} if header is None else {"authorization": header}
    assert send(resident(), {"id": "abcdefgh", "text": "hello"}, headers).status_code == 401


@on_sqlite
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("[]", 400),
        ("{}", 422),
        ('{"id": "short", "text": "x"}', 422),
        ('{"id": "abcdefgh"}', 422),
        ('{"id": "abcdefgh", "text": 7}', 422),
        ('{"id": "abcdefgh", "place": {"latitude": 91, "longitude": 0}}', 422),
        ('{"id": "abcdefgh", "place": "here"}', 422),
        ('{"id": "../../etc", "text": "x"}', 422),
        ('{"id": "abcdefgh", "photo": "../../../etc/passwd"}', 404),
        ('{"id": "abcdefgh", "text": "' + "a" * 70_000 + '"}', 413),
    ],
)
def test_malformed_messages_are_problems(body: str, status: int, resident: MakeResident) -> None:
    answer = resident().request("POST", f"{PATH}/messages", content=body.encode(), headers=MINE)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@on_sqlite
def test_an_unknown_community_has_no_chat(resident: MakeResident) -> None:
    one = resident()
    assert one.request("GET", "/channels/web/nowhere/history", headers=MINE).status_code == 404
    assert one.request("GET", "/chat", params={"community": "nowhere"}).status_code == 404


def test_the_same_id_has_one_effect_and_one_answer(resident: MakeResident) -> None:
    one = resident()
    first = send(one, {"id": "message-1", "text": "厨房水龙头漏水"}).json()
    again = send(one, {"id": "message-1", "text": "厨房水龙头漏水"}).json()
    assert first["lines"] == again["lines"]
    assert [line["mine"] for line in first["lines"]] == [True, False]
    assert history(one, first["cursor"])["lines"] == []


def test_history_is_ones_own_and_goes_on_where_it_was(resident: MakeResident) -> None:
    one = resident()
    start = send(one, {"id": "start-of-talk", "start": True, "language": "en"}).json()
    assert [line["mine"] for line in start["lines"]] == [False]
    assert start["language"] == "en"
    choice = start["lines"][0]["parts"][-1]["items"][0]
    send(one, {"id": "message-2", "choice": choice["payload"]})
    lines = history(one, start["cursor"])["lines"]
    assert lines[0]["parts"] == [{"type": "text", "text": choice["title"]}]
    assert len(history(one)["lines"]) == 3
    assert history(one, headers=OTHERS) == {"lines": [], "cursor": "", "language": None, "with_staff": False}
    for odd in ("x", "1", "1.2.3", "-1.-1", "9" * 90 + ".1", "१.१"):
        assert len(history(one, odd)["lines"]) == 3


def test_what_is_pushed_is_in_the_history_in_the_language_of_the_talk(resident: MakeResident) -> None:
    one = resident()
    cursor = send(one, {"id": "message-1", "text": "厨房水龙头漏水了"}).json()["cursor"]
    desk = one.app.state.desk
    who = Address("web", sender(MINE["authorization"], "demo").user)
    talk = desk.db.read_now(lambda c: desk.memory.peek(c, who))
    assert talk is not None
    said = t("That cannot be done.")
    desk.db.submit(lambda c: outbox.push(c, talk.id, said, "test", desk.clock.real())).result()
    (line,) = history(one, cursor)["lines"]
    assert line["parts"] == [{"type": "text", "text": desk.speaker.words(said, "zh_Hans", desk.clock.now())}]
    assert line["message"] is None


def test_in_the_demo_a_visitor_is_the_verified_resident(resident: MakeResident) -> None:
    answer = send(resident(), {"id": "message-1", "text": "厨房水龙头漏水"}).json()
    assert [row[1] for row in answer["lines"][-1]["parts"][0]["rows"] if "3栋" in row[1]] == ["3栋2单元501"]


@pytest.fixture
def outside(fresh: Settings, interpreter: Embedded) -> Any:
    """The same installation outside the demo; another site may show its chat."""
    account = AccountSettings(community="sunshine", origins=(ELSEWHERE,))
    web = {"web": ChannelSettings(enabled=True, accounts={"demo": account})}
    one = Resident(fresh.model_copy(update={"demo": False, "channels": web}), interpreter, "li-na")
    yield one
    one.close()


def test_outside_the_demo_a_visitor_is_a_stranger(outside: Resident) -> None:
    answer = send(outside, {"id": "message-1", "text": "the kitchen tap drips"})
    assert answer.status_code == 200
    assert "3栋2单元501" not in answer.text
    desk = outside.app.state.desk
    talk = desk.db.read_now(lambda c: desk.memory.peek(c, sender(MINE["authorization"], "demo")))
    assert talk is not None
    assert talk.resident is None
    page = outside.request("GET", "/chat?lang=en").text
    assert "Sunshine Garden" in page
    assert "Tank cleaning" not in page
    assert "010-0000" not in page


def test_only_listed_sites_may_show_the_chat(outside: Resident) -> None:
    body = {"id": "message-1", "text": "hello"}
    listed = send(outside, body, origin=ELSEWHERE)
    assert listed.status_code == 200
    assert listed.headers["access-control-allow-origin"] == ELSEWHERE
    assert send(outside, body, origin="https://evil.example").status_code == 403
    assert send(outside, body, origin="null").status_code == 403
    assert send(outside, body, origin="http://linli").status_code == 200
    refused = outside.request("POST", f"{PATH}/photos", content=b"x", headers={**MINE, "origin": ELSEWHERE})
    assert refused.status_code == 415
    assert refused.headers["access-control-allow-origin"] == ELSEWHERE
    for origin, status in ((ELSEWHERE, 204), ("https://evil.example", 403)):
        assert outside.request("OPTIONS", f"{PATH}/messages", headers={"origin": origin}).status_code == status


@on_sqlite
def test_the_page_bears_a_strict_policy(resident: MakeResident) -> None:
    one = resident()
    for language, words in (("zh-Hans", "阳光花园"), ("en", "Sunshine Garden"), ("", "阳光花园"), ("xx", "阳光花园")):
        page = one.request("GET", "/chat", params={"lang": language})
        assert page.status_code == 200
        assert words in page.text
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "style=" not in page.text
        assert "onclick" not in page.text
    assert "Sunshine Garden" in one.request("GET", "/chat", headers={"accept-language": "en-GB,zh;q=0.5"}).text


@on_sqlite
@pytest.mark.parametrize("path", ["/widget.js", "/channels/web/site/chat.css", "/channels/web/site/garden.svg"])
def test_files_are_served_packed_and_not_twice(path: str, resident: MakeResident) -> None:
    one = resident()
    answer = one.request("GET", path)
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["x-content-type-options"] == "nosniff"
    tag = answer.headers["etag"]
    assert one.request("GET", path, headers={"if-none-match": tag}).status_code == 304
    assert one.request("GET", path, headers={"accept-encoding": "identity"}).text == answer.text


@on_sqlite
@pytest.mark.parametrize(
    "path",
    [
        "/widget/draw.js",
        "/channels/web/site/..%2fadapter.py",
        "/channels/web/site/x.css",
        "/channels/web/site/chat.html",
    ],
)
def test_nothing_else_is_served(path: str, resident: MakeResident) -> None:
    assert resident().request("GET", path).status_code in (404, 405)


def test_common_chat_components_are_answered_as_json_and_as_events(resident: MakeResident) -> None:
    one = resident()

    def chat(text: str, headers: dict[str, str] = MINE, **more: Any) -> httpx.Response:
        body = json.dumps({"messages": [{"role": "user", "text": "before"}, {"role": "user", "text": text}], **more})
        return one.request("POST", f"{PATH}/chat", content=body.encode(), headers=headers)

    first = chat("厨房水龙头漏水", id="message-1").json()
    assert (first["role"], "1." in first["text"]) == ("ai", True)
    assert chat("厨房水龙头漏水", id="message-1").json() == first
    streamed = chat("1", stream=True)
    assert streamed.headers["content-type"].startswith("text/event-stream")
    said = [json.loads(line.removeprefix("data: ")) for line in streamed.text.split("\n\n") if line]
    assert "R-" in "".join(bubble["text"] for bubble in said)
    assert len(history(one)["lines"]) == 4
    assert chat("hello", {}).status_code == 401
    assert chat("hello", {**MINE, "origin": "https://evil.example"}).status_code == 403
    assert one.request("POST", f"{PATH}/chat", content=bytes(20_000_000), headers=MINE).status_code == 413
    for wrong in (b"[]", b"{}", b'{"messages": []}', b'{"messages": [{"role": "ai", "text": "x"}]}'):
        assert one.request("POST", f"{PATH}/chat", content=wrong, headers=MINE).status_code in (400, 422)
