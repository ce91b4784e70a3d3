"""Paying inside WeChat: the pay sheet opens for whoever holds the phone, and for nobody who was only sent the page."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from bot.settings import Settings
from intents.understand import Embedded
from tests.browsing import Browser
from tests.channels.drivers import DEMO, Bench
from tests.channels.drivers.wechat import USER, Vendor
from tests.fakes.wechat import WeChat
from tests.fakes.wechatpay import WechatPay
from tests.fakes.wechatpay_papers import APPID, keys, secrets_in

INSIDE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116.0 Mobile MicroMessenger/8.0.49 WeChat/arm64"
HERE = "https://linli"
_LINK = re.compile(r"https://linli/pay/\w+")


class Paying(Vendor):
    """WeChat's driver where the community takes money by WeChat Pay, bound to the same app."""

    more: dict[str, str]

    @classmethod
    def configured(cls, side: WeChat) -> dict[str, Any]:
        vendors = {"WECHAT_API_BASE": side.url, "WECHAT_DEMO_APPID": APPID, **cls.more}
        return {"vendors": vendors, "public_url": HERE}


@pytest.fixture(scope="module")
def bench(
    prepared: Settings, interpreter: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Bench, WechatPay]]:
    fake, folder = WechatPay(), tmp_path_factory.mktemp("paying")
    Paying.more = {**secrets_in(folder), "WECHATPAY_API_BASE": fake.url}
    community = prepared.communities[DEMO].model_copy(update={"payment": "wechatpay"})
    here = prepared.model_copy(update={"communities": {DEMO: community}})
    made = Bench("wechat", here, interpreter, folder, Paying)
    yield made, fake
    made.close()
    fake.close()


@pytest.fixture
def paying(bench: tuple[Bench, WechatPay], tmp_path: Path) -> Iterator[tuple[Vendor, WechatPay]]:
    bench[1].anew()
    with bench[0].driver(tmp_path) as one:
        assert isinstance(one, Vendor)
        yield one, bench[1]
        one.one.loop.run_until_complete(one.one.app.state.money.cashiers[DEMO].merchant.end())


def _phone(at: Vendor) -> Browser:
    phone = Browser(at.one, **{"user-agent": INSIDE})
    phone.http.base_url = httpx.URL(HERE)
    return phone


def _link(at: Vendor) -> str:
    at.bind()
    at.say("交10月物业费")
    found = _LINK.search(at.say("确认")[-1].text) or _LINK.search(repr(at.fake.said))
    assert found, at.fake.said
    return found[0].removeprefix(HERE)


def _through_wechat(at: Vendor, answer: httpx.Response, user: str = USER) -> str:
    at.fake.looking = user
    assert answer.status_code == 303
    return str(httpx.get(answer.headers["location"], timeout=10).headers["location"]).removeprefix(HERE)


def test_the_sheet_opens_for_whoever_holds_the_phone(paying: tuple[Vendor, WechatPay]) -> None:
    at, fake = paying
    link, phone = _link(at), _phone(at)
    page = phone.get(link)
    assert f"form-action 'self' https://wx.tenpay.com {at.fake.url}" in page.headers["content-security-policy"]
    opened = phone.get(_through_wechat(at, phone.post(link)))
    assert "script-src 'self'" in opened.headers["content-security-policy"]
    (number,) = fake.orders
    assert (fake.orders[number]["way"], fake.orders[number]["said"]["payer"]) == ("jsapi", {"openid": USER})
    found = re.search(r'data-sheet="([^"]+)"', opened.text)
    assert found
    sheet = json.loads(html.unescape(found[1]))
    assert (sheet["appId"], sheet["signType"], sheet["package"][:10]) == (APPID, "RSA", "prepay_id=")
    text = "".join(f"{sheet[name]}\n" for name in ("appId", "timeStamp", "nonceStr", "package"))
    public = keys()[0].public_key()
    public.verify(base64.b64decode(sheet["paySign"]), text.encode(), PKCS1v15(), SHA256())
    body = fake.notice(fake.pay(number, USER))
    assert (
        at.one.request(
            "POST", "/payments/wechatpay/sunshine/callback", content=body, headers=fake.signed(body)
        ).status_code
        == 204
    )
    assert "S-2026" in phone.get(f"{link}?done=1").text
    at.deliver()
    assert "收据号" in repr(at.fake.said)


def test_a_friend_pays_with_their_own_id_and_closes_the_sheet_before(paying: tuple[Vendor, WechatPay]) -> None:
    at, fake = paying
    link = _link(at)
    for phone, user in ((_phone(at), USER), (_phone(at), "oLVPpjqs9BhvzwPj5A-another1")):
        assert phone.get(_through_wechat(at, phone.post(link), user)).status_code == 200
    assert [(one["state"], one["said"]["payer"]["openid"][-4:]) for one in fake.orders.values()] == [
        ("CLOSED", USER[-4:]),
        ("NOTPAY", "her1"),
    ]


def test_a_way_back_that_was_begun_elsewhere_opens_nothing(paying: tuple[Vendor, WechatPay]) -> None:
    at, fake = paying
    link, phone, other = _link(at), _phone(at), _phone(at)
    back = _through_wechat(at, phone.post(link))
    assert other.get(back).status_code == 403
    assert phone.get(f"{link}/back?code=x&state=y").status_code == 403
    assert fake.orders == {}
