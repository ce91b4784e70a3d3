"""X7, X8: malformed text on every route is the caller's fault, never ours; what can be stored comes back as it was."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import MakeResident
from tests.databases import on_sqlite
from tests.resident import DEMO_KEY, Resident

HEADERS = {"Authorization": f"Bearer {DEMO_KEY}", "content-type": "application/json"}
SURROGATE = b'{"state": "\\ud83d", "text": "\\ud83d", "sender": "a", "message": "\\ud83d", "id": "12345678"}'
BODIES: dict[str, bytes] = {
    "bad UTF-8": b'{"state": "\xff\xfe", "text": "\xc3\x28", "sender": "\xed\xa0\x80", "message": "\xff"}',
    "a lone surrogate": SURROGATE,
    "NUL": b'{"state": "a\\u0000b", "text": "a\\u0000b", "sender": "a\\u0000b", "message": "a\\u0000b"}',
    "a raw NUL": b'{"state": "a\x00b"}',
    "right-to-left override": '{"state": "\u202ea", "text": 7, "sender": "a", "message": {}, "id": "\u202e"}'.encode(),
    "a number out of range": b'{"state": 1e400, "text": 1e400, "sender": "a", "message": 1e400}',
    "NaN": b'{"state": NaN, "text": NaN, "sender": "a", "message": NaN}',
    "a number of 5,000 digits": b'{"state": ' + b"9" * 5_000 + b', "text": 1, "sender": "a", "message": 2}',
    "bottomless lists": b"[" * 200_000,
    "bottomless objects": b'{"a":' * 150_000,
    "no JSON": b"<xml/>",
    "nothing": b"",
    "UTF-16": '{"state": "x"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "two values": b"{} {}",
}
ODD_PATHS = ("%00", "%ff", "%ED%A0%80", "a%0Ab", "%E2%80%AEa", "..%2f..%2fetc", "a" * 3_000, "%F0%9F%98%80", "'\"<>")
ODD_QUERIES = ("%00", "%ff", "%ED%A0%80", "1e400", "-1", "9" * 400, "%0d%0aX: 1", "[]", "%F0%9F%98%80")


def _routes(one: Resident) -> Iterator[tuple[str, str, list[str]]]:
    """(method, path, names of the query) of all that is served, the undocumented doors among them."""
    paths: dict[str, dict[str, Any]] = one.request("GET", "/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for method, what in methods.items():
            query = [p["name"] for p in what.get("parameters", []) if p["in"] == "query"]
            yield method.upper(), path, query
    for path in ("/chat", "/widget.js", "/channels/web/site/{name}", "/docs"):
        yield "GET", path, ["lang", "community"]


def _filled(path: str, value: str = "sunshine") -> str:
    return re.sub(r"\{(\w+)(:path)?\}", lambda m: "demo" if m.group(1) == "provider" else value, path)


def _sane(response: httpx.Response, what: str) -> None:
    assert response.status_code < 500, f"{what}: {response.status_code} {response.text[:300]}"


@pytest.mark.parametrize("name", BODIES)
def test_a_malformed_body_is_a_problem_on_every_route(name: str, resident: MakeResident) -> None:
    one = resident()
    written = [(method, path) for method, path, _ in _routes(one) if method not in ("GET", "HEAD", "OPTIONS")]
    assert len(written) >= 8
    for method, path in written:
        headers = {**HEADERS, **({"Authorization": "Bearer " + "A" * 40} if "/channels/web" in path else {})}
        response = one.request(method, _filled(path), content=BODIES[name], headers=headers)
        what = f"{method} {path} with {name}"
        _sane(response, what)
        # These read no body at all.
        takes_any = path.endswith(("/passes/keys", "/passes/{key}/revoke", "/demo/pay/{key}/{what}", "/writing"))
        if not takes_any and response.status_code < 400:
            # Half an emoji in a sentence is mended rather than refused: somebody may be calling for help.
            assert name in ("a lone surrogate", "NUL"), what
            assert path in ("/webhooks/rest/webhook", "/model/parse", "/channels/web/{community}/messages"), what


def test_odd_paths_and_queries_are_problems(resident: MakeResident) -> None:
    one = resident()
    for method, path, query in _routes(one):
        for odd in ODD_PATHS:
            if "{" in path:
                _sane(one.request(method, _filled(path, odd), headers=HEADERS), f"{method} {path} of {odd[:40]}")
        for odd in ODD_QUERIES:
            asked = "&".join(f"{name}={odd}" for name in query) or f"x={odd}"
            _sane(one.request(method, f"{_filled(path)}?{asked}", headers=HEADERS), f"{method} {path}?{asked[:60]}")


@on_sqlite
@pytest.mark.parametrize("value", [b"\xff", b"Bearer \xff", b"Bearer \xe4\xbd\xa0", b"Bearer " + b"a" * 9_000, b""])
def test_odd_headers_are_problems(value: bytes, resident: MakeResident) -> None:
    one = resident()
    for method, path, _ in _routes(one):
        for name in (b"authorization", b"idempotency-key", b"origin", b"accept-language"):
            response = one.request(method, _filled(path), headers=[(name, value)])
            _sane(response, f"{method} {path} with {name!r}: {value[:20]!r}")


@on_sqlite
def test_ten_megabytes_are_refused_before_they_are_read(resident: MakeResident) -> None:
    """Announced: not one byte is asked for. Unannounced: given up long before the end."""
    one = resident()
    for method, path, _ in _routes(one):
        if method in ("GET", "HEAD", "OPTIONS"):
            continue
        asked = 0

        async def flood() -> AsyncIterator[bytes]:
            nonlocal asked
            for _ in range(160):
                asked += 1
                yield b"a" * 65_536

        headers = {**HEADERS, **({"Authorization": "Bearer " + "A" * 40} if "/channels/web" in path else {})}
        announced = one.request(
            method, _filled(path), content=flood(), headers={**headers, "content-length": str(160 * 65_536)}
        )
        assert announced.status_code == 413, f"{method} {path}"
        assert asked <= 1, f"{method} {path} asked for {asked} pieces of what was announced as too large"
        asked = 0
        streamed = one.request(method, _filled(path), content=flood(), headers=headers)
        _sane(streamed, f"{method} {path}")
        assert asked * 65_536 < 9_000_000, f"{method} {path} read {asked} pieces"


@on_sqlite
def test_a_gzip_bomb_is_not_opened(resident: MakeResident) -> None:
    one = resident()
    bomb = gzip.compress(b"a" * 50_000_000)
    for method, path, _ in _routes(one):
        if method not in ("GET", "HEAD", "OPTIONS"):
            response = one.request(method, _filled(path), content=bomb, headers={**HEADERS, "content-encoding": "gzip"})
            assert response.status_code == 415, f"{method} {path}"


@pytest.mark.parametrize(
    "said",
    [
        "3栋楼下的灯不亮了，请看一下 😀🚿",
        "the lamp's \"out\" \\ /* -- ' ; DROP TABLE message; {name} %s ${x}",
        "<b>bold</b> &amp; &lt;i&gt;",
        "e\u0301 and \u00e9, \ufb01, \U0001f468\u200d\U0001f469\u200d\U0001f467",
        "𠮷野家门口，邨、龘",
        "=1+1 @cmd +86",
    ],
)
def test_what_was_said_comes_back_as_it_was(said: str, resident: MakeResident) -> None:
    one = resident()
    assert one.say(said).status == 200
    first = next(event for event in one.tracker()["events"] if event["event"] == "user")
    assert first["text"] == said


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("厨房\x00水龙头\x07漏水", "厨房水龙头漏水"),
        ("the lamp is out \ud83d", "the lamp is out \ufffd"),
        ("\u202elamp \u2066out\u2069", "lamp out\u2069"),
        ("one\r\ntwo\u0085three", "one  twothree"),
    ],
)
def test_what_cannot_be_kept_is_mended_and_the_rest_stays(said: str, kept: str, resident: MakeResident) -> None:
    one = resident()
    assert one.say(said).status == 200
    first = next(event for event in one.tracker()["events"] if event["event"] == "user")
    assert first["text"] == kept
    assert json.dumps(first)
