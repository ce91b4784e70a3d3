"""Voices that WeChat has not put into words: a recogniser where one is configured, else a person who listens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from backend.media import Shelf
from backend.models.staff import handover
from backend.models.talk import message
from backend.models.work import alarm
from backend.providers.speech import Recogniser
from bot.contract.errors import Refused
from channels.wechat.counter import Counter
from tests.channels.drivers.wechat import USER, Vendor, query_of, xml_of
from tests.fakes.server import Server
from tests.fakes.wechat import LONG

AMR = b"#!AMR\n" + b"\x3c" + b"\x91\x17\x16\xbe\x66" * 6


@pytest.fixture
def recogniser() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def _voice(at: Vendor, number: int | None = None) -> str:
    at.fake.files["media-in-2"] = AMR
    heard = at.hear(at.message(number, MsgType="voice", MediaId="media-in-2", Format="amr", Recognition=""))
    return "\n".join(one.text for one in heard)


def _rows(at: Vendor, *columns: Any) -> list[Any]:
    db = at.one.app.state.desk.db
    return list(db.read_now(lambda c: c.execute(select(*columns)).all()))


def _recognised(at: Vendor, server: Server, number: int, times: int = 1) -> list[str]:
    """A voice that comes so often at once, where there is a recogniser, which the demo has not."""
    at.fake.files["media-in-2"] = AMR
    ports = at.ports(recogniser=Recogniser(f"{server.url}/v1/audio/transcriptions", "small", "a-key"))
    counter = Counter(ports, at.one.app.state.tools.senders["wechat"].way._known)
    said = at.said(number, MsgType="voice", MediaId="media-in-2", Format="amr", Recognition="")
    at.fake.opens(USER, LONG)

    async def take() -> list[str]:
        turns = [counter.begun() for _ in range(times)]
        return await asyncio.gather(*(counter.take("demo", query_of(at.real), xml_of(**said), turn) for turn in turns))

    return at.one.loop.run_until_complete(take())


def test_what_a_recogniser_makes_out_is_taken_like_words(at: Vendor, recogniser: Server) -> None:
    at.bind()
    recogniser.tell({"text": " 厨房水管漏水。\u0000"})
    (answer,) = _recognised(at, recogniser, 71)
    assert "厨房水管漏水" in answer
    path, form = recogniser.asked[0]
    assert path == "/v1/audio/transcriptions"
    for part in (AMR, b'name="model"\r\n\r\nsmall', b'name="language"\r\n\r\nzh'):
        assert part in form
    assert recogniser.headers[0]["Authorization"] == "Bearer a-key"
    assert _rows(at, handover.c.id) == []


def test_a_cry_in_a_voice_is_heard(at: Vendor, recogniser: Server) -> None:
    at.bind()
    recogniser.tell({"text": "救命，我在卫生间摔倒了，站不起来"})
    _recognised(at, recogniser, 72)
    assert len(_rows(at, alarm.c.id)) == 1


def test_asked_thrice_it_is_put_into_words_once(at: Vendor, recogniser: Server) -> None:
    """WeChat's three requests of one message: one effect."""
    at.bind()
    before = at.messages()
    recogniser.tell({"text": "水管漏水"}, wait=0.2)
    _recognised(at, recogniser, 73, times=3)
    assert len(recogniser.asked) == 1
    assert at.messages() == before + 1


_NOTHING: tuple[tuple[Any, dict[str, Any]], ...] = (
    *(({"text": ""}, {}), ({"words": 1}, {}), (b"<html>", {})),
    *(([], {"status": 500}), ({}, {"cut": True})),
)


@pytest.mark.parametrize(("body", "how"), _NOTHING)
def test_where_it_makes_nothing_out_a_person_listens(at: Vendor, recogniser: Server, body: Any, how: Any) -> None:
    at.bind()
    recogniser.tell(body, **how)
    (answer,) = _recognised(at, recogniser, 74)
    assert "2分钟内来听" in answer
    assert [row[0] for row in _rows(at, handover.c.reason)] == ["voice"]


def test_without_a_recogniser_a_person_listens_and_they_are_told_by_when(at: Vendor) -> None:
    at.bind()
    first, again = _voice(at), _voice(at)
    assert "2分钟内来听" in first
    assert again == first, "said as often as they speak, and queued once"
    assert [row[0] for row in _rows(at, handover.c.reason)] == ["voice"]
    at.deliver()
    kept = [one for (payload,) in _rows(at, message.c.payload) for one in (payload or {}).get("attachments", ())]
    assert [one[0] for one in kept] == ["voice", "voice"]
    shelf: Shelf = at.one.app.state.tools.senders["wechat"].media
    assert shelf.fetch(kept[0][1], USER).content == AMR
    assert shelf.fetch(kept[0][1], USER).content_type == "audio/amr"


def test_in_the_middle_of_a_report_nothing_is_lost(at: Vendor) -> None:
    at.bind()
    at.hear(at.text("水管漏水"))
    assert "2分钟内来听" in _voice(at)
    assert "已登记" in at.hear(at.text("是"))[0].text


def test_what_is_no_voice_is_not_kept(at: Vendor) -> None:
    shelf: Shelf = at.one.app.state.tools.senders["wechat"].media
    key = shelf.name("v", "audio/amr", USER)
    for wrong in (b"<script>", b"#!AM", b"\xff\xd8\xff\xe0", AMR[:5] + b"x" * 8_000_001):
        with pytest.raises(Refused):
            shelf.put(key, wrong)
    with pytest.raises(Refused):
        shelf.name("v", "audio/wav", USER)
