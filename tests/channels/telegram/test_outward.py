"""Out to Telegram: what is too long, half a message, the menu, polling, and what must be configured."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.media import Shelf
from bot.clock import SystemClock
from bot.contract.channel import Account, Ports
from bot.contract.errors import Misconfigured, Unavailable
from bot.contract.messages import Address, Choice, Choices, Media, OutboundMessage, Words
from channels.telegram.adapter import Way
from channels.telegram.render import render, units
from channels.telegram.settings import lines
from tests.channels.drivers.telegram import CHAT, update_of
from tests.fakes.telegram import Telegram


@pytest.fixture(scope="module")
def fake() -> Iterator[Telegram]:
    one = Telegram()
    yield one
    one.close()


def test_no_bubble_is_longer_than_telegram_takes_and_nothing_is_lost() -> None:
    words = "😀水管，" * 2_000
    bubbles = render((Words(words), Choices("对吗？", (Choice("是", "yes", "1"),))))
    assert all(units(one.text) <= 4096 for one in bubbles)
    assert "".join(one.text for one in bubbles).replace("\n", "").startswith(words.rstrip("，")[:100])
    assert sum(one.text.count("😀") for one in bubbles) == 2_000
    assert bubbles[-1].rows
    assert not any(one.rows for one in bubbles[:-1])


def _ports(fake: Telegram, tmp_path: Path, **more: Any) -> Ports:
    account = Account(
        "sunshine", {"en": "Sunshine"}, {}, mode=more.pop("mode", "webhook"), secrets=more.pop("secrets", {})
    )

    async def never(*_: Any) -> Any:
        raise AssertionError("not asked here")

    def say(text: Any, language: str) -> str:
        return str(text.msgid)

    given: dict[str, Any] = {"demo": True, "accounts": {"demo": account}, "api_base": fake.url, **more}
    clock, shelf, languages = SystemClock(ZoneInfo("Asia/Shanghai")), Shelf(tmp_path), ("zh_Hans", "en")
    return Ports(never, never, clock, never, say, shelf, languages, _heard, _nothing, never, **given)


def _heard(kind: str) -> None:
    return None


def _nothing() -> None:
    return None


def test_what_was_half_said_is_not_said_again(fake: Telegram, tmp_path: Path) -> None:
    """A photo between two texts are three calls; the second fails once."""
    fake.anew()
    ports = _ports(fake, tmp_path)
    way = Way(ports, lines(ports))
    parts = (Words("one"), Media("image", "https://estate.example/p.png", "pass"), Words("three"))
    message = OutboundMessage(Address("telegram", str(CHAT)), parts)

    async def twice() -> None:
        real = fake._send

        def once(method: str, given: dict[str, str]) -> dict[str, Any]:
            if method == "sendPhoto" and not fake.patience:
                fake._send = real  # type: ignore[method-assign]  # only once
                fake.patience.append(3)
            return real(method, given)

        fake._send = once  # type: ignore[method-assign]  # it stumbles in the middle
        with pytest.raises(Unavailable) as stumbled:
            await way.send(message, "outbox-1")
        assert stumbled.value.retry_after == 3
        await way.send(message, "outbox-1")
        await way.close()

    asyncio.run(twice())
    assert [one.text for one in fake.said] == ["one", "pass", "three"]


def test_the_menu_and_the_webhook_are_published(fake: Telegram, tmp_path: Path) -> None:
    fake.anew()
    ports = _ports(fake, tmp_path, public_url="https://linli.example/")
    _run(Way(ports, lines(ports)), until=lambda: bool(fake.webhook))
    assert fake.webhook == "https://linli.example/channels/telegram/demo"
    assert {given.get("language_code", "") for method, given in fake.calls if method == "setMyCommands"} == {
        "zh",
        "",
        "en",
    }


def test_polling_takes_updates_and_acknowledges_only_what_is_stored(fake: Telegram, tmp_path: Path) -> None:
    fake.anew()
    fake.updates = [update_of(n, text=f"hello {n}") for n in (7, 8)]
    seen: list[str] = []
    away = [True]

    async def handle(message: Any) -> tuple[OutboundMessage, ...]:
        if message.id == "u8" and away.pop() if away else False:
            raise Unavailable("the disk is full", retry_after=0.01)
        seen.append(message.id)
        return ()

    ports = replace(_ports(fake, tmp_path, mode="polling"), handle=handle)
    _run(Way(ports, lines(ports)), until=lambda: not fake.updates)
    assert seen == ["u7", "u8"]
    assert ("deleteWebhook", {}) in [(method, {}) for method, _ in fake.calls]


def _run(way: Way, until: Any) -> None:
    async def run() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(way.run(stop))
        async with asyncio.timeout(30):
            while not until():
                await asyncio.sleep(0.02)
        stop.set()
        await running
        await way.close()

    asyncio.run(run())


def test_an_account_without_secrets_is_closed_and_a_wrong_one_is_named(fake: Telegram, tmp_path: Path) -> None:
    closed = _ports(fake, tmp_path, demo=False)
    assert lines(closed) == {}
    for wrong in (
        {"token": "42:abc"},
        {"token": "nonsense", "secret": "s" * 20},
        {"token": "42:abc", "secret": "short"},
    ):
        with pytest.raises(Misconfigured, match="LINLI_TELEGRAM_DEMO_"):
            lines(_ports(fake, tmp_path, demo=False, secrets=wrong))
    with pytest.raises(Misconfigured, match="demo mode only"):
        lines(_ports(fake, tmp_path, demo=False, secrets={"token": "42:linli-demo", "secret": "s" * 20}))
