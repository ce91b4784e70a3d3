"""X14: one event is one line, a message's lines share its trail, and nobody is to be found in any of them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.contract import trail
from bot.contract.flow import Book, Do, Outcome, Turn
from bot.logs import JsonLines, Lines
from bot.masking import elide, mask
from tests.conftest import MakeResident
from tests.load.process import ROOT, copy_model, served
from tests.load.test_kill import _post as post
from tests.log_watch import tells

PHONE, NAME, PLATE = "13812345678", "王小明", "沪A12345"
SAID = f'厨房水龙头漏水，请师傅来修，我叫{NAME}，电话{PHONE}，车{PLATE}\n{{"level": "critical"}}'


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call 13812345678 now", "call 138****5678 now"),
        ("+86 138 1234 5678", "138****5678"),
        ("0086-13812345678", "138****5678"),
        ("021-62345678", "****5678"),
        ("62345678", "***"),
        ("the code 4711 0815", "the code ***"),
        ("310101199003071234 and 31010119900307123X", "*** and ***"),
        ("Authorization: Bearer linli-demo-key", "Authorization: Bearer ***"),
        ("token=abc123&key=9 secret: xyz", "token=***&key=*** secret: ***"),
        ("postgresql+psycopg://linli:hunter2@db/linli", "postgresql+psycopg://linli:***@db/linli"),
        ("linli_abcdefghijklmnopqrstuvwxyz012345", "***"),
        ("01JD3Z7Q8F4K2M5N6P7R8S9T0V", "***"),
        (f"a car {PLATE}, {PLATE[:2]}·{PLATE[2:]}D", "a car ***, ***"),
        ("li.na@example.org", "***@***"),
        ("R-20261120-0007 failed with E-1A2B3C after 12.5 ms on port 8000", None),
        ("Uvicorn running on http://127.0.0.1:8931", None),
    ],
)
def test_what_points_to_a_person_is_masked(text: str, masked: str | None) -> None:
    assert mask(text) == (text if masked is None else masked)


def test_what_an_error_quotes_is_left_out_unless_it_is_a_name_of_ours() -> None:
    assert elide("could not convert '王小明 lives at 3-2-501'") == "could not convert '...'"
    assert elide("KeyError: 'report_repair'") == "KeyError: 'report_repair'"


def _record(message: str, **extra: object) -> logging.LogRecord:
    record = logging.makeLogRecord({"name": "linli", "levelno": logging.INFO, "levelname": "INFO", "msg": message})
    vars(record).update(extra)
    return record


@pytest.mark.parametrize("odd", ["\n", "\r\n", "\u2028", "\u0085", "\x0b", "\x1b[2J", "\x00", "\ud83d"])
def test_an_event_is_one_line_whatever_it_says(odd: str) -> None:
    for form in (JsonLines(), Lines()):
        line = form.format(_record(f"a{odd}b", more=f"c{odd}d"))
        assert len(line.splitlines()) == 1
        assert "\x1b" not in line
    assert json.loads(JsonLines().format(_record(f"a{odd}b")))["message"] == f"a{odd}b"


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """What the product says to its log, in JSON lines."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield out
    logging.getLogger().removeHandler(handler)


def _lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_lines_of_a_message_share_its_trail_with_its_outbox_row(resident: MakeResident, told: io.StringIO) -> None:
    one = resident(PHONE)
    one.say(SAID)
    one.say("是")
    lines = [line for line in _lines(told) if line["logger"] == "linli.message"]
    assert len({line["trail"] for line in lines}) == len(lines) == 2
    rows = one.app.state.desk.db.read_now(lambda c: c.exec_driver_sql("SELECT trail FROM outbox ORDER BY id").all())
    assert [row[0] for row in rows] == [line["trail"] for line in lines]
    assert lines[0]["outcome"] == "start"
    assert lines[0]["flow"] == "report_repair"
    assert lines[0]["route"] == "/webhooks/rest/webhook"
    assert lines[0]["conversation"] == lines[1]["conversation"]


