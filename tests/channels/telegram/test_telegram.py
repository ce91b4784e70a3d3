"""Telegram's own: recorded updates, the menu, binding by contact and deep link, polling, and a storage that is away."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import channels
from backend.services import outbox
from bot.contract.errors import Refused, Unsupported
from bot.contract.messages import Address
from bot.contract.shown import brought
from bot.settings import Settings
from channels.telegram.keyboard import DATA_BYTES
from channels.telegram.parse import parse
from intents.understand import Embedded
from tests.channels.drivers.driver import Driver
from tests.channels.drivers.telegram import CHAT, PATH, SECRET, Vendor, update_of
from tests.resident import Resident

FIXTURES = sorted((Path(channels.__path__[0]) / "telegram" / "fixtures").glob("*.json"))
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def _name(seed: str, kind: str, owner: str) -> str:
    return f"{seed} {kind} {owner}"


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_recorded_updates(path: Path) -> None:
    expected: dict[str, Any] = yaml.safe_load(path.with_suffix(".expect.yml").read_text(encoding="utf-8"))
    body = path.read_bytes()
    if expected.pop("unsupported", False):
        with pytest.raises(Unsupported):
            parse(body, "demo", NOW, _name)
        return
    if expected.pop("refused", False):
        with pytest.raises(Refused):
            parse(body, "demo", NOW, _name)
        return
    update = parse(body, "demo", NOW, _name)
    got = {**asdict(update.message), "command": update.command, "callback": update.callback}
    for name, value in expected.items():
        assert (list(got[name]) if isinstance(got[name], tuple) else got[name]) == value, name


@pytest.fixture
def name() -> str:
    return "telegram"


@pytest.fixture
def at(driver: Driver) -> Vendor:
    assert isinstance(driver, Vendor)
    return driver


def _start(at: Vendor, code: str = "") -> str:
    entity = [{"type": "bot_command", "offset": 0, "length": 6}]
    return "\n".join(one.text for one in at.hear(at.message(text=f"/start {code}".strip(), entities=entity)))


def _home(at: Vendor) -> str | None:
    peek = at.one.app.state.desk
    found = peek.db.read_now(lambda c: peek.memory.peek(c, Address("telegram", at.user)))
    return found.resident.home.label if found is not None and found.resident is not None else None


def test_a_stranger_is_nobody_until_they_share_their_own_number(at: Vendor) -> None:
    assert "前台" in _start(at)
    assert _home(at) is None
    theirs = {"phone_number": "13800000501", "first_name": "Li", "user_id": 777}
    assert "别人" in at.hear(at.message(contact=theirs))[0].text
    assert _home(at) is None
    at.bind()
    assert _home(at) == "3栋2单元501"


def test_a_code_binds_once_and_the_other_accounts_hear_of_it(at: Vendor) -> None:
    at.one.say("你好")
    code = at.code()
    assert "3栋2单元501" in _start(at, code)
    assert _home(at) == "3栋2单元501"
    told = at.one.app.state.desk.db.read_now(lambda c: outbox.newest(c, 50))
    assert any(row.channel == "rest" and "Another chat account" in str(row.body) for row in told)
    entity = [{"type": "bot_command", "offset": 0, "length": 7}]
    assert "不再属于3栋2单元501吗" in at.hear(at.message(text="/unbind", entities=entity))[0].text
    assert _home(at) == "3栋2单元501"
    assert "不再绑定任何一户" in at.say("是")[0].text
    assert _home(at) is None
    assert "绑定码" in at.say(f"我的绑定码是{code.lower()}")[0].text
    assert _home(at) is None


def test_codes_are_not_guessed(at: Vendor) -> None:
    for n in range(5):
        assert "没有对上" in at.say(f"LL-AAAA-AAA{'ACDEF'[n]}")[0].text
    code = at.code()
    assert "一小时" in at.say(code)[0].text
    assert _home(at) is None


def test_what_was_open_goes_on_after_binding(at: Vendor) -> None:
    at.say("厨房水龙头漏水，请来修")
    said = at.hear(at.message(contact={"phone_number": "13800000501", "first_name": "Li", "user_id": CHAT}))
    assert "绑定好了" in said[0].text
    assert "您要办什么" not in said[0].text, "the repair is still open"


def test_bind_offers_to_share_the_number(at: Vendor) -> None:
    entity = [{"type": "bot_command", "offset": 0, "length": 5}]
    answer = at.message(text="/bind", entities=entity).json()
    assert answer["method"] == "sendMessage"
    assert answer["reply_markup"]["keyboard"][0][0]["request_contact"] is True


def test_a_command_is_the_sentence_it_stands_for(at: Vendor) -> None:
    at.bind()
    entity = [{"type": "bot_command", "offset": 0, "length": 7}]
    assert "什么坏了" in at.hear(at.message(text="/repair", entities=entity))[0].text


def test_a_tap_stops_spinning_in_the_same_breath(at: Vendor) -> None:
    at.bind()
    at.say("厨房水龙头漏水，请来修")
    assert at.tap("是", "yes").json() == {"method": "answerCallbackQuery", "callback_query_id": "778899"}


def test_a_button_too_long_for_telegram_is_known_by_its_title(at: Vendor) -> None:
    long = "provider=" + "阳光家政李阿姨" * 4
    assert len(brought(long, DATA_BYTES).encode()) <= DATA_BYTES
    body = at.tap("阳光家政李阿姨", brought(long, DATA_BYTES))
    assert body.status_code == 200
    assert at.hear(body)


def test_an_alarm_stands_before_anything_else(at: Vendor) -> None:
    at.bind()
    said = "\n".join(one.text for one in at.say("救命，我爸摔倒了没有呼吸"))
    assert "120" in said
    assert len(at.one.items("alarms", conversation=at.sender)) == 1


def test_in_the_demo_nothing_goes_out_and_what_would_have_gone_is_seen(
    prepared: Settings, interpreter: Embedded, tmp_path: Path
) -> None:
    shutil.copy(prepared.database_url.removeprefix("sqlite:///"), tmp_path / "linli.db")
    settings = prepared.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'linli.db'}"})
    one = Resident(settings, interpreter, str(CHAT))
    try:
        answer = one.request("POST", PATH, json=update_of(5, text="你好"), headers=SECRET)
        assert (answer.status_code, answer.json()) == (200, {})
        items = one.request("GET", "/demo/outbox").json()["items"]
        assert items[0]["channel"] == "telegram"
        assert "words" in str(items[0]["body"])
    finally:
        one.close()
