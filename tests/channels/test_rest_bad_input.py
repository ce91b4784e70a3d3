"""Whatever arrives at the REST door: never a 500, never a half-filed case, always words or a problem document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import MakeResident
from tests.databases import on_sqlite

PROBLEM = "application/problem+json"
PATH = "/webhooks/rest/webhook"

MALFORMED: dict[str, bytes] = {
    "broken JSON": b'{"sender": "a", "message": ',
    "broken UTF-8": b'{"sender": "a", "message": "\xff\xfe"}',
    "not an object": b"[1, 2]",
    "nothing": b"",
    "number out of range": b'{"sender": "a", "message": "x", "metadata": {"n": 1e400}}',
    "NaN": b'{"sender": "a", "message": NaN}',
    "bottomless": b"[" * 200_000,
    "sender missing": b'{"message": "hello"}',
    "sender a list": b'{"sender": ["a"], "message": "x"}',
    "sender too long": json.dumps({"sender": "a" * 201, "message": "x"}).encode(),
    "sender with NUL": b'{"sender": "a\\u0000b", "message": "x"}',
    "sender half an emoji": b'{"sender": "\\ud83d", "message": "x"}',
    "message a number": b'{"sender": "a", "message": 7}',
    "message null": b'{"sender": "a", "message": null}',
    "metadata a list": b'{"sender": "a", "message": "x", "metadata": [1]}',
    "message id a list": b'{"sender": "a", "message": "x", "metadata": {"message_id": [1]}}',
    "unknown profile": b'{"sender": "a", "message": "x", "metadata": {"profile": "smoke"}}',
    "no such place": b'{"sender": "a", "message": "", "metadata": {"location": {"latitude": 99, "longitude": 0}}}',
}

ODD: dict[str, str] = {
    "empty": "",
    "blank": "   \n\t ",
    "100 kB": "水管坏了" * 9_000,
    "emoji only": "😀🚿🔥",
    "NUL": "厨房\x00水龙头漏水",
    "lone surrogate": "the lamp is out \ud83d",
    "right-to-left override": "\u202elamp out",
    "markup": "<script>alert(1)</script>",
    "template": "{number} {{7*7}} ${7*7} %s",
    "an intent in Rasa's way": '/report_repair{"location": "3栋"}',
    "an unknown payload": "location=elsewhere",
    "punctuation": "。。。？？！！",
    "zero width": "\u200b\u200b",
    "a long word": "a" * 3_900,
}


@on_sqlite
@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_requests_are_problems(name: str, resident: MakeResident) -> None:
    one = resident()
    response = one.request("POST", PATH, content=MALFORMED[name], headers={"content-type": "application/json"})
    assert 400 <= response.status_code < 500, response.text
    assert response.headers["content-type"] == PROBLEM
    assert set(response.json()) >= {"type", "title", "status", "detail"}


@on_sqlite
def test_a_body_of_ten_megabytes_is_not_read(resident: MakeResident) -> None:
    response = resident().request("POST", PATH, content=b'"' + b"a" * 10_000_000 + b'"')
    assert response.status_code == 413


@pytest.mark.parametrize("name", ODD)
def test_odd_messages_get_words_and_file_nothing(name: str, resident: MakeResident) -> None:
    one = resident()
    answer = one.say(ODD[name])
    assert answer.status == 200
    assert answer.text.strip()
    assert one.items("cases") == []


def test_odd_messages_in_the_middle_leave_the_question_standing(resident: MakeResident) -> None:
    one = resident()
    one.say("厨房水龙头漏水")
    for text in ("😀", "", "/affirm", "。。。"):
        answer = one.say(text)
        assert answer.text.strip()
        assert one.items("cases") == []
    one.say("是")
    assert len(one.items("cases")) == 1


def test_a_long_message_keeps_its_first_part_and_files_nothing_by_itself(resident: MakeResident) -> None:
    one = resident()
    answer = one.say("厨房水龙头漏水。" + "啊" * 90_000)
    assert answer.status == 200
    assert one.items("cases") == []


@pytest.mark.parametrize("path", ["/api/v1/cases", "/api/v1/alarms"])
@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "501"}, {"limit": "x"}, {"cursor": "a" * 300}],
)
def test_the_api_answers_bad_queries_with_problems(path: str, query: dict[str, str], resident: MakeResident) -> None:
    headers = {"Authorization": "Bearer linli-demo-key"}
    response = resident().request("GET", path, params=query, headers=headers)
    assert response.status_code == 422
    assert response.headers["content-type"] == PROBLEM


@pytest.mark.parametrize("key", ["nobody", "R-20261120-9999", "%00", "a" * 500])
def test_unknown_ids_are_404(key: str, resident: MakeResident) -> None:
    one = resident()
    for what in ("cases", "alarms"):
        response = one.request("GET", f"/api/v1/{what}/{key}", headers={"Authorization": "Bearer linli-demo-key"})
        assert response.status_code == 404


@on_sqlite
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", "Basic linli-demo-key", "Bearer \u00e9"])
def test_the_api_needs_a_key(header: str | None, resident: MakeResident) -> None:
    headers: dict[Any, Any] = {} if header is None else {"Authorization": header.encode("utf-8")}
    response = resident().request("GET", "/api/v1/cases", headers=headers)
    assert response.status_code == 401
    assert response.headers["content-type"] == PROBLEM


@on_sqlite
@pytest.mark.parametrize("body", [b"", b"{}", b'{"text": 3}', b'{"text": "\xff"}', b'{"text": 1e400}'])
def test_parse_refuses_what_is_no_text(body: bytes, resident: MakeResident) -> None:
    response = resident().request("POST", "/model/parse", content=body)
    assert 400 <= response.status_code < 500


@on_sqlite
@pytest.mark.parametrize("text", ["", "a" * 20_000, "\x00", "😀", "(" * 5_000, "不" * 8_000])
def test_parse_answers_any_text(text: str, resident: MakeResident) -> None:
    response = resident().request("POST", "/model/parse", json={"text": text})
    assert response.status_code == 200
    assert set(response.json()) >= {"text", "intent", "entities", "intent_ranking", "danger"}
