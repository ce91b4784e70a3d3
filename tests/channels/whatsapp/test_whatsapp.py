"""WhatsApp's own: recorded calls, the check of the webhook, receipts in any order, buttons and lists."""

from __future__ import annotations

import re
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import channels
from bot.app import build, open_desk
from bot.contract.errors import Misconfigured, Refused
from bot.contract.messages import Choice, Choices, Words
from bot.settings import Settings
from channels.whatsapp.parse import parse
from channels.whatsapp.render import render
from intents.understand import Embedded
from tests.channels.drivers.driver import Driver
from tests.channels.drivers.whatsapp import PATH, VERIFY, Vendor
from tests.clerk import Clerk
from tests.fakes.whatsapp import NUMBER

FIXTURES = sorted((Path(channels.__path__[0]) / "whatsapp" / "fixtures").glob("*.json"))
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def _name(seed: str, kind: str, owner: str) -> str:
    return f"{seed} {kind} {owner}"


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_recorded_calls(path: Path) -> None:
    expected: dict[str, Any] = yaml.safe_load(path.with_suffix(".expect.yml").read_text(encoding="utf-8"))
    if "refused" in expected:
        with pytest.raises(Refused):
            parse(path.read_bytes(), "demo", NUMBER, NOW, _name)
        return
    call = parse(path.read_bytes(), "demo", NUMBER, NOW, _name)
    assert len(call.messages) == len(expected["messages"])
    for message, wanted in zip(call.messages, expected["messages"], strict=True):
        got = asdict(message)
        for name, value in wanted.items():
            assert (list(got[name]) if isinstance(got[name], tuple) else got[name]) == value, name
    assert list(call.ignored) == expected.get("ignored", [])
    assert [[one.vendor_id, one.state, one.reason] for one in call.fates] == expected.get("fates", [])


@pytest.fixture
def name() -> str:
    return "whatsapp"


@pytest.fixture
def at(driver: Driver) -> Vendor:
    assert isinstance(driver, Vendor)
    return driver


def test_the_webhook_is_checked_once_by_a_word_of_ours(at: Vendor) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    right = at.one.request("GET", PATH, params={**asked, "hub.verify_token": VERIFY})
    assert (right.status_code, right.text) == (200, "1158201444")
    for wrong in ({}, {"hub.verify_token": "guess"}):
        assert at.one.request("GET", PATH, params={**asked, **wrong}).status_code == 401


def test_receipts_in_any_order_say_what_became_of_an_answer(at: Vendor) -> None:
    at.say("你好")
    row = at.rows()[-1]
    assert (row.state, row.vendor_id) == ("sent", at.fake.said[-1].id)
    assert at.fate(row.vendor_id, "read").status_code == 200
    assert at.fate(row.vendor_id, "delivered").status_code == 200
    read = at.rows()[-1]
    assert read.read_at is not None
    assert read.delivered_at is not None
    at.say("谢谢")
    late = at.rows()[-1]
    at.fate(late.vendor_id, "failed", errors=[{"code": 131026, "title": "Message undeliverable"}])
    assert (at.rows()[-1].state, at.rows()[-1].last_error) == ("dead", "131026 Message undeliverable")
    assert at.fate("wamid.nobody", "read").status_code == 200
    # Beside each line, where the desk reads the conversation.
    seen = Clerk(at.one, "agent").get(f"/console/inbox/{late.conversation_id}", **{"accept-language": "en"}).text
    assert re.findall(r"</time> · ([^<]+)</p>", seen) == ["read", "not delivered: 131026 Message undeliverable"]


@pytest.mark.parametrize(("count", "kind"), [(2, "button"), (3, "button"), (4, "list"), (10, "list"), (11, "text")])
def test_choices_take_the_form_that_fits(count: int, kind: str) -> None:
    items = tuple(Choice(f"第{n}项", f"pick={n}", str(n)) for n in range(count))
    shown = render((Words("请选"), Choices("哪一项？", items)), "选择")[-1]
    assert (shown["interactive"]["type"] if shown["type"] == "interactive" else shown["type"]) == kind
    assert all(item.title in str(shown) for item in items)


def test_half_of_the_secrets_are_named(prepared: Settings, interpreter: Embedded, tmp_path: Path) -> None:
    # On a copy: whoever opens the demo writes its days anew.
    copy = shutil.copy(prepared.database_url.removeprefix("sqlite:///"), tmp_path / "linli.db")
    given = {"channels": {"whatsapp": prepared.channels["telegram"]}, "vendors": {"WHATSAPP_DEMO_TOKEN": "t"}}
    half = prepared.model_copy(update={"database_url": f"sqlite:///{copy}", **given})
    desk = open_desk(half, interpreter)
    try:
        with pytest.raises(Misconfigured, match="LINLI_WHATSAPP_DEMO_NUMBER_ID"):
            build(half, desk)
    finally:
        desk.db.close()
