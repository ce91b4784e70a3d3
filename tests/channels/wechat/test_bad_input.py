"""Whatever comes in that is no message of a resident's: refused or "success", counted and logged once, and no row."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from backend.models.talk import message, outbox
from backend.services import signatures
from bot.contract.channel import Account
from channels.wechat.adapter import WeChat
from tests.channels.drivers.wechat import OWN, PATH, TOKEN, USER, Vendor, query_of, xml_of

_SAID = {"ToUserName": OWN, "FromUserName": USER, "CreateTime": 1795138200}
_HELLO = xml_of(**_SAID, MsgType="text", Content="你好", MsgId=1)
_BOMB = (
    '<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {one} "{f"&{before};" * 10}">' for before, one in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><xml><ToUserName>&i;</ToUserName><MsgType>text</MsgType></xml>"
).encode()
_OUTSIDE = b'<!DOCTYPE z [<!ENTITY a SYSTEM "file:///etc/hostname">]><xml><Content>&a;</Content></xml>'
_SEALED = {"encrypt_type": "aes", "msg_signature": "0" * 40}
AWAY, ASIDE = "turned away", "nobody acts on this"


@dataclass(frozen=True, slots=True)
class Bad:
    """query: None for a right one; minutes: how far its clock is off; line: what is logged of it, once."""

    name: str
    status: int
    line: str
    body: bytes = _HELLO
    query: dict[str, str] | None = None
    minutes: int = 0
    path: str = PATH
    more: dict[str, str] = field(default_factory=dict)


BAD = (
    Bad("no signature", 403, AWAY, query={}),
    Bad("a guessed signature", 403, AWAY, more={"signature": "0" * 40}),
    Bad("half a surrogate for a signature", 403, AWAY, more={"signature": "签"}),
    Bad("no nonce", 403, AWAY, more={"nonce": ""}),
    Bad("ten minutes old", 403, AWAY, minutes=-10),
    Bad("ten minutes early", 403, AWAY, minutes=10),
    Bad("encrypted, and signed for nothing of it", 403, AWAY, b"<xml><Encrypt>AAAA</Encrypt></xml>", more=_SEALED),
    Bad("an account that there is not", 404, ASIDE, path="/channels/wechat/nobody"),
    Bad("two megabytes", 413, ASIDE, b"<xml>" + b"x" * 2_000_000),
    Bad("twenty megabytes", 413, ASIDE, b"<xml>" + b"x" * 20_000_000),
    Bad("twenty megabytes of nobody's", 403, AWAY, b"<xml>" + b"x" * 20_000_000, query={}),
    Bad("a bomb of entities", 200, ASIDE, _BOMB),
    Bad("a file of ours as an entity", 200, ASIDE, _OUTSIDE),
    Bad("nothing", 200, ASIDE, b""),
    Bad("JSON", 200, ASIDE, b'{"a": 1}'),
    Bad("no UTF-8", 200, ASIDE, b"<xml>\xff\xfe</xml>"),
    Bad("cut off", 200, ASIDE, _HELLO[:-20]),
    Bad("no kind", 200, ASIDE, xml_of(**_SAID, MsgId=1)),
    Bad("an unknown kind", 200, ASIDE, xml_of(**_SAID, MsgType="brand_new", MsgId=1)),
    Bad("an unknown event", 200, ASIDE, xml_of(**_SAID, MsgType="event", Event="brand_new")),
    Bad("no entry of our menu", 200, ASIDE, xml_of(**_SAID, MsgType="event", Event="CLICK", EventKey="x")),
    Bad("no number for an id", 200, ASIDE, xml_of(**_SAID, MsgType="text", Content="a", MsgId="x")),
    Bad("no place", 200, ASIDE, xml_of(**_SAID, MsgType="location", Location_X="north", Location_Y=1, MsgId=1)),
)


def _counted(at: Vendor) -> tuple[float, float]:
    metrics = at.one.app.state.desk.metrics
    return metrics.refused.labels("wechat")._value.get(), metrics.unsupported.labels("wechat")._value.get()


def _rows(at: Vendor) -> int:
    db = at.one.app.state.desk.db
    count = [select(func.count()).select_from(table).scalar_subquery() for table in (message, outbox)]
    found: int = db.read_now(lambda c: c.execute(select(count[0] + count[1])).scalar_one())
    return found


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_it_is_counted_and_logged_once_and_leaves_no_row(
    at: Vendor, bad: Bad, caplog: pytest.LogCaptureFixture
) -> None:
    rows, (away, aside) = _rows(at), _counted(at)
    query = query_of(at.real + 60 * bad.minutes) if bad.query is None else bad.query
    with caplog.at_level(logging.INFO):
        answer = at._post(bad.path, bad.body, {**query, **bad.more})
    assert (answer.status_code, answer.text) == (bad.status, "success" if bad.status == 200 else "")
    assert "json" not in answer.headers["content-type"]
    assert _rows(at) == rows
    expected = (away + 1, aside) if bad.line == AWAY else (away, aside + 1)
    assert _counted(at) == expected
    told = [one for one in caplog.records if one.name.startswith("linli") and one.name != "linli.deliver"]
    assert [one.getMessage().split(":")[0] for one in told] == [bad.line]
    assert not any(one.exc_info for one in told)


@pytest.fixture
def outside(at: Vendor) -> Iterator[Any]:
    """The same door where it is nobody's demo: an account of its own, whose token only WeChat knows; and that door in
    another process, which shares nothing with it but the database."""
    secrets = {"appid": "wx0000000000000001", "token": "a-token-of-ours", "secret": "s"}
    turned: list[int] = []
    own = {"demo": Account("sunshine", {}, {}, secrets=secrets)}
    ports = at.ports(demo=False, accounts=own, turned_away=lambda: turned.append(1))

    def opened() -> httpx.AsyncClient:
        app = FastAPI()
        app.include_router(WeChat().routes(ports))
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://linli")

    doors: defaultdict[int, httpx.AsyncClient] = defaultdict(opened)

    def post(body: bytes, query: dict[str, str], door: int = 0) -> tuple[int, str, int]:
        answer = at.one.loop.run_until_complete(doors[door].post(PATH, params=query, content=body))
        return answer.status_code, answer.text[:4], len(turned)

    yield post
    at.one.loop.run_until_complete(asyncio.sleep(0))
    for http in doors.values():
        at.one.loop.run_until_complete(http.aclose())


@pytest.fixture
def shut(at: Vendor) -> Iterator[Any]:
    """Two accounts: one that has none of its secrets yet, and one that takes only what is encrypted."""
    secrets = {"appid": "wx0000000000000001", "token": TOKEN, "aes_key": "a" * 43}
    own = {
        "empty": Account("sunshine", {}, {}),
        "demo": Account("sunshine", {}, {}, secrets=secrets, mode="safe"),
    }
    counts: list[str] = []
    heard = {"turned_away": lambda: counts.append(AWAY), "ignored": lambda _: counts.append(ASIDE)}
    app = FastAPI()
    app.include_router(WeChat().routes(at.ports(accounts=own, **heard)))
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://linli")

    def ask(method: str, account: str, body: bytes = b"") -> tuple[int, str, list[str]]:
        path, query = PATH.replace("demo", account), {**query_of(at.real), "echostr": "1"}
        answer = at.one.loop.run_until_complete(http.request(method, path, params=query, content=body))
        told, counts[:] = list(counts), []
        return answer.status_code, answer.text, told

    yield ask
    at.one.loop.run_until_complete(http.aclose())


def test_an_account_without_its_secrets_is_closed(at: Vendor, shut: Any) -> None:
    rows = _rows(at)
    assert shut("GET", "empty") == (404, "", [ASIDE])
    assert shut("POST", "empty", _HELLO) == (404, "", [ASIDE])
    assert _rows(at) == rows


def test_where_only_what_is_encrypted_is_taken_plain_words_are_turned_away(at: Vendor, shut: Any) -> None:
    rows = _rows(at)
    assert shut("GET", "demo") == (200, "1", []), "the echo comes in plain in every mode"
    assert shut("POST", "demo", _HELLO) == (403, "", [AWAY])
    assert _rows(at) == rows


def test_a_signature_that_was_overheard_is_good_for_nothing_else(at: Vendor, outside: Any) -> None:
    """In plain it does not cover the body: what it came with may come again, anything else is refused."""
    before = at.messages()
    query = query_of(at.real, "a-token-of-ours")
    assert outside(_HELLO, query) == (200, "<xml", 0)
    assert outside(_HELLO, query) == (200, "<xml", 0)
    for forged in (
        xml_of(**_SAID, MsgType="text", Content="开门", MsgId=2),
        xml_of(**_SAID, MsgType="text", Content="开门", MsgId=1),
        xml_of(**_SAID, MsgType="event", Event="unsubscribe"),
    ):
        assert outside(forged, query)[:2] == (403, "")
    assert outside(_HELLO, query_of(at.real, TOKEN)) == (403, "", 4), "nor does the demo's token open it"
    assert at.messages() == before + 1


_FORGED = (
    xml_of(**_SAID, MsgType="text", Content="开门", MsgId=2),
    xml_of(**_SAID, MsgType="text", Content="开门", MsgId=1),
    xml_of(**_SAID, MsgType="event", Event="unsubscribe"),
    xml_of(**_SAID, MsgType="event", Event="CLICK", EventKey="en:repair"),
)


@pytest.mark.parametrize(
    "first", [_HELLO, xml_of(**_SAID, MsgType="event", Event="unsubscribe")], ids=["words", "gone"]
)
def test_nor_is_it_in_another_process(at: Vendor, outside: Any, first: bytes) -> None:
    query = query_of(at.real, "a-token-of-ours")
    status, said, _ = outside(first, query)
    rows, others = _rows(at), [one for one in _FORGED if one != first]
    for door, forged in enumerate(others, 1):
        assert outside(forged, query, door=door) == (403, "", door)
        assert outside(first, query, door=door)[:2] == (status, said), "what it belongs to may come to another"
    assert _rows(at) == rows


def test_a_cry_for_help_is_heard_whoever_it_is(at: Vendor, outside: Any) -> None:
    query = query_of(at.real, "a-token-of-ours")
    outside(_HELLO, query)
    assert outside(xml_of(**_SAID, MsgType="text", Content="救命，着火了", MsgId=3), query, door=1) == (200, "<xml", 0)


def test_signatures_are_forgotten_when_their_time_is_over(at: Vendor, outside: Any) -> None:
    db, real = at.one.app.state.desk.db, at.one.app.state.desk.clock.real()
    outside(_HELLO, query_of(at.real, "a-token-of-ours"))
    swept = [
        at.one.loop.run_until_complete(db.write(lambda c, at=when: signatures.sweep(c, at)))
        for when in (real + timedelta(minutes=11), real + timedelta(hours=1))
    ]
    assert swept == [0, 1]
