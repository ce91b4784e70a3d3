"""A house whose clock a test turns: sessions grow old, and nobody waits for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from intents.understand import Embedded
from tests.backend.shop import NOW, Shop
from tests.clerk import Hands
from tests.conftest import MakeResident
from tests.fakes.wechatpay import WechatPay
from tests.fakes.wechatpay_papers import secrets_in
from tests.resident import Resident
from tests.standing import Standing


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def house(resident: MakeResident, hands: Hands) -> Resident:
    made = resident()
    made.restart(clock=hands)
    return made


@pytest.fixture(scope="session")
def stand(
    prepared: Settings, interpreter: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Settings, Standing, WechatPay]]:
    fake, folder = WechatPay(), tmp_path_factory.mktemp("wechatpay")
    sunshine = prepared.communities["sunshine"].model_copy(update={"payment": "wechatpay"})
    vendors = {**secrets_in(folder), "WECHATPAY_API_BASE": fake.url}
    here = {"communities": {"sunshine": sunshine}, "vendors": vendors, "public_url": "https://linli.example"}
    settings = prepared.model_copy(update=here)
    yield settings, Standing(settings, interpreter, folder), fake
    fake.close()


@pytest.fixture
def shop(stand: tuple[Settings, Standing, WechatPay], interpreter: Embedded, tmp_path: Path) -> Iterator[Shop]:
    settings, standing, fake = stand
    shutil.copy(settings.database_url.removeprefix("sqlite:///"), tmp_path / "linli.db")
    here = {"database_url": f"sqlite:///{tmp_path / 'linli.db'}", "media_path": tmp_path / "media"}
    fake.anew()
    one = Resident(settings.model_copy(update=here), interpreter, "li-na", NOW, "buttons", standing)
    made = Shop(one, fake)
    yield made
    made.do(made.cashier.merchant.end())
    one.close()