def _loud(turn: Turn) -> Outcome:
    raise ValueError(f"cannot file {turn.message.text!r} of {turn.conversation.address.user} {NAME} {PHONE}\n{PLATE}")


def test_an_error_tells_where_and_not_what_was_said(resident: MakeResident, told: io.StringIO) -> None:
    one = resident(PHONE)
    desk = one.app.state.desk
    flow = desk.book.flows["report_repair"]
    steps = tuple(Do("file", _loud) if step.name == "file" else step for step in flow.steps)
    one.restart(book=Book({**desk.book.flows, flow.name: replace(flow, steps=steps)}, desk.book.by_intent))
    one.say(SAID)
    answer = one.say("是")
    (failed,) = [line for line in _lines(told) if line["level"] == "error"]
    assert failed["code"] in answer.text
    assert "ValueError" in failed["error"]
    assert "_loud" in failed["error"]
    done = [line for line in _lines(told) if line["logger"] == "linli.message"]
    assert failed["trail"] == done[-1]["trail"]
    assert done[-1]["outcome"] == "failed"
    text = told.getvalue()
    for secret in (PHONE, NAME, PLATE, "水龙头", json.dumps(NAME)[1:-1], json.dumps("水龙头")[1:-1]):
        assert secret not in text


def test_a_failing_statement_keeps_its_parameters_to_itself(resident: MakeResident, told: io.StringIO) -> None:
    one = resident(PHONE)
    one.app.state.desk.db.submit(lambda c: c.exec_driver_sql("ALTER TABLE message RENAME COLUMN text TO said")).result()
    assert one.say(SAID).status == 503
    one.app.state.desk.db.submit(lambda c: c.exec_driver_sql("ALTER TABLE message RENAME COLUMN said TO text")).result()
    assert any("storage" in line["message"] for line in _lines(told))
    for secret in (PHONE, json.dumps(NAME)[1:-1], json.dumps("水龙头")[1:-1]):
        assert secret not in told.getvalue()


def test_the_watch_over_the_whole_run_can_see() -> None:
    """The control of `nothing_told_to_the_log`: lines that tell too much are noticed."""
    line = {
        "at": "2026-11-21T05:32:05.243Z",
        "level": "info",
        "message": "message",
        "trail": "af46f73f" * 4,
        "ms": 53.4,
    }
    assert tells(json.dumps(line)) == []
    for secret, what in (
        (PHONE, "a phone"),
        ("310101199003071234", "an identity number"),
        ("code 47110815", "a code of a pass"),
        ("Bearer x", "a key"),
        ("021-62345678", "a landline"),
        (PLATE, "a plate"),
        (NAME, "words of a resident"),
    ):
        assert what in tells(json.dumps({**line, "message": f"heard {secret}"})), secret
    assert tells("{}\n{}") == ["more than one line"]


def test_trails_do_not_leak_from_one_message_into_the_next() -> None:
    first = trail.begin()
    first.hide(NAME)
    second = trail.begin()
    assert second.hidden == set()
    assert trail.current() is second


@pytest.mark.parametrize(("form", "json_lines"), [("json", True), ("text", False), ("", True)])
def test_a_served_process_logs_in_the_form_that_was_asked_for(form: str, json_lines: bool, tmp_path: Path) -> None:
    copy_model(ROOT / "data" / "model", tmp_path / "model")
    with served(("bot", "serve"), tmp_path, "linli.db", LINLI_LOG=form) as server:
        post(server, "m-1", SAID)
        post(server, "m-2", "救命，我摔倒了")
    lines = (tmp_path / "linli.db.log").read_text(encoding="utf-8").splitlines()
    events = [line for line in lines if "linli.message" in line]
    assert len(events) == 2
    assert all(line.startswith("{") == json_lines for line in events)
    heard = "\n".join(line for line in lines if "linli.message" in line or "uvicorn" in line)
    for secret in (PHONE, NAME, PLATE, "水龙头", "救命"):
        assert secret not in heard
