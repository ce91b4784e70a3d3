"""The stand-in and ourselves held against another's client of WeChat Pay: what both of us say must fit it as well."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from wechatpayv3 import WeChatPay, WeChatPayType  # type: ignore[import-untyped]  # has no types

from backend import instant
from backend.providers.payment import Notice
from backend.providers.wechatpay import statements
from backend.providers.wechatpay.account import account
from backend.providers.wechatpay.provider import WechatPay as Ours
from bot.contract.errors import Misconfigured, NotTheirs
from tests.fakes.wechatpay import WechatPay
from tests.fakes.wechatpay_papers import (
    APPID,
    MCHID,
    PLATFORM_ID,
    SERIAL,
    V3_KEY,
    keys,
    paid_line,
    pem,
    public_pem,
    secrets_in,
)

NOTIFY, NUMBER = "https://linli.example/payments/wechatpay/sunshine/callback", "01m8e8p6wcv4tsvq5z7e7e89kn"


@pytest.fixture(scope="module")
def fake() -> Iterator[WechatPay]:
    one = WechatPay()
    yield one
    one.close()


@pytest.fixture
def theirs(fake: WechatPay) -> Any:
    fake.anew()
    client = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=MCHID,
        private_key=pem(keys()[0]).decode(),
        cert_serial_no=SERIAL,
        appid=APPID,
        apiv3_key=V3_KEY,
        notify_url=NOTIFY,
        public_key=public_pem(keys()[1]).decode(),
        public_key_id=PLATFORM_ID,
        timeout=10,
    )
    client._core._gate_way = fake.url
    return client


def _lower(headers: dict[str, str]) -> dict[str, str]:
    """As an ASGI server hands them on."""
    return {name.lower(): value for name, value in headers.items()}


def test_another_client_orders_asks_and_is_refused_as_we_are(fake: WechatPay, theirs: Any) -> None:
    amount = {"total": 23320, "currency": "CNY"}
    code, body = theirs.pay("fees", NUMBER, amount)
    assert (code, json.loads(body)["code_url"][:14]) == (200, "weixin://wxpay"), body
    code, body = theirs.pay("fees", NUMBER, {"total": 1, "currency": "CNY"})
    assert (code, json.loads(body)["code"]) == (400, "INVALID_REQUEST")
    fake.pay(NUMBER)
    code, body = theirs.query(out_trade_no=NUMBER)
    assert (code, json.loads(body)["trade_state"]) == (200, "SUCCESS")
    code, body = theirs.close(NUMBER)
    assert (code, json.loads(body)["code"]) == (400, "ORDERPAID")
    back = {"refund": 23321, "total": 23320, "currency": "CNY"}
    code, body = theirs.refund("refund-1", back, out_trade_no=NUMBER, reason="twice", notify_url=NOTIFY)
    assert (code, json.loads(body)["code"]) == (400, "INVALID_REQUEST")
    back["refund"] = 3320
    code, body = theirs.refund("refund-1", back, out_trade_no=NUMBER, reason="twice", notify_url=NOTIFY)
    assert (code, json.loads(body)["status"]) == (200, "PROCESSING")


def test_another_client_reads_the_callbacks_that_we_read(fake: WechatPay, theirs: Any, tmp_path: Path) -> None:
    theirs.pay("fees", NUMBER, {"total": 23320, "currency": "CNY"})
    body = fake.notice(fake.pay(NUMBER), event="EV-1")
    headers = _lower(fake.signed(body))
    said = theirs.callback(headers, body)
    told = _ours(fake, tmp_path).read(headers, body, instant.now())
    assert isinstance(told, Notice)
    assert (said["id"], said["resource"]["transaction_id"]) == (told.event, told.transaction)
    assert (said["resource"]["amount"]["total"], said["resource"]["out_trade_no"]) == (told.amount * 100, told.payment)
    forged = body.replace(b"EV-1", b"EV-2")
    assert theirs.callback(headers, forged) is None
    with pytest.raises(NotTheirs):
        _ours(fake, tmp_path).read(headers, forged, instant.now())
    late = _lower(fake.signed(body, shift=-3600))
    assert theirs.callback(late, body), "theirs takes what is an hour old: ours is the one that looks at the clock"
    with pytest.raises(NotTheirs):
        _ours(fake, tmp_path).read(late, body, instant.now())


def test_another_client_fetches_the_statement_that_we_read(fake: WechatPay, theirs: Any) -> None:
    theirs.pay("fees", NUMBER, {"total": 23320, "currency": "CNY"})
    fake.pay(NUMBER)
    fake.book((paid_line("another", "4200007", "1.05"),))
    code, body = theirs.trade_bill("2026-11-20")
    told = json.loads(body)
    assert code == 200
    content = fake.files["day"]
    assert hashlib.sha1(content).hexdigest() == told["hash_value"]  # noqa: S324 - theirs
    code, file = theirs.download_bill(told["download_url"])
    assert (code, file) == (200, content)
    assert [(one.number, one.fen, one.refunded) for one in statements.read(file)] == [
        (NUMBER, 23320, False),
        ("another", 105, False),
    ]


def _ours(fake: WechatPay, folder: Path, **changed: str) -> Ours:
    start = "WECHATPAY_SUNSHINE_"
    secrets = {name.removeprefix(start).lower(): value for name, value in secrets_in(folder).items()}
    return Ours(account({**secrets, **changed}, f"LINLI_{start[:-1]}", fake.url, NOTIFY), instant.now)


def test_a_platform_certificate_proves_as_the_public_key_does(fake: WechatPay, tmp_path: Path) -> None:
    """Older merchants have the one, newer ones the other, and for a while both."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com sign")])
    built = x509.CertificateBuilder(name, name, keys()[1].public_key(), 0x5157F09EFDC096DE15EBE81A47057A7232F1B8AA)
    real = instant.now()
    built = built.not_valid_before(real - timedelta(days=1)).not_valid_after(real + timedelta(days=1))
    paper = built.sign(keys()[1], SHA256()).public_bytes(Encoding.PEM)
    (tmp_path / "both.pem").write_bytes(paper + public_pem(keys()[1]))
    ours = _ours(fake, tmp_path, platform_file=str(tmp_path / "both.pem"))
    fake.orders[NUMBER] = {"way": "native", "said": {"amount": {"total": 1}}, "state": "NOTPAY"}
    body = fake.notice(fake.pay(NUMBER))
    for serial in ("5157F09EFDC096DE15EBE81A47057A7232F1B8AA", PLATFORM_ID):
        assert isinstance(ours.read(_lower(fake.signed(body, serial=serial)), body, real), Notice)
    with pytest.raises(NotTheirs, match="do not hold"):
        ours.read(_lower(fake.signed(body, serial=SERIAL)), body, real)


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"mchid": ""}, "MCHID"),
        ({"appid": "1"}, "APPID"),
        ({"v3_key": "short"}, "V3_KEY"),
        ({"key_file": "/nowhere.pem"}, "KEY_FILE"),
        ({"platform_file": "/nowhere.pem"}, "PLATFORM_FILE"),
        ({"platform_id": ""}, "PLATFORM_FILE"),
    ],
)
def test_a_setting_that_is_wrong_is_named(
    fake: WechatPay, tmp_path: Path, changed: dict[str, str], variable: str
) -> None:
    with pytest.raises(Misconfigured) as told:
        _ours(fake, tmp_path, **changed)
    assert told.value.file == f"LINLI_WECHATPAY_SUNSHINE_{variable}"
